from datetime import date
from decimal import Decimal

from gateway.rules.compensation_rates import Ended, end_guarantee, find_rate
from gateway.rules.guarantees import Guarantee, GuaranteeKind
from gateway.rules.sharing import Borne, Scheme, Sharer
from gateway.store.shelves import get_rate_cap

ON = date(2026, 5, 4)


def make_ended(liability: str, compensated: str = "0.00") -> Ended:
    act = "compensate" if Decimal(compensated) else "release"
    return Ended("g", ON, act, Decimal(liability), Decimal(compensated))


def test_the_rate_is_what_was_compensated_of_the_liability_that_ended():
    rate = find_rate([make_ended("800000.00"), make_ended("200000.00", "50000.00")])

    assert (rate.guarantees, rate.rate) == (2, Decimal("0.050000"))
    assert not rate.is_above(Decimal("0.05"))


def test_a_fen_above_the_cap_is_above_although_the_rate_rounds_to_it():
    rate = find_rate([make_ended("100000000.00", "5000000.01")])

    assert rate.rate == Decimal("0.050000")
    assert rate.is_above(Decimal("0.05"))


def test_where_nothing_ended_there_is_no_rate():
    rate = find_rate([])

    assert rate.rate is None
    assert not rate.is_above(Decimal("0.05"))


def test_what_lender_and_pool_bear_is_no_compensation_of_the_guarantors():
    borne = tuple(
        Borne(code, Decimal(amount))
        for code, amount in (("pool", "50.00"), ("city", "40.00"), ("lender", "10.00"))
    )
    scheme = Scheme((Sharer("city", "市", 8), Sharer("lender", "行", 2)), "pool-1", Decimal("0.5"))
    guarantee = Guarantee(
        GuaranteeKind.GUARANTEE, Decimal("100.00"), Decimal("100.00"), scheme=scheme, borne=borne
    )

    ended = end_guarantee("g", guarantee, "compensate", ON)

    assert (ended.liability_yuan, ended.compensated_yuan) == (Decimal("80.00"), Decimal("40.00"))


def test_the_cap_is_that_of_the_day_and_says_that_it_was_not_read():
    before, after = get_rate_cap(date(2024, 6, 30)), get_rate_cap(date(2024, 7, 1))

    assert (before.cap, after.cap) == (Decimal("0.04"), Decimal("0.05"))
    assert not before.verified
    assert not after.verified
