"""What the financing flow asks of credit; role service only, never forwarded."""

from typing import Annotated

from kit.auth import Principal, Role, allow
from kit.hot import HotRouter
from kit.http import HouseRouter, Read, Write
from services.credit.schemas.credit_results import (
    CreditResultAnswer,
    CreditResultRequest,
    StandingAnswers,
    StandingQuestions,
)
from services.credit.usecases import credit_results

router = HouseRouter(prefix="/internal", tags=["internal"])
hot = HotRouter(prefix="/internal", tags=["internal"])
Service = Annotated[Principal, allow(Role.SERVICE)]


@router.post("/credit-results", summary="办件信用结果 · The credit result of a case")
def assess_case(body: CreditResultRequest, session: Write, _caller: Service) -> CreditResultAnswer:
    """403 `consent_required` unless the enterprise consented to one of the parties."""
    return credit_results.assess_case(session, body)


@hot.post("/consent-standings", summary="授权是否有效 · Which consents stand")
def check_standings(body: StandingQuestions, session: Read, _caller: Service) -> StandingAnswers:
    """Discloses nothing but whether a consent stands, for each question."""
    return credit_results.check_standings(session, body)
