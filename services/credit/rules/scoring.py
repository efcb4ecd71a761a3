"""Score: facts and a day → a profile with points, sources, reasons and what was not known.

Points, not probabilities. A missing value gets the points of its missing bin and is named in
`not_available`; it is never scored as bad silently.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from services.credit.rules.catalogue import Catalogue, Freshness, ValueKind, grade_freshness
from services.credit.rules.facts import Fact, FactValue
from services.credit.rules.measures import FactsByItem, Reading, take_reading
from services.credit.rules.scorecards import Bin, Grade, How, Indicator, Scorecard, Way
from services.credit.rules.verdicts import Verdict, judge_card

TOP_REASONS = 4
NONE_ON_RECORD = "none_on_record"
_OF_EVENTS = (How.COUNT, How.SUM)
_BY_AGE = (Freshness.FRESH, Freshness.AGING, Freshness.STALE)


class ScoredIndicator(NamedTuple):
    """An indicator with its value, points, source, date and freshness.

    A named tuple, since every look makes as many as its card has indicators.
    """

    indicator: Indicator
    dimension: str
    value: FactValue | None
    value_kind: ValueKind
    points: Decimal
    source: str | None
    observed_on: date | None
    freshness: Freshness
    fact_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScoredDimension:
    """A dimension with its points and the best possible."""

    code: str
    points: Decimal
    best: Decimal
    indicators: tuple[ScoredIndicator, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why points were lost; the four that cost most are told.

    `gap` says that the value was not available: nothing is then said about the enterprise.
    """

    indicator: Indicator
    dimension: str
    points_lost: Decimal
    gap: str | None


@dataclass(frozen=True, slots=True)
class Gap:
    """What was not available: `no_fact` or `not_disclosed` (outside the consent)."""

    indicator: Indicator
    dimension: str
    why: str


@dataclass(frozen=True, slots=True)
class Profile:
    """信用画像 by one card on one day."""

    score: Decimal
    best: Decimal
    grade: Grade
    weak: bool
    dimensions: tuple[ScoredDimension, ...]
    reasons: tuple[Reason, ...]
    gaps: tuple[Gap, ...]
    verdict: Verdict | None


def score(
    card: Scorecard,
    catalogue: Catalogue,
    facts: Sequence[Fact],
    on: date,
    withheld: Collection[str] = (),
) -> Profile:
    """Score the standing facts of an enterprise on a day; `withheld` items were not disclosed."""
    by_item = group_facts(facts, withheld)
    dimensions = tuple(
        _total(
            dimension.code,
            [
                _score_indicator(each, dimension.code, by_item, catalogue, on)
                for each in dimension.indicators
            ],
        )
        for dimension in card.dimensions
    )
    total = sum((dimension.points for dimension in dimensions), Decimal(0))
    scored = [each for dimension in dimensions for each in dimension.indicators]
    return Profile(
        score=total,
        best=card.best,
        grade=choose_grade(card, total),
        weak=total < card.weak_below,
        dimensions=dimensions,
        reasons=_find_reasons(scored, withheld),
        gaps=_find_gaps(scored, withheld),
        verdict=judge_card(
            card.verdict, total, {each.indicator.code: each.points for each in scored}, by_item, on
        ),
    )


def choose_grade(card: Scorecard, total: Decimal) -> Grade:
    """The highest grade whose bar the score reaches; the lowest one holds the rest."""
    ranked = sorted(card.grades, key=lambda grade: grade.at_least, reverse=True)
    return next((grade for grade in ranked if total >= grade.at_least), ranked[-1])


def find_bin(bins: Sequence[Bin], value: FactValue) -> Bin | None:
    """The first bin that holds a value; a bin without bounds holds everything."""
    for band in bins:
        if _holds(band, value):
            return band
    return None


def _holds(band: Bin, value: FactValue) -> bool:
    if band.codes:
        return str(value) in band.codes
    if not isinstance(value, Decimal):
        return band.start is None and band.below is None
    above = band.start is None or value >= band.start
    return above and (band.below is None or value < band.below)


def group_facts(facts: Sequence[Fact], withheld: Collection[str] = ()) -> FactsByItem:
    """Facts by their item, without those that are withheld."""
    grouped: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.item not in withheld:
            grouped.setdefault(fact.item, []).append(fact)
    return grouped


