"""Figures: ratios, and which cells of a public table would betray a single organisation."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

_PLACES = Decimal("0.000001")


class AchievementGroup(StrEnum):
    """成果按什么分组"""

    FIELD = "field"
    TRL = "trl"


class ContractGroup(StrEnum):
    """合同按什么分组"""

    TYPE = "type"
    FIELD = "field"
    YEAR = "year"
    ORIGIN = "origin"
    SELLER_REGION = "seller_region"
    BUYER_REGION = "buyer_region"


def divide(part: Decimal, whole: Decimal | None) -> Decimal | None:
    """A ratio to six places; None where there is nothing to divide by."""
    if not whole:
        return None
    return (part / whole).quantize(_PLACES, ROUND_HALF_UP)


def withhold_cells(organizations: Sequence[int], fewest: int) -> list[bool]:
    """Which cells of a public table are not shown; each is given by how many stand behind it.

    A cell behind which fewer than `fewest` organisations stand would tell of one of them. Where it
    is the only one that is missing, the total would tell it all the same, so the one with the next
    fewest goes too.
    """
    hidden = [0 < count < fewest for count in organizations]
    if sum(hidden) == 1:
        shown = [place for place, count in enumerate(organizations) if count and not hidden[place]]
        if shown:
            hidden[min(shown, key=lambda place: organizations[place])] = True
    return hidden
