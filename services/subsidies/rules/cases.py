"""A pack's own cases: what a calculation must say, and which sentences no case has reached."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from kit.text import Text
from services.subsidies.rules.calculation import Calculation
from services.subsidies.rules.decisions import ZERO, Item, Outcome
from services.subsidies.rules.policies import Policy

TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Expectation:
    """For one rule, or `total`: the eligible items add up to `amount_yuan` (None: none stated)."""

    rule: str
    outcome: str
    amount_yuan: Decimal | None
    amount_kind: str | None


def find_breaches(expected: Expectation, calculation: Calculation) -> list[str]:
    """In which ways a calculation is not what a case expects."""
    items = [one for one in calculation.items if expected.rule in (TOTAL, one.rule)]
    return [*_outcome_breaches(expected, items), *_amount_breaches(expected, items, calculation)]


def _outcome_breaches(expected: Expectation, items: list[Item]) -> Iterator[str]:
    outcomes = [item.outcome.value for item in items]
    if expected.outcome not in outcomes:
        yield f"outcomes are {outcomes}"
    if expected.outcome != Outcome.ELIGIBLE and Outcome.ELIGIBLE in outcomes:
        yield "an item is eligible"


def _amount_breaches(
    expected: Expectation, items: list[Item], calculation: Calculation
) -> Iterator[str]:
    eligible = [item for item in items if item.outcome is Outcome.ELIGIBLE]
    due = sum((item.amount_yuan or ZERO for item in eligible), ZERO)
    kinds = {item.amount_kind for item in eligible}
    if expected.amount_yuan is None:
        if any(item.amount_yuan is not None for item in items):
            yield "an amount is stated"
    elif due != expected.amount_yuan:
        yield f"the amount is {due}"
    if expected.rule != TOTAL:
        if eligible and expected.amount_kind not in kinds:
            yield f"the kinds are {sorted(str(kind) for kind in kinds)}"
    elif (calculation.total_yuan, calculation.total_kind) != (
        expected.amount_yuan,
        expected.amount_kind,
    ):
        yield f"the total is {calculation.total_yuan} ({calculation.total_kind})"


def find_untold(policy: Policy, calculations: Iterable[Calculation]) -> list[str]:
    """The sentences of a policy's rules that no calculation said, as `rule.condition.saying`."""
    told: set[tuple[str, Text]] = set()
    switches: set[str | None] = set()
    for calculation in calculations:
        switches |= {reason.wording.switch for reason in calculation.reasons}
        for item in calculation.items:
            told |= {(item.rule, reason.wording.template) for reason in item.reasons}
            switches |= {reason.wording.switch for reason in item.reasons}
    untold = [
        f"{rule.code}.{condition.code}.{saying}"
        for rule in policy.rules.values()
        for condition in rule.conditions.values()
        for saying, text in condition.texts.items()
        if (rule.code, text) not in told
    ]
    return untold + [
        code
        for code, switch in policy.switches.items()
        if switch.needs_person and code not in switches
    ]
