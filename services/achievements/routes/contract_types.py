"""The contract assistant over HTTP."""

from kit.auth import Caller
from kit.http import HouseRouter, Read
from kit.text import choose_language
from services.achievements.routes.parameters import AcceptLanguage, RecordId
from services.achievements.schemas.contract_types import (
    AssessmentAnswer,
    AssessmentBody,
)
from services.achievements.usecases import contract_types

router = HouseRouter(prefix="/v1/contracts", tags=["技术合同 · contracts"])


@router.post("/assessments", summary="合同类别与要件辅助判断 · which type fits, and what lacks")
def assess(body: AssessmentBody, accept_language: AcceptLanguage = None) -> AssessmentAnswer:
    """For everyone, nothing stored. Advice with the words it rests on; the registrar decides."""
    return contract_types.assess(body, choose_language(accept_language))


@router.get("/{contract_id}/assessment", summary="合同的辅助判断 · assess a contract")
def assess_contract(
    contract_id: RecordId,
    caller: Caller,
    session: Read,
    accept_language: AcceptLanguage = None,
) -> AssessmentAnswer:
    """Which type fits its words, what lacks for recognition, where tax effects are asked."""
    language = choose_language(accept_language)
    return contract_types.assess_contract(session, caller, contract_id, language)
