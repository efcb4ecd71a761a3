"""增信: what could stand beside a weak profile, with everything that speaks against it.

A measure is `open`, `refused` (with the grounds) or `needs_info` (with what must be known first).
Measures, amounts and the grounds of refusal are data; here is only how they are applied.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kit.text import Text

PatentFacts = Mapping[str, bool | date | None]
BEFORE_DEBT_ENDS = "before_debt_ends"


class Standing(StrEnum):
    """可用 / 不予登记或不符合 / 需补充信息."""

    OPEN = "open"
    REFUSED = "refused"
    NEEDS_INFO = "needs_info"


@dataclass(frozen=True, slots=True)
class Ground:
    """不予登记的情形: one ground of refusal, and the value of the fact that makes it one."""

    code: str
    fact: str
    refused_when: bool | str
    text: Text


@dataclass(frozen=True, slots=True)
class Measure:
    """增信措施 of one version."""

    code: str
    label: Text
    clause: str
    verified: bool
    text: Text
    most_yuan: Decimal | None
    needs_any: tuple[str, ...]
    shares: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Pack:
    """The measures and grounds in force."""

    id: str
    version: str
    measures: tuple[Measure, ...]
    grounds: tuple[Ground, ...]


@dataclass(frozen=True, slots=True)
class Patent:
    """A patent that could be pledged, and what is known of it."""

    number: str
    facts: PatentFacts


@dataclass(frozen=True, slots=True)
class PatentCheck:
    """Whether a patent could be pledged: the grounds against it, and what must be known first."""

    number: str
    standing: Standing
    against: tuple[Ground, ...]
    unknown: tuple[Ground, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A measure for this enterprise."""

    measure: Measure
    standing: Standing
    missing: tuple[str, ...]
    patents: tuple[PatentCheck, ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be financed: how much, and until when the debt runs."""

    amount_yuan: Decimal | None
    debt_ends_on: date | None


def propose_measures(
    pack: Pack, held_items: Collection[str], patents: Sequence[Patent], wish: Wish
) -> list[Proposal]:
    """Every measure with its standing; the open ones first."""
    proposals = [_propose(measure, pack, held_items, patents, wish) for measure in pack.measures]
    ranked = [Standing.OPEN, Standing.NEEDS_INFO, Standing.REFUSED]
    return sorted(proposals, key=lambda proposal: ranked.index(proposal.standing))


def check_patent(grounds: Sequence[Ground], patent: Patent, wish: Wish) -> PatentCheck:
    """The twelve grounds, one by one."""
    against = tuple(each for each in grounds if _speaks_against(each, patent.facts, wish))
    unknown = tuple(each for each in grounds if _is_unknown(each, patent.facts, wish))
    standing = Standing.NEEDS_INFO if unknown else Standing.OPEN
    return PatentCheck(patent.number, Standing.REFUSED if against else standing, against, unknown)


def _propose(
    measure: Measure,
    pack: Pack,
    held_items: Collection[str],
    patents: Sequence[Patent],
    wish: Wish,
) -> Proposal:
    if measure.code == "patent_pledge":
        return _propose_pledge(measure, pack.grounds, patents, wish)
    if measure.needs_any and not set(measure.needs_any) & set(held_items):
        return Proposal(measure, Standing.REFUSED, measure.needs_any)
    if measure.most_yuan is not None:
        if wish.amount_yuan is None:
            return Proposal(measure, Standing.NEEDS_INFO, ("amount_yuan",))
        if wish.amount_yuan > measure.most_yuan:
            return Proposal(measure, Standing.REFUSED, ("amount_yuan",))
    return Proposal(measure, Standing.OPEN, ())


def _propose_pledge(
    measure: Measure, grounds: Sequence[Ground], patents: Sequence[Patent], wish: Wish
) -> Proposal:
    checks = tuple(check_patent(grounds, patent, wish) for patent in patents)
    standings = {check.standing for check in checks}
    if Standing.OPEN in standings:
        return Proposal(measure, Standing.OPEN, (), checks)
    if not checks:
        return Proposal(measure, Standing.NEEDS_INFO, ("patents",))
    if Standing.NEEDS_INFO in standings:
        wanted = {ground.fact for check in checks for ground in check.unknown}
        return Proposal(measure, Standing.NEEDS_INFO, tuple(sorted(wanted)), checks)
    return Proposal(measure, Standing.REFUSED, (), checks)


def _speaks_against(ground: Ground, facts: PatentFacts, wish: Wish) -> bool:
    value = facts.get(ground.fact)
    if ground.refused_when == BEFORE_DEBT_ENDS:
        ends = wish.debt_ends_on
        return isinstance(value, date) and ends is not None and value < ends
    return value is not None and value is ground.refused_when


def _is_unknown(ground: Ground, facts: PatentFacts, wish: Wish) -> bool:
    if ground.refused_when == BEFORE_DEBT_ENDS and wish.debt_ends_on is None:
        return True
    return facts.get(ground.fact) is None
