"""模拟: what many applicants would get under two policies, and how far a budget goes.

Rows that fit are judged by columns, the others by the single calculation; both go into the same
sums, which are whole fen.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

import numpy as np

from services.subsidies.rules.calculation import calculate
from services.subsidies.rules.column_calculation import (
    Verdicts,
    calculate_columns,
    refer_columns,
    total_of,
)
from services.subsidies.rules.column_policy import prepare_policy
from services.subsidies.rules.columns import (
    ABSENT,
    KINDS,
    OUTCOMES,
    Codes,
    Columns,
    Fen,
)
from services.subsidies.rules.decisions import AmountKind, Outcome
from services.subsidies.rules.facts import Claim
from services.subsidies.rules.policies import Parameter, Policy, RuleCode

CHUNK = 65_536
"""Rows judged at once: few enough that a column stays in the processor's cache."""
OTHER_KIND = "other"
NO_KIND = "unknown"
UNDECIDED = (Outcome.NEEDS_INFO, Outcome.NEEDS_REVIEW, Outcome.INVALID_INPUT)


@dataclass(slots=True)
class RuleTally:
    """One rule over all applicants, in fen."""

    outcomes: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    due: dict[AmountKind, int] = field(default_factory=lambda: dict.fromkeys(AmountKind, 0))


@dataclass(slots=True)
class Tally:
    """One policy over all applicants. `undecided` are things, as in a single answer."""

    rules: dict[RuleCode, RuleTally] = field(
        default_factory=lambda: {rule: RuleTally() for rule in RuleCode}
    )
    kinds: dict[str, int] = field(default_factory=dict)
    applicants_due: int = 0
    total: int = 0

    def undecided(self) -> int:
        """Things whose amount is not known and is in no sum."""
        return sum(rule.outcomes[one] for rule in self.rules.values() for one in UNDECIDED)

    def ceilings(self) -> int:
        """What of the sum is only a ceiling."""
        return sum(rule.due[AmountKind.CEILING] for rule in self.rules.values())


@dataclass(slots=True)
class Shift:
    """Who gets more, who less, from the first policy to the second."""

    winners: int = 0
    gained: int = 0
    losers: int = 0
    lost: int = 0

    def note(self, before: Fen, after: Fen) -> None:
        change = after - before
        more, less = change[change > 0], change[change < 0]
        self.winners += len(more)
        self.gained += int(more.sum())
        self.losers += len(less)
        self.lost -= int(less.sum())


@dataclass(slots=True)
class Simulation:
    """Both policies side by side; `totals_*` hold each applicant's sum, in their order."""

    on: date
    policies: tuple[Policy, Policy]
    tallies: tuple[Tally, Tally] = field(default_factory=lambda: (Tally(), Tally()))
    shift: Shift = field(default_factory=Shift)
    rule_shifts: dict[RuleCode, Shift] = field(
        default_factory=lambda: {rule: Shift() for rule in RuleCode}
    )
    kind_shifts: dict[str, Shift] = field(default_factory=dict)
    totals: tuple[list[Fen], list[Fen]] = field(default_factory=lambda: ([], []))
    applicants: int = 0
    singly: int = 0

    def add_columns(self, columns: Columns) -> None:
        """Judge all rows by both policies."""
        for begin in range(0, len(columns), CHUNK):
            chunk = columns.cut(begin, min(begin + CHUNK, len(columns)))
            before, after = (self._judge(chunk, policy) for policy in self.policies)
            self._note(chunk.kind, before, after)

    def add_claims(self, claims: Sequence[Claim]) -> None:
        """Judge claims that do not fit into columns, one by one."""
        self.singly += len(claims)
        for claim in claims:
            sides = tuple(self._note_claim(claim, at) for at in (0, 1))
            kinds = self.kind_shifts.setdefault(_name_of(claim.applicant.kind), Shift())
            totals = [np.array([sum(side.values())], np.int64) for side in sides]
            for rule, shift in self.rule_shifts.items():
                shift.note(*(np.array([side.get(rule, 0)], np.int64) for side in sides))
            self._note_totals(totals[0], totals[1])
            kinds.note(totals[0], totals[1])

    def _judge(self, columns: Columns, policy: Policy) -> Verdicts:
        if not policy.computable:
            return refer_columns(columns)
        return calculate_columns(columns, prepare_policy(policy, self.on, columns.award_words))

    def _note(self, kinds: Codes, before: Verdicts, after: Verdicts) -> None:
        for tally, verdicts in zip(self.tallies, (before, after), strict=True):
            _tally_columns(tally, verdicts)
        for rule, shift in self.rule_shifts.items():
            shift.note(before[rule].due, after[rule].due)
        totals = total_of(before), total_of(after)
        for code in np.unique(kinds):
            rows, name = kinds == code, _name_of(KINDS[code])
            parts = totals[0][rows], totals[1][rows]
            for tally, part in zip(self.tallies, parts, strict=True):
                tally.kinds[name] = tally.kinds.get(name, 0) + int(part.sum())
            self.kind_shifts.setdefault(name, Shift()).note(*parts)
        self._note_totals(*totals)

    def _note_totals(self, before: Fen, after: Fen) -> None:
        self.applicants += len(before)
        self.shift.note(before, after)
        for tally, kept, total in zip(self.tallies, self.totals, (before, after), strict=True):
            kept.append(total)
            tally.total += int(total.sum())
            tally.applicants_due += int(np.count_nonzero(total))

    def _note_claim(self, claim: Claim, at: int) -> dict[RuleCode, int]:
        tally, due = self.tallies[at], dict[RuleCode, int]()
        for item in calculate(claim, self.policies[at]).items:
            rule = tally.rules[item.rule]
            rule.outcomes[item.outcome] += 1
            if item.outcome is Outcome.ELIGIBLE and item.amount_yuan and item.amount_kind:
                fen = int(item.amount_yuan * 100)
                rule.due[item.amount_kind] += fen
                due[item.rule] = due.get(item.rule, 0) + fen
        name = _name_of(claim.applicant.kind)
        tally.kinds[name] = tally.kinds.get(name, 0) + sum(due.values())
        return due


