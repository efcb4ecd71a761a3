"""测算: answer what is due for stated facts; nothing is stored, no database is asked."""

from kit.text import Language
from services.subsidies.rules.calculation import calculate, refer_all
from services.subsidies.schemas.answers import answer_bytes
from services.subsidies.schemas.calculations import CalculationRequest, claim_of
from services.subsidies.usecases.shelf import open_shelf


def calculate_subsidies(request: CalculationRequest, language: Language) -> bytes:
    """The answer of the policy of the day, ready to send."""
    claim = claim_of(request)
    policy = open_shelf().find_policy_on(claim.on)
    calculation = refer_all(claim) if policy is None else calculate(claim, policy)
    return answer_bytes(claim, policy, calculation, language)
