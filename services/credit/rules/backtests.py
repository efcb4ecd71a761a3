"""How well points order good and bad: AUC, KS, PSI, a table of calibration.

Higher points mean better. Plain arithmetic on lists, so that a card is judged without any library.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise


@dataclass(frozen=True, slots=True)
class Outcome:
    """One row of a labelled file: its points, and whether it ended badly."""

    points: float
    bad: bool


@dataclass(frozen=True, slots=True)
class Band:
    """One band of points: how many, how many bad; for a fitted card, the share it expected."""

    low: float
    high: float
    rows: int
    bad: int
    expected_bad: float | None

    @property
    def observed(self) -> float:
        return self.bad / self.rows


def measure_auc(outcomes: Sequence[Outcome]) -> float:
    """How often a good row has more points than a bad one; ties count half."""
    good = sum(not each.bad for each in outcomes)
    bad = len(outcomes) - good
    if not good or not bad:
        raise ValueError("a backtest needs rows that ended well and rows that ended badly")
    ranks, place = 0.0, 0
    for _, tied in groupby(sorted(outcomes, key=_points), key=_points):
        rows = list(tied)
        mean = place + (len(rows) + 1) / 2
        ranks += mean * sum(not each.bad for each in rows)
        place += len(rows)
    return (ranks - good * (good + 1) / 2) / (good * bad)


def measure_ks(outcomes: Sequence[Outcome]) -> float:
    """The widest gap between the shares of bad and of good rows up to some points."""
    good = sum(not each.bad for each in outcomes)
    bad = len(outcomes) - good
    widest, seen_good, seen_bad = 0.0, 0, 0
    for _, tied in groupby(sorted(outcomes, key=_points), key=_points):
        for each in tied:
            seen_bad, seen_good = seen_bad + each.bad, seen_good + (not each.bad)
        widest = max(widest, abs(seen_bad / bad - seen_good / good))
    return widest


def measure_psi(before: Sequence[float], after: Sequence[float], bands: int = 10) -> float:
    """Population stability: how far the points have shifted (below 0.1 little, above 0.25 much)."""
    edges = _edges(sorted(before), bands)
    old, new = _shares(before, edges), _shares(after, edges)
    return sum((b - a) * math.log(b / a) for a, b in zip(old, new, strict=True))


def calibrate(
    outcomes: Sequence[Outcome], bands: int = 10, scaling: tuple[float, float] | None = None
) -> list[Band]:
    """Bands of about equal size, lowest points first.

    `scaling` (offset, factor) of a fitted card gives the share of bad rows that its points stand
    for; expert points stand for none.
    """
    ordered = sorted(outcomes, key=_points)
    cuts = [round(place * len(ordered) / bands) for place in range(bands + 1)]
    parts = [ordered[a:b] for a, b in pairwise(cuts) if b > a]
    return [_describe(part, scaling) for part in parts]


def _describe(part: Sequence[Outcome], scaling: tuple[float, float] | None) -> Band:
    expected = None
    if scaling is not None:
        expected = sum(expect_bad(each.points, scaling) for each in part) / len(part)
    bad = sum(each.bad for each in part)
    return Band(part[0].points, part[-1].points, len(part), bad, expected)


def expect_bad(points: float, scaling: tuple[float, float]) -> float:
    """The share of bad ends that points of a fitted card stand for."""
    offset, factor = scaling
    return 1 / (1 + math.exp(min((points - offset) / factor, 700)))


def _points(outcome: Outcome) -> float:
    return outcome.points


def _edges(ordered: Sequence[float], bands: int) -> list[float]:
    places = (round(place * len(ordered) / bands) for place in range(1, bands))
    return sorted({ordered[min(place, len(ordered) - 1)] for place in places})


def _shares(points: Sequence[float], edges: Sequence[float]) -> list[float]:
    """Shares per band; an empty band counts half a row, or its logarithm would have no end."""
    counts = [0] * (len(edges) + 1)
    for each in points:
        counts[sum(each >= edge for edge in edges)] += 1
    return [max(count, 0.5) / len(points) for count in counts]
