"""Year-on-year jumps of R&D expenditure, which ask for a reason; and intensity.

The limits are dated data (`checks/rd-expenditure.yaml`); Python holds only the shape.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from services.achievements.rules.figures import divide


class Direction(StrEnum):
    """变动方向"""

    RISE = "rise"
    FALL = "fall"


class JumpState(StrEnum):
    """变动是否已说明原因"""

    UNEXPLAINED = "unexplained"
    EXPLAINED = "explained"


@dataclass(frozen=True, slots=True)
class JumpLimits:
    """From a year on, by what part of last year's total this year's may rise or fall unasked."""

    from_year: int
    rise_above: Decimal
    fall_below: Decimal
    assumption: bool
    source: str


@dataclass(frozen=True, slots=True)
class Jump:
    """A change beyond the limit; `change` is None where last year's total was nothing."""

    direction: Direction
    change: Decimal | None
    limit: Decimal
    assumption: bool


def limits_of_year(shelf: Sequence[JumpLimits], year: int) -> JumpLimits | None:
    """The limits that apply to a year; the shelf is in the order of years."""
    return next((one for one in reversed(shelf) if one.from_year <= year), None)


def find_jump(total: Decimal, previous: Decimal | None, limits: JumpLimits | None) -> Jump | None:
    """The jump from last year's total (None: unknown) to this year's; None where it is small."""
    if previous is None or limits is None:
        return None
    change = divide(total - previous, previous)
    if total > previous * (1 + limits.rise_above):
        return Jump(Direction.RISE, change, limits.rise_above, limits.assumption)
    if total < previous * (1 - limits.fall_below):
        return Jump(Direction.FALL, change, limits.fall_below, limits.assumption)
    return None
