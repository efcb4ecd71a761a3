"""代偿率: what the guarantee system compensated, of the liability that ended, in a span of days.

How it is reckoned was not read in a source (`limits.yaml`, `verified: false`): a liability ends
when it is released or compensated; what the lender and a risk pool bear is no compensation of the
guarantee system. Policies of insurers have no such rate.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from gateway.rules.guarantees import Guarantee
from gateway.rules.sharing import LENDER, POOL, ZERO

PLACES = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class RateCap:
    """The highest rate, since when, by which text, and whether that was read."""

    valid_from: date
    cap: Decimal
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Ended:
    """One guarantee whose liability ended."""

    guarantee_id: str
    ended_on: date
    act: str
    liability_yuan: Decimal
    compensated_yuan: Decimal


@dataclass(frozen=True, slots=True)
class CompensationRate:
    """Sums over guarantees that ended; no rate where none did."""

    guarantees: int
    liability_yuan: Decimal
    compensated_yuan: Decimal

    @property
    def rate(self) -> Decimal | None:
        if self.liability_yuan == ZERO:
            return None
        return (self.compensated_yuan / self.liability_yuan).quantize(PLACES, ROUND_HALF_UP)

    def is_above(self, cap: Decimal) -> bool:
        """By the sums themselves, not by the rounded rate."""
        return self.compensated_yuan > cap * self.liability_yuan


def end_guarantee(guarantee_id: str, guarantee: Guarantee, act: str, on: date) -> Ended:
    """A guarantee that was released or compensated on a day."""
    others = (one.amount_yuan for one in guarantee.borne if one.code not in (LENDER, POOL))
    return Ended(guarantee_id, on, act, guarantee.liability_yuan, sum(others, ZERO))


def find_rate(ended: Iterable[Ended]) -> CompensationRate:
    """The rate over all of these."""
    all_ended = list(ended)
    return CompensationRate(
        len(all_ended),
        sum((one.liability_yuan for one in all_ended), ZERO),
        sum((one.compensated_yuan for one in all_ended), ZERO),
    )
