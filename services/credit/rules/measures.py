"""How an indicator's value is taken from the standing facts.

A reading carries the facts it rests on, so that source and date can be shown. None = not known;
a count or sum over nothing is zero when something is known of the enterprise at all, because
the registers that report events report all of them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from operator import attrgetter
from typing import assert_never

from services.credit.rules.facts import REGISTRY, Fact, FactValue
from services.credit.rules.scorecards import How, Measure

FactsByItem = Mapping[str, Sequence[Fact]]
_PLACES = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Reading:
    """A measured value and the facts it rests on (none for "nothing on record")."""

    value: FactValue
    facts: tuple[Fact, ...]


def take_reading(measure: Measure, facts: FactsByItem, as_of: date) -> Reading | None:
    """The value of a measure on a day, or None when it is not known."""
    match measure.how:
        case How.LATEST:
            return _read_latest(measure, facts)
        case How.RATIO:
            return _read_ratio(measure, facts)
        case How.GROWTH:
            return _read_growth(measure, facts)
        case How.YEARS_SINCE:
            return _read_years(measure, facts, as_of)
        case How.COUNT | How.SUM:
            return _read_window(measure, facts, as_of)
        case _:
            assert_never(measure.how)


def find_newest(facts: Sequence[Fact]) -> Fact | None:
    """The newest by the day it holds from, then by observation, then by recording."""
    if len(facts) < 2:
        return facts[0] if facts else None
    return max(facts, key=_NEWNESS)


_NEWNESS = attrgetter("valid_from", "observed_on", "recorded_from", "id")


def months_before(day: date, months: int) -> date:
    """The same day some months earlier, or the last day of a shorter month."""
    years, month = divmod(day.month - 1 - months, 12)
    first = date(day.year + years, month + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return date(first.year, first.month, min(day.day, (following - first).days))


def within_window(facts: Sequence[Fact], months: int | None, as_of: date) -> tuple[Fact, ...]:
    """The facts that began in the window of months that ends on `as_of`; all, without one."""
    if months is None:
        return tuple(facts)
    start = months_before(as_of, months)
    return tuple(fact for fact in facts if start < fact.valid_from <= as_of)


def count_once(events: Sequence[Fact]) -> list[Fact]:
    """Events without those that another source has reported already, in their order.

    A contract that was entered by hand and came from the registry too has one number, and is one;
    the registry's word goes first. Where a number is missing, an event of the same day and value
    from another source is the same; two from one source are two: it knows what it reports.
    """
    if len(events) < 2:
        return list(events)
    ranked = sorted(events, key=lambda fact: (fact.source != REGISTRY, fact.id))
    numbered = {n: fact for fact in reversed(ranked) if (n := _number_of(fact)) is not None}
    kept = list(numbered.values())
    nameless = [fact for fact in ranked if _number_of(fact) is None]
    for source in dict.fromkeys(fact.source for fact in nameless):
        known = Counter((each.valid_from, each.value) for each in kept if each.source != source)
        for fact in (each for each in nameless if each.source == source):
            known[fact.valid_from, fact.value] -= 1
            if known[fact.valid_from, fact.value] < 0:
                kept.append(fact)
    ids = {fact.id for fact in kept}
    return [fact for fact in events if fact.id in ids]


def _number_of(fact: Fact) -> str | None:
    """认定登记编号, as its holder wrote it, without spaces."""
    return "".join(fact.details.get("contract_number", "").split()).upper() or None


def _read_latest(measure: Measure, facts: FactsByItem) -> Reading | None:
    newest = find_newest([fact for item in measure.of for fact in facts.get(item, ())])
    return None if newest is None else Reading(newest.value, (newest,))


def _read_ratio(measure: Measure, facts: FactsByItem) -> Reading | None:
    pair = _find_pair(facts.get(measure.of[0], ()), facts.get(measure.to or "", ()))
    if pair is None or not pair[1].value:
        return None
    quotient = (_amount(pair[0]) / _amount(pair[1])).quantize(_PLACES, ROUND_HALF_EVEN)
    return Reading(quotient, pair)


def _find_pair(upper: Sequence[Fact], lower: Sequence[Fact]) -> tuple[Fact, Fact] | None:
    """The newest two facts of the same period; without one, the newest of each."""
    shared = {fact.valid_from for fact in upper} & {fact.valid_from for fact in lower}
    period = max(shared, default=None)
    above = find_newest([f for f in upper if period is None or f.valid_from == period])
    under = find_newest([f for f in lower if period is None or f.valid_from == period])
    return None if above is None or under is None else (above, under)


def _read_growth(measure: Measure, facts: FactsByItem) -> Reading | None:
    """Newest period against the one a year before it; other gaps say nothing of a year."""
    known = facts.get(measure.of[0], ())
    newest = find_newest(known)
    if newest is None:
        return None
    year_before = months_before(newest.valid_from, 12)
    earlier = find_newest([fact for fact in known if fact.valid_from == year_before])
    if earlier is None or not earlier.value:
        return None
    growth = (_amount(newest) / _amount(earlier) - 1).quantize(_PLACES, ROUND_HALF_EVEN)
    return Reading(growth, (newest, earlier))


def _read_years(measure: Measure, facts: FactsByItem, as_of: date) -> Reading | None:
    newest = find_newest(facts.get(measure.of[0], ()))
    if newest is None:
        return None
    since = date.fromisoformat(str(newest.value))
    years = as_of.year - since.year - ((as_of.month, as_of.day) < (since.month, since.day))
    return Reading(Decimal(max(years, 0)), (newest,))


def _read_window(measure: Measure, facts: FactsByItem, as_of: date) -> Reading | None:
    if not any(facts.values()):
        return None
    known = [fact for item in measure.of for fact in count_once(facts.get(item, ()))]
    counted = within_window(known, measure.within_months, as_of)
    if measure.how is How.COUNT:
        return Reading(Decimal(len(counted)), counted)
    return Reading(sum((_amount(fact) for fact in counted), Decimal(0)), counted)


def _amount(fact: Fact) -> Decimal:
    if isinstance(fact.value, Decimal):
        return fact.value
    raise TypeError(f"item {fact.item} is not a number and cannot be measured so")
