"""The shape of a pack's cases: a request of the calculation and what one rule must answer."""

from decimal import Decimal

from kit.money import Yuan
from kit.schemas import WireModel
from services.subsidies.rules.cases import Expectation
from services.subsidies.rules.decisions import AmountKind, Outcome
from services.subsidies.schemas.calculations import CalculationRequest


class ExpectedAnswer(WireModel):
    """What a case demands."""

    rule: str
    outcome: Outcome
    amount_yuan: Yuan | None
    amount_kind: AmountKind | None

    def as_rule(self) -> Expectation:
        amount: Decimal | None = self.amount_yuan
        return Expectation(self.rule, self.outcome.value, amount, self.amount_kind)


class PackCase(WireModel):
    """One case."""

    id: str
    request: CalculationRequest
    expected: ExpectedAnswer