def _name_of(kind: str | None) -> str:
    if kind is None:
        return NO_KIND
    return kind if kind and kind in KINDS else OTHER_KIND


def _tally_columns(tally: Tally, verdicts: Verdicts) -> None:
    for rule, column in verdicts.items():
        one = tally.rules[rule]
        counts = np.bincount(column.outcome, minlength=ABSENT + 1)
        for gravity, outcome in OUTCOMES.items():
            one.outcomes[outcome] += int(counts[gravity])
        at_most = int(column.due[column.ceiling].sum())
        one.due[AmountKind.CEILING] += at_most
        one.due[AmountKind.EXACT] += int(column.due.sum()) - at_most


class Cut(StrEnum):
    """预算不足时: everyone the same share, or in order until the money is out."""

    PRO_RATA = "pro_rata"
    RANKED = "ranked"


@dataclass(frozen=True, slots=True)
class BudgetEffect:
    """How far a budget goes; all sums in fen."""

    due: int
    available: int
    paid: int
    paid_whole: int
    paid_in_part: int
    unpaid: int

    @property
    def short(self) -> int:
        return max(self.due - self.available, 0)


def cut_to_budget(totals: Sequence[Fen], available: int, cut: Cut) -> BudgetEffect:
    """Pay what is due out of the budget, never more than it holds.

    `pro_rata`: each gets the same share, rounded down to the fen, and the fen left over go to the
    largest remainders, the earlier first. `ranked`: in the order of the applicants.
    """
    due = np.concatenate(totals) if totals else np.zeros(0, np.int64)
    due = due[due > 0]
    wanted = sum(int(part.sum()) for part in np.array_split(due, max(1, len(due) // CHUNK)))
    if wanted <= available:
        return BudgetEffect(wanted, available, wanted, len(due), 0, 0)
    paid = _share(due, wanted, available) if cut is Cut.PRO_RATA else _queue(due, available)
    whole = int(np.count_nonzero(paid == due))
    nothing = int(np.count_nonzero(paid == 0))
    return BudgetEffect(
        wanted, available, int(paid.sum()), whole, len(due) - whole - nothing, nothing
    )


def _share(due: Fen, wanted: int, available: int) -> Fen:
    # Python's whole numbers: a sum times a budget is beyond 64 bits.
    products = [int(one) * available for one in due]
    paid = np.array([product // wanted for product in products], np.int64)
    left = available - int(paid.sum())
    order = sorted(range(len(due)), key=lambda row: (-(products[row] % wanted), row))
    paid[order[:left]] += 1
    return paid


def _queue(due: Fen, available: int) -> Fen:
    before = np.cumsum(due) - due
    paid: Fen = np.clip(available - before, 0, due)
    return paid


@dataclass(frozen=True, slots=True)
class Change:
    """What is tried out: other numbers, other readings of what the text leaves open."""

    parameters: dict[str, Decimal] = field(default_factory=dict)
    switches: dict[str, str] = field(default_factory=dict)


def apply_change(policy: Policy, change: Change, on: date) -> Policy:
    """The policy with other numbers on that day; nothing of it is stored."""
    parameters = tuple(
        replace(one, value=change.parameters[one.code]) if _changes(one, change, on) else one
        for one in policy.parameters
    )
    dated: dict[str, tuple[Parameter, ...]] = {}
    for one in parameters:
        dated[one.code] = (*dated.get(one.code, ()), one)
    switches = {
        code: replace(switch, default=change.switches.get(code, switch.default))
        for code, switch in policy.switches.items()
    }
    schemes = {
        code: replace(scheme, switch=switches[scheme.switch.code] if scheme.switch else None)
        for code, scheme in policy.schemes.items()
    }
    return replace(policy, parameters=parameters, dated=dated, switches=switches, schemes=schemes)


def _changes(parameter: Parameter, change: Change, on: date) -> bool:
    begun = parameter.from_day <= on
    return (
        parameter.code in change.parameters
        and begun
        and (parameter.to_day is None or on <= parameter.to_day)
    )


def outcomes_of(tally: RuleTally) -> Iterator[tuple[Outcome, int]]:
    """The outcomes that occur."""
    return ((outcome, count) for outcome, count in tally.outcomes.items() if count)
