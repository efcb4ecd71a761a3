"""What the financing flow asks of credit; role service only, never forwarded."""

from typing import Annotated

from fastapi import Query

from kit.auth import Principal, Role, allow
from kit.errors import invalid
from kit.http import HouseRouter, Read, Write
from kit.identifiers import IdentifierError, Uscc, check_uscc
from services.credit.schemas.credit_results import (
    ConsentStanding,
    CreditResultAnswer,
    CreditResultRequest,
)
from services.credit.usecases import credit_results

router = HouseRouter(prefix="/internal", tags=["internal"])
Service = Annotated[Principal, allow(Role.SERVICE)]


@router.post("/credit-results", summary="办件信用结果 · The credit result of a case")
def assess_case(body: CreditResultRequest, session: Write, _caller: Service) -> CreditResultAnswer:
    """403 `consent_required` unless the enterprise consented to one of the parties."""
    return credit_results.assess_case(session, body)


@router.get("/consent-standing", summary="授权是否有效 · Does a consent stand")
def check_standing(
    uscc: Uscc,
    parties: Annotated[str, Query(description="usccs, separated by commas", max_length=1000)],
    session: Read,
    _caller: Service,
) -> ConsentStanding:
    """Discloses nothing but whether a consent stands, and until when."""
    return credit_results.check_standing(session, uscc, _read_parties(parties))


def _read_parties(parties: str) -> list[str]:
    try:
        return [check_uscc(part) for part in parties.split(",")]
    except IdentifierError as error:
        raise invalid("?parties", error.code, error.detail) from error
