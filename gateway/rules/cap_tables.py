"""股权结构表: who holds how many shares. Whole shares only, so that it always adds up.

A tranche buys shares at the round's price, pre-money / shares before; what has been paid so far
decides how many shares are held so far (rounded down), so that tranches never add up to more than
the whole sum would have bought at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from kit.errors import InvalidInput, RuleBroken
from kit.text import Text

PART = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Stake:
    """One holder's shares; `holder` is a uscc, or a code of the firm's own for a person."""

    holder: str
    name: str
    shares: int


@dataclass(frozen=True, slots=True)
class CapTable:
    """All stakes of a firm."""

    stakes: tuple[Stake, ...]

    @property
    def total(self) -> int:
        return sum(one.shares for one in self.stakes)


def check_table(stakes: Sequence[Stake]) -> CapTable:
    """A table where nobody stands twice and everybody has something."""
    holders = [one.holder for one in stakes]
    if not stakes or len(set(holders)) != len(holders) or any(one.shares <= 0 for one in stakes):
        raise InvalidInput(
            "cap_table_invalid",
            Text("每位股东一行，股数为正整数", "every holder once, with whole shares above zero"),
        )
    return CapTable(tuple(stakes))


def count_bought(before: CapTable, pre_money: Decimal, paid: Decimal) -> int:
    """The shares that so much money buys at the round's price, rounded down."""
    return int((paid * before.total / pre_money).to_integral_value(rounding=ROUND_DOWN))


def add_shares(table: CapTable, holder: str, name: str, shares: int) -> CapTable:
    """Shares newly issued to a holder."""
    if shares < 0:
        raise ValueError("shares are issued, not taken, by a tranche")
    if shares == 0:
        return table
    if holder in {one.holder for one in table.stakes}:
        return CapTable(
            tuple(
                replace(one, shares=one.shares + shares) if one.holder == holder else one
                for one in table.stakes
            )
        )
    return CapTable((*table.stakes, Stake(holder, name, shares)))


def move_shares(table: CapTable, seller: str, buyer: str, name: str, shares: int) -> CapTable:
    """Shares sold by one holder to another; the total stays."""
    held = next((one.shares for one in table.stakes if one.holder == seller), 0)
    if not 0 < shares <= held:
        raise RuleBroken(
            "not_so_many_shares",
            Text(f"转让股数须大于零且不超过 {held}", f"between one and {held} shares can be sold"),
        )
    left = tuple(
        replace(one, shares=one.shares - shares) if one.holder == seller else one
        for one in table.stakes
    )
    kept = CapTable(tuple(one for one in left if one.shares))
    return add_shares(kept, buyer, name, shares)


def find_parts(table: CapTable) -> tuple[Decimal, ...]:
    """Each holder's part, to six places by largest remainder: together exactly one."""
    units = int(1 / PART)
    parts = [units * one.shares // table.total for one in table.stakes]
    rest = [units * one.shares % table.total for one in table.stakes]
    order = sorted(range(len(parts)), key=lambda place: (-rest[place], place))
    for place in order[: units - sum(parts)]:
        parts[place] += 1
    return tuple((part * PART).quantize(PART, rounding=ROUND_HALF_UP) for part in parts)
