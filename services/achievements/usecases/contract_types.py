"""The assistant: which type fits, what lacks, where the tax effects are asked."""

from kit.auth import Principal
from kit.clock import today
from kit.db import ReadSession
from kit.text import Language
from services.achievements.rules.amendments import put_in_force
from services.achievements.rules.contract_types import assess_type, list_lacking
from services.achievements.rules.contracts import ContractType
from services.achievements.rules.kinds import Kind
from services.achievements.schemas.contract_types import (
    AssessmentAnswer,
    AssessmentBody,
    describe_assessment,
)
from services.achievements.store.contract_types import get_type_guide
from services.achievements.usecases.records import read_record

_DEFAULT = ContractType.DEVELOPMENT


def assess(body: AssessmentBody, language: Language) -> AssessmentAnswer:
    """Advice on a contract in words; nothing is stored."""
    guide = get_type_guide()
    found = assess_type(guide, body.title, body.summary, body.answers)
    kind = body.type or found.type or _DEFAULT
    lacking = list_lacking(guide, kind, body.model_dump(mode="json"))
    return describe_assessment(guide, found, lacking, body, today(), language)


def assess_contract(
    session: ReadSession, principal: Principal, contract_id: str, language: Language
) -> AssessmentAnswer:
    """The same of a contract that is kept here."""
    row = read_record(session, principal, Kind.CONTRACTS, contract_id)
    known = put_in_force(row)
    asked = [name for name in AssessmentBody.model_fields if name in known]
    body = AssessmentBody.model_validate({name: known[name] for name in asked})
    return assess(body, language)
