"""A jump of R&D expenditure is a change beyond the limits of its year."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.achievements.rules.figures import divide
from services.achievements.rules.rd_jumps import (
    Direction,
    JumpLimits,
    find_jump,
    limits_of_year,
)
from services.achievements.store.checks import get_jump_limits

LIMITS = JumpLimits(2000, Decimal("0.5"), Decimal("0.3"), True, "test")
MONEY = st.decimals("0", "1e12", places=2)


@pytest.mark.parametrize(
    ("total", "direction"),
    [
        ("150.00", None),
        ("150.01", Direction.RISE),
        ("70.00", None),
        ("69.99", Direction.FALL),
        ("100.00", None),
    ],
)
def test_the_limit_itself_is_no_jump(total: str, direction: Direction | None) -> None:
    jump = find_jump(Decimal(total), Decimal("100.00"), LIMITS)

    assert (jump.direction if jump else None) is direction


def test_what_came_from_nothing_is_a_jump_without_a_ratio() -> None:
    jump = find_jump(Decimal("0.01"), Decimal("0.00"), LIMITS)

    assert jump is not None
    assert (jump.direction, jump.change) == (Direction.RISE, None)
    assert find_jump(Decimal("0.00"), Decimal("0.00"), LIMITS) is None


def test_an_unknown_year_before_asks_for_nothing() -> None:
    assert find_jump(Decimal(1), None, LIMITS) is None


@given(MONEY, MONEY)
def test_the_ratio_that_is_shown_lies_beyond_the_limit(total: Decimal, previous: Decimal) -> None:
    jump = find_jump(total, previous, LIMITS)

    if jump is not None and jump.change is not None:
        edge = Decimal("0.000001")
        assert jump.change >= jump.limit - edge or jump.change <= -jump.limit + edge


def test_the_limits_of_a_year_are_the_latest_that_began() -> None:
    later = JumpLimits(2027, Decimal(1), Decimal(1), False, "later")

    assert limits_of_year((LIMITS, later), 2026) is LIMITS
    assert limits_of_year((LIMITS, later), 2027) is later
    assert limits_of_year((LIMITS, later), 1999) is None


def test_the_limits_in_use_say_that_they_are_assumed_and_from_where() -> None:
    for limits in get_jump_limits():
        assert limits.assumption
        assert "起草说明" in limits.source
        assert limits.rise_above > 0 < limits.fall_below < 1


def test_nothing_is_divided_by_nothing() -> None:
    assert divide(Decimal(1), None) is None
    assert divide(Decimal(1), Decimal("0.00")) is None
    assert divide(Decimal(1), Decimal(3)) == Decimal("0.333333")