def _score_indicator(
    indicator: Indicator, dimension: str, facts: FactsByItem, catalogue: Catalogue, on: date
) -> ScoredIndicator:
    """The way that gives most points counts; the first of equals."""
    best: tuple[Way, Reading, Decimal] | None = None
    for way in indicator.ways:
        reading = take_reading(way.measure, facts, on)
        band = None if reading is None else find_bin(way.bins, reading.value)
        if reading is None or band is None:
            continue
        if best is None or band.points > best[2]:
            best = (way, reading, band.points)
    if best is None:
        return _leave_missing(indicator, dimension, catalogue)
    return _describe(indicator, dimension, best, catalogue, on)


def _leave_missing(indicator: Indicator, dimension: str, catalogue: Catalogue) -> ScoredIndicator:
    way = indicator.ways[0]
    return ScoredIndicator(
        indicator=indicator,
        dimension=dimension,
        value=None,
        value_kind=_kind(way, catalogue),
        points=indicator.missing_points,
        source=None,
        observed_on=None,
        freshness=Freshness.MISSING,
        fact_ids=(),
    )


def _describe(
    indicator: Indicator,
    dimension: str,
    best: tuple[Way, Reading, Decimal],
    catalogue: Catalogue,
    on: date,
) -> ScoredIndicator:
    way, reading, points = best
    rested = reading.facts
    return ScoredIndicator(
        indicator=indicator,
        dimension=dimension,
        value=reading.value,
        value_kind=_kind(way, catalogue),
        points=points,
        source=_name_sources(rested),
        observed_on=_observation_day(way, rested, on),
        freshness=_worst_freshness(way, rested, catalogue, on),
        fact_ids=tuple([fact.id for fact in rested]),
    )


def _name_sources(rested: Sequence[Fact]) -> str:
    if len(rested) == 1:
        return rested[0].source
    return "; ".join(sorted({fact.source for fact in rested})) or NONE_ON_RECORD


def _observation_day(way: Way, rested: Sequence[Fact], on: date) -> date:
    """A ratio is as old as its older part; a count is as new as its newest event."""
    choose = max if way.measure.how in _OF_EVENTS else min
    return choose([fact.observed_on for fact in rested], default=on)


def _worst_freshness(way: Way, rested: Sequence[Fact], catalogue: Catalogue, on: date) -> Freshness:
    """Events inside their window are fresh by their newest; other values by their oldest part."""
    grades = [grade_freshness(catalogue.items[f.item], f.observed_on, on) for f in rested]
    if len(grades) == 1:
        return grades[0]
    choose = min if way.measure.how in _OF_EVENTS else max
    return choose(grades, key=_BY_AGE.index, default=Freshness.FRESH)


def _kind(way: Way, catalogue: Catalogue) -> ValueKind:
    match way.measure.how:
        case How.RATIO | How.GROWTH:
            return ValueKind.RATIO
        case How.YEARS_SINCE | How.COUNT:
            return ValueKind.COUNT
        case How.LATEST | How.SUM:
            return catalogue.items[way.measure.of[0]].value


def _total(code: str, indicators: Sequence[ScoredIndicator]) -> ScoredDimension:
    return ScoredDimension(
        code=code,
        points=sum((each.points for each in indicators), Decimal(0)),
        best=sum((each.indicator.best for each in indicators), Decimal(0)),
        indicators=tuple(indicators),
    )


def _find_reasons(
    scored: Sequence[ScoredIndicator], withheld: Collection[str]
) -> tuple[Reason, ...]:
    lost = [
        Reason(
            each.indicator,
            each.dimension,
            each.indicator.best - each.points,
            _name_gap(each, withheld),
        )
        for each in scored
        if each.points < each.indicator.best
    ]
    return tuple(sorted(lost, key=lambda reason: -reason.points_lost)[:TOP_REASONS])


def _find_gaps(scored: Sequence[ScoredIndicator], withheld: Collection[str]) -> tuple[Gap, ...]:
    return tuple(
        Gap(each.indicator, each.dimension, gap)
        for each in scored
        if (gap := _name_gap(each, withheld)) is not None
    )


def _name_gap(scored: ScoredIndicator, withheld: Collection[str]) -> str | None:
    if scored.value is not None:
        return None
    return "not_disclosed" if not set(scored.indicator.items).isdisjoint(withheld) else "no_fact"
