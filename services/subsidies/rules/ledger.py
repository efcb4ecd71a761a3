"""What was paid before, and what of a city payment is already matched.

One city payment is matched cumulatively up to the highest ratio, whichever rule or thing of the
same request or of earlier payments used it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from services.subsidies.rules.decisions import ZERO
from services.subsidies.rules.facts import CitySubsidy, Claim, PriorPayment
from services.subsidies.rules.policies import RuleCode

MATCH_RULES = frozenset({RuleCode.CONTRACT_MATCH, RuleCode.POC_MATCH, RuleCode.PILOT_MATCH})


def payments_by(claim: Claim, rule: RuleCode) -> list[PriorPayment]:
    """Earlier payments under one rule."""
    return [payment for payment in claim.prior_payments if payment.rule == rule]


def is_paid(payments: Sequence[PriorPayment]) -> bool:
    """Whether anything remains paid: a claw-back is a negative entry; unknown counts as paid."""
    return any(payment.amount_yuan is None for payment in payments) or total_of(payments) > ZERO


def total_of(payments: Iterable[PriorPayment]) -> Decimal:
    """The net sum of what is known."""
    return sum((payment.amount_yuan or ZERO for payment in payments), ZERO)


@dataclass(slots=True)
class MatchLedger:
    """How much of each city payment is matched; lives for one calculation."""

    payments: tuple[PriorPayment, ...]
    booked: dict[str, Decimal] = field(default_factory=dict)

    def used(self, rule: RuleCode, subject: str, subsidy: CitySubsidy) -> Decimal | None:
        """The sum already matched of this payment; None where it cannot be told."""
        ref = subsidy.payment_ref
        total = self.booked.get(ref, ZERO) if ref is not None else ZERO
        for payment in self.payments:
            if payment.rule not in MATCH_RULES:
                continue
            same = _is_same(payment, rule, subject, ref)
            if same is None or (same and payment.amount_yuan is None):
                return None
            if same:
                total += payment.amount_yuan or ZERO
        return max(total, ZERO)

    def book(self, subsidy: CitySubsidy, amount: Decimal) -> None:
        """This much of the payment is now spoken for within the calculation."""
        if subsidy.payment_ref is not None:
            before = self.booked.get(subsidy.payment_ref, ZERO)
            self.booked[subsidy.payment_ref] = before + amount


def _is_same(payment: PriorPayment, rule: RuleCode, subject: str, ref: str | None) -> bool | None:
    if payment.payment_ref is not None and ref is not None:
        return payment.payment_ref == ref
    if payment.rule != rule:
        return False
    if payment.subject is not None:
        return payment.subject == subject
    return None


def clashing_refs(claim: Claim) -> frozenset[str]:
    """Payment references that stand for different sums or days within one request."""
    if len(claim.contracts) + len(claim.facilities) < 2:
        return frozenset()
    seen: dict[str, tuple[object, object]] = {}
    clashes: set[str] = set()
    subsidies = [contract.city_subsidy for contract in claim.contracts]
    subsidies += [facility.city_subsidy for facility in claim.facilities]
    for subsidy in subsidies:
        if subsidy.payment_ref is None:
            continue
        stated = (subsidy.disbursed_yuan, subsidy.disbursed_on)
        if seen.setdefault(subsidy.payment_ref, stated) != stated:
            clashes.add(subsidy.payment_ref)
    return frozenset(clashes)
