"""What a scorecard must be before it may be served: whole, explained, and approved by two.

A finding is a sentence for the card's owner; no finding means that the card may be published.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from services.credit.rules.catalogue import Catalogue, ValueKind
from services.credit.rules.facts import FactValue
from services.credit.rules.scorecards import How, Indicator, Scorecard, Way
from services.credit.rules.scoring import find_bin

KINDS = ("expert_points", "official_evaluation", "fitted_points")
_NUMBERS = (ValueKind.YUAN, ValueKind.RATIO, ValueKind.COUNT)
_STEP = Decimal("0.000000000001")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a card, and where."""

    place: str
    message: str


def check_card(card: Scorecard, catalogue: Catalogue, digest: str) -> list[Finding]:
    """Everything that keeps a card from being served; `digest` is that of its content now."""
    findings = [*_check_papers(card, digest), *_check_grades(card)]
    for indicator in card.indicators:
        findings += _check_indicator(indicator, catalogue)
    return findings


def check_versions(cards: Sequence[Scorecard]) -> list[Finding]:
    """Two versions of one card must not be in force on the same day."""
    ordered = sorted(cards, key=lambda card: (card.id, card.valid_from))
    return [
        Finding(f"{after.id} {after.version}", f"is in force while {before.version} still is")
        for before, after in pairwise(ordered)
        if before.id == after.id
        and (before.valid_to is None or before.valid_to >= after.valid_from)
    ]


def _check_papers(card: Scorecard, digest: str) -> Iterable[Finding]:
    if card.kind not in KINDS:
        yield Finding("kind", f"{card.kind!r} is none of {', '.join(KINDS)}")
    if (card.kind == "fitted_points") != (card.scaling is not None):
        yield Finding("scaling", "fitted points say what they stand for, others stand for none")
    if not card.owner.strip():
        yield Finding("model_card/owner", "nobody owns the card")
    if not (card.model_card.zh.strip() and card.model_card.en.strip()):
        yield Finding("model_card", "says nothing in one of its languages")
    people = {approval.name.strip() for approval in card.approvals} - {"", card.author}
    if len(people) < 2:
        yield Finding("model_card/approvals", "two people other than its author must approve it")
    for approval in card.approvals:
        if approval.digest != digest:
            yield Finding(
                "model_card/approvals",
                f"{approval.name} approved other content ({approval.digest}); it is now {digest}",
            )


def _check_grades(card: Scorecard) -> Iterable[Finding]:
    bars = [grade.at_least for grade in card.grades]
    if len(set(bars)) < len(bars):
        yield Finding("grades", "two grades have the same bar")
    worst = sum((_worst(indicator) for indicator in card.indicators), Decimal(0))
    if not bars or min(bars) > worst:
        yield Finding("grades", f"no grade holds a score of {worst}")


def _worst(indicator: Indicator) -> Decimal:
    points = [band.points for way in indicator.ways for band in way.bins]
    return min([*points, indicator.missing_points])


def _check_indicator(indicator: Indicator, catalogue: Catalogue) -> Iterable[Finding]:
    said = (indicator.label, indicator.lost, indicator.hint)
    if not all(text.zh.strip() and text.en.strip() for text in said):
        yield Finding(indicator.code, "a label, a reason or an advice is empty")
    if not _worst_bin(indicator) <= indicator.missing_points <= indicator.best:
        yield Finding(indicator.code, "the missing bin lies outside the worst and the best")
    for way in indicator.ways:
        yield from _check_way(indicator.code, way, catalogue)


def _worst_bin(indicator: Indicator) -> Decimal:
    return min(band.points for way in indicator.ways for band in way.bins)


def _check_way(place: str, way: Way, catalogue: Catalogue) -> Iterable[Finding]:
    kinds = {catalogue.items[item].value for item in way.measure.items}
    if way.measure.how in (How.RATIO, How.GROWTH, How.SUM) and not kinds <= set(_NUMBERS):
        yield Finding(place, f"{way.measure.how.value} needs numbers, not {sorted(kinds)}")
    if way.measure.how is How.YEARS_SINCE and kinds != {ValueKind.DATE}:
        yield Finding(place, "years_since needs a day")
    probes = _probes(way, catalogue)
    found = [find_bin(way.bins, probe) for probe in probes]
    if any(band is None for band in found):
        hole = probes[found.index(None)]
        yield Finding(place, f"no bin holds the value {hole}")
    for number, band in enumerate(way.bins, start=1):
        if all(each is not band for each in found):
            yield Finding(place, f"bin {number} is never reached: an earlier one takes all of it")


def _probes(way: Way, catalogue: Catalogue) -> list[FactValue]:
    """Values on and beside every bound; for codes, all of them and a strange one."""
    coded = way.measure.how is How.LATEST and any(band.codes for band in way.bins)
    if coded:
        choices = catalogue.items[way.measure.of[0]].choices
        named = {code for band in way.bins for code in band.codes}
        strange = [] if choices else ["\N{REPLACEMENT CHARACTER}"]
        return [*sorted(named | set(choices)), *strange]
    bounds = {bound for band in way.bins for bound in (band.start, band.below) if bound is not None}
    bounds |= {Decimal(0)}
    around = {bound + step for bound in bounds for step in (-_STEP, Decimal(0), _STEP)}
    far = {max(bounds) + 1_000_000, min(bounds) - 1_000_000}
    least = Decimal(0) if way.measure.how is How.COUNT else None
    return [value for value in sorted(around | far) if least is None or value >= least]
