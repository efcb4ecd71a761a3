"""疑似重复: a payment of the city, or a claim, that may be one with another one.

Nothing is paid on a suspicion: a person who had no part in it says `distinct` or `duplicate`.
It arises when a payment is recorded, or when two organisations turn out to be one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from services.subsidies.rules.applications import (
    COMMITTED,
    STEPS,
    ApplicationAct,
    ApplicationState,
)
from services.subsidies.rules.policies import RuleCode

Thing = TypeVar("Thing")


class PaymentState(StrEnum):
    """计入 / 待核（疑似重复登记）/ 重复登记"""

    COUNTED = "counted"
    HELD = "held"
    DUPLICATE = "duplicate"


class DoubleOutcome(StrEnum):
    """两项不同 / 同一项"""

    DISTINCT = "distinct"
    DUPLICATE = "duplicate"


class DoubleState(StrEnum):
    """待核 / 核定为两项 / 核定为同一项 / 合并已更正，不再存疑"""

    OPEN = "open"
    DISTINCT = "distinct"
    DUPLICATE = "duplicate"
    LAPSED = "lapsed"


class DoubleCause(StrEnum):
    """登记时发现 / 单位合并后发现 / 合并更正后重新核定"""

    RECORDED = "recorded"
    MERGED = "merged"
    UNMERGED = "unmerged"


WEIGHS = frozenset({DoubleState.OPEN, DoubleState.DUPLICATE})
"""Nobody has cleared it."""

HELD_ACTS = frozenset(
    {
        ApplicationAct.REVIEW,
        ApplicationAct.APPROVE,
        ApplicationAct.PUBLISH,
        ApplicationAct.CLEAR,
        ApplicationAct.ORDER,
    }
)
"""Steps towards the money; whoever is held may still be returned, refused or withdrawn."""


@dataclass(frozen=True, slots=True)
class StatedPayment:
    """A payment to one organisation, with every name of its thing that is known."""

    disbursed_yuan: Decimal
    disbursed_on: date
    platform_id: str | None
    contract_id: str | None
    contract_number: str | None


@dataclass(frozen=True, slots=True)
class StatedClaim:
    """What an application is for; the last two are an award's."""

    rule: RuleCode
    grade: tuple[str, str | None] | None = None
    awarded_on: date | None = None


@dataclass(frozen=True, slots=True)
class Candidate(Generic[Thing]):
    """A thing of an organisation, and how far it is on its way to the money."""

    id: str
    uscc: str
    progress: int
    since: datetime
    thing: Thing


def payments_may_be_one(one: StatedPayment, other: StatedPayment) -> bool:
    """The same sum on the same day, and nothing shows that the two are for different things."""
    if (one.disbursed_yuan, one.disbursed_on) != (other.disbursed_yuan, other.disbursed_on):
        return False
    if one.disbursed_yuan == 0:
        return False
    if one.platform_id is not None or other.platform_id is not None:
        return one.platform_id == other.platform_id
    return not (
        _differ(one.contract_id, other.contract_id)
        or _differ(one.contract_number, other.contract_number)
    )


def _differ(one: str | None, other: str | None) -> bool:
    """Both are known, and they are not the same."""
    return one is not None and other is not None and one != other


def claims_may_be_one(one: StatedClaim, other: StatedClaim, *, per_laboratory: bool) -> bool:
    """Between organisations that became one: what is rewarded once per organisation (rule 2, and
    rule 3 unless it is read per laboratory), or one prize under two titles (rule 1).
    """
    if one.rule is not other.rule:
        return False
    match one.rule:
        case RuleCode.RD_PLATFORM:
            return True
        case RuleCode.KEY_LABORATORY:
            return not per_laboratory
        case RuleCode.AWARD:
            return one.awarded_on is not None and one == other
        case _:
            return False


def find_doubles(
    candidates: Sequence[Candidate[Thing]],
    may_be_one: Callable[[Thing, Thing], bool],
    settled: Mapping[frozenset[str], DoubleOutcome | None],
) -> Iterator[tuple[Candidate[Thing], Candidate[Thing]]]:
    """Suspect and twin; suspected is what is further from its payment, or came later.

    `settled` are the pairs that were noted before: with None a person has still to decide.
    """
    ordered = sorted(candidates, key=lambda one: (-one.progress, one.since, one.id))
    for at, suspect in enumerate(ordered):
        for twin in ordered[:at]:
            if twin.uscc == suspect.uscc or not may_be_one(suspect.thing, twin.thing):
                continue
            pair = frozenset({suspect.id, twin.id})
            if settled.get(pair) is DoubleOutcome.DISTINCT:
                continue
            if pair not in settled:
                yield suspect, twin
            break


def progress_of(state: ApplicationState, paid_yuan: Decimal) -> int:
    """How far an application is on its way to the money: 1 asked for … 4 money was paid."""
    if paid_yuan > 0:
        return 4
    if state is ApplicationState.IN_PAYMENT:
        return 3
    return 2 if state in COMMITTED else 1


def state_of_double(outcome: DoubleOutcome | None, lapsed_at: datetime | None) -> DoubleState:
    """Where a suspicion stands."""
    if lapsed_at is not None:
        return DoubleState.LAPSED
    return DoubleState.OPEN if outcome is None else DoubleState(outcome.value)


def state_of_payment(suspicions: Sequence[DoubleState]) -> PaymentState:
    """Only what is counted feeds an entitlement."""
    if DoubleState.DUPLICATE in suspicions:
        return PaymentState.DUPLICATE
    return PaymentState.HELD if DoubleState.OPEN in suspicions else PaymentState.COUNTED


def next_acts(state: DoubleState, application: ApplicationState | None, paid: bool) -> list[str]:
    """What an officer may do about it now: money that went out comes back by a claw-back."""
    if state in (DoubleState.LAPSED, DoubleState.DISTINCT):
        return []
    undecided = ["decide"] if state is DoubleState.OPEN else []
    if paid:
        return ["claw_back", *undecided]
    refusable = application is not None and ApplicationAct.REFUSE in STEPS[application]
    return ["refuse"] if refusable and not undecided else undecided
