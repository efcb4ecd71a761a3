"""The shape of a scorecard: dimensions → indicators → ways → bins → points.

A card is a dated pack of data (`scorecards/*.yaml`). An indicator may be measured in several
ways ("R&D to sales or to costs"): the one that gives most points counts.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kit.text import Text


class How(StrEnum):
    """How an indicator is taken from the facts."""

    LATEST = "latest"
    RATIO = "ratio"
    GROWTH = "growth"
    YEARS_SINCE = "years_since"
    COUNT = "count"
    SUM = "sum"


@dataclass(frozen=True, slots=True)
class Measure:
    """`of` (one or several items), for a ratio `to`, for events a window in months."""

    how: How
    of: tuple[str, ...]
    to: str | None = None
    within_months: int | None = None
    items: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "items", self.of if self.to is None else (*self.of, self.to))


@dataclass(frozen=True, slots=True)
class Bin:
    """One band: from (included) to below (excluded), or one of some codes; first match wins."""

    points: Decimal
    start: Decimal | None = None
    below: Decimal | None = None
    codes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Way:
    """One measure with its bins."""

    measure: Measure
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class Indicator:
    """指标, with the points of its missing-value bin and the texts of its reason."""

    code: str
    label: Text
    ways: tuple[Way, ...]
    missing_points: Decimal
    lost: Text
    hint: Text
    best: Decimal = field(init=False)
    items: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        # Worked out once: every look at an enterprise asks for them many times.
        best = max(band.points for way in self.ways for band in way.bins)
        items = dict.fromkeys(item for way in self.ways for item in way.measure.items)
        object.__setattr__(self, "best", best)
        object.__setattr__(self, "items", tuple(items))


@dataclass(frozen=True, slots=True)
class Dimension:
    """维度."""

    code: str
    label: Text
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class Grade:
    """等级: from this score upward."""

    code: str
    at_least: Decimal
    label: Text


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on one item: a limit, a bar, or a direct pass."""

    item: str
    label: Text
    code: str = ""
    at_most: Decimal | None = None
    codes: frozenset[str] = frozenset()
    within_months: int | None = None
    top_rank: int | None = None


@dataclass(frozen=True, slots=True)
class VerdictRule:
    """When a card passes: a score, items above zero, limits, bars, and direct passes."""

    at_least: Decimal
    above_zero: tuple[str, ...]
    limits: tuple[Condition, ...]
    barred_by: tuple[Condition, ...]
    direct: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Approval:
    """审批: who approved the card, when, and the digest of what was approved."""

    name: str
    office: str
    approved_on: date
    digest: str


@dataclass(frozen=True, slots=True)
class Scaling:
    """What fitted points stand for: points = offset + factor × ln(odds of a good end)."""

    offset: Decimal
    factor: Decimal


@dataclass(frozen=True, slots=True)
class Scorecard:
    """评分卡: points, never a probability."""

    id: str
    version: str
    valid_from: date
    valid_to: date | None
    label: Text
    kind: str
    verified: bool
    clause: str
    source: str
    result_valid_days: int
    weak_below: Decimal
    grades: tuple[Grade, ...]
    dimensions: tuple[Dimension, ...]
    verdict: VerdictRule | None
    model_card: Text
    owner: str
    author: str
    approvals: tuple[Approval, ...]
    scaling: Scaling | None = None

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        return tuple(each for dimension in self.dimensions for each in dimension.indicators)

    @property
    def best(self) -> Decimal:
        return sum((indicator.best for indicator in self.indicators), Decimal(0))


def holds_on(card: Scorecard, on: date) -> bool:
    """Whether this version of the card is in force on a day (`valid_to` is its last day)."""
    return card.valid_from <= on and (card.valid_to is None or on <= card.valid_to)
