"""Training hours expire, levels ask for valid ones, commissions add up to the fen."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.errors import RuleBroken
from kit.text import Text
from services.achievements.rules.appointments import (
    AppointmentState,
    BrokerShare,
    CommissionTerms,
    is_in_force,
    judge_commission,
    share_commission,
)
from services.achievements.rules.brokers import (
    Credit,
    Level,
    TrainingTerms,
    count_credits,
    expire_on,
    require_level,
)
from services.achievements.store.deal_terms import get_deal_terms

TERMS = TrainingTerms(valid_months=36, warn_days=90)
DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("completed", "months", "last"),
    [
        (date(2024, 2, 29), 36, date(2027, 2, 27)),
        (date(2026, 1, 31), 1, date(2026, 2, 27)),
        (date(2026, 12, 1), 1, date(2026, 12, 31)),
        (date(2025, 12, 31), 12, date(2026, 12, 30)),
    ],
)
def test_hours_count_through_the_day_before_the_same_day(
    completed: date, months: int, last: date
) -> None:
    assert expire_on(completed, TrainingTerms(months, 0)) == last


@given(st.lists(st.tuples(st.integers(1, 100), st.integers(-2000, 400)), max_size=20))
def test_every_hour_is_valid_expired_or_not_yet(earned: list[tuple[int, int]]) -> None:
    credits = [
        Credit(hours, completed, expire_on(completed, TERMS))
        for hours, completed in ((h, DAY + timedelta(days=offset)) for h, offset in earned)
    ]
    standing = count_credits(credits, DAY, TERMS)

    total = standing.valid + standing.expired + standing.not_yet
    assert total == sum(hours for hours, _ in earned)
    assert standing.expiring_soon <= standing.valid


def test_a_level_asks_valid_hours_not_old_ones() -> None:
    level = Level("junior", Text("初级", "junior"), 1, 40, True)
    old = [Credit(100, date(2020, 1, 1), date(2022, 12, 31))]
    fresh = [Credit(40, date(2026, 1, 1), date(2028, 12, 31))]

    require_level(level, count_credits(fresh, DAY, TERMS))
    with pytest.raises(RuleBroken) as short:
        require_level(level, count_credits(old, DAY, TERMS))
    assert (short.value.facts["needed"], short.value.facts["valid"]) == (40, 0)


@given(
    st.integers(1, 10**13),
    st.integers(1, 9999),
    st.lists(st.integers(1, 100), min_size=1, max_size=8),
)
def test_the_parts_of_a_commission_add_up(fen: int, points: int, shares: list[int]) -> None:
    price, ratio = Decimal(fen) / 100, Decimal(points) / 10_000
    terms = CommissionTerms(
        ratio, None, tuple(BrokerShare(str(i), s) for i, s in enumerate(shares))
    )
    parts = share_commission(terms, price)

    total = sum(part.amount_yuan for part in parts)
    assert abs(total - price * ratio) <= Decimal("0.005")
    assert all(part.amount_yuan == part.amount_yuan.quantize(Decimal("0.01")) for part in parts)
    exact = [total * share / sum(shares) for share in shares]
    pairs = zip(parts, exact, strict=True)
    assert all(abs(part.amount_yuan - fair) < Decimal("0.01") for part, fair in pairs)


def test_terms_of_a_commission_are_one_or_the_other_and_name_everybody_once() -> None:
    share = (BrokerShare("a", 1),)
    both = CommissionTerms(Decimal("0.1"), Decimal("5.00"), share)
    none = CommissionTerms(None, None, share)
    twice = CommissionTerms(Decimal("0.1"), None, share * 2)
    whole = CommissionTerms(Decimal("1"), None, share)

    assert [fault.code for fault in judge_commission(both)] == ["commission_terms"]
    assert [fault.code for fault in judge_commission(none)] == ["commission_terms"]
    assert [fault.code for fault in judge_commission(twice)] == ["broker_repeated"]
    assert [fault.code for fault in judge_commission(whole)] == ["ratio_invalid"]
    assert judge_commission(CommissionTerms(None, Decimal("5.00"), share)) == []


def test_an_appointment_is_in_force_through_its_last_day() -> None:
    assert is_in_force(AppointmentState.ACCEPTED, DAY, DAY)
    assert not is_in_force(AppointmentState.ACCEPTED, DAY - timedelta(days=1), DAY)
    assert not is_in_force(AppointmentState.PROPOSED, None, DAY)


def test_levels_rise_in_rank_and_in_what_they_ask() -> None:
    levels = sorted(get_deal_terms().levels.values(), key=lambda level: level.rank)

    assert [level.code for level in levels] == ["junior", "intermediate", "senior"]
    asked = [level.least_credits for level in levels]
    assert asked == sorted(set(asked))
