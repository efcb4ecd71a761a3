"""增信."""

from kit.auth import Caller
from kit.http import HouseRouter, Read
from kit.identifiers import Uscc
from services.credit.schemas.enhancements import EnhancementAnswer, EnhancementRequest
from services.credit.schemas.problems import REFUSED
from services.credit.usecases import enhancements

router = HouseRouter(prefix="/v1/enterprises", tags=["enhancements"])


@router.post(
    "/{uscc}/enhancements",
    summary="增信建议 · Enhancement where the profile is weak",
    responses=REFUSED,
)
def propose_enhancements(
    uscc: Uscc, body: EnhancementRequest, session: Read, caller: Caller
) -> EnhancementAnswer:
    """Guarantee, risk-pool cover, pledge of patents with its twelve grounds of refusal checked
    before. Nothing is kept.
    """
    return enhancements.propose_enhancements(session, caller, uscc, body)
