"""Laws of appraisals and investments: values between their bounds, shares that add up."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.rules.appraisals import (
    Appraisal,
    Expert,
    Interests,
    appoint_panel,
    find_interest,
    find_readiness,
)
from gateway.rules.cap_tables import CapTable, Stake, add_shares, find_parts, move_shares
from gateway.rules.investments import (
    Investment,
    InvestmentAct,
    Tranche,
    move_tranche,
    pay_tranche,
    propose_terms,
)
from gateway.rules.valuations import (
    Comparable,
    CostInput,
    CostItem,
    IncomeInput,
    MarketInput,
    conclude,
    rate_values,
    value_by_cost,
    value_by_income,
    value_by_market,
)
from gateway.store.shelves import get_card, list_cards
from kit.errors import InvalidInput, RuleBroken
from kit.money import split_by_shares

from .histories import ON
from .rounds import law

HALF = Decimal("0.5")
money = st.integers(1, 10**12).map(lambda fen: Decimal(fen) / 100)
ratios = st.integers(1, 100).map(lambda cent: Decimal(cent) / 100)


def make_comparables(sums: list[Decimal]) -> tuple[Comparable, ...]:
    return tuple(
        Comparable(f"k{place}", "license", one, date(2026, 1, 1)) for place, one in enumerate(sums)
    )


def test_the_income_of_each_year_is_discounted_from_its_end():
    said = IncomeInput(
        (Decimal(1_000_000), Decimal(2_000_000)), Decimal("0.2"), Decimal("0.25"), "量产"
    )

    found = value_by_income(said, Decimal(1))

    assert found.value_yuan == Decimal("416000.00")
    assert len(found.steps) == 2
    assert found.steps[1].endswith("= 256000.00")


def test_costs_are_taken_at_todays_prices_with_profit_less_obsolescence():
    items = (
        CostItem("人工", Decimal("1000000.00"), Decimal("1.1")),
        CostItem("材料", Decimal("400000.00")),
    )

    found = value_by_cost(CostInput(items, Decimal("0.1"), Decimal("0.2")), Decimal(1))

    assert found.value_yuan == Decimal("1320000.00")


def test_the_market_needs_three_comparables():
    two = MarketInput(make_comparables([Decimal(1), Decimal(2)]), Decimal(1), "同类")

    with pytest.raises(InvalidInput):
        value_by_market(two, Decimal(1))


@law
@given(st.lists(money, min_size=3, max_size=9), money, ratios)
def test_a_conclusion_lies_between_its_approaches(sums, cost, share):
    market = value_by_market(MarketInput(make_comparables(sums), Decimal(1), "同类"), HALF)
    other = value_by_cost(CostInput((CostItem("x", cost),), share, share), HALF)

    concluded = conclude([market, other])

    assert min(sums) <= market.value_yuan <= max(sums)
    assert concluded.low_yuan <= concluded.value_yuan <= concluded.high_yuan
    with pytest.raises(InvalidInput):
        conclude([market])


def test_every_card_adds_up_to_one_and_says_whether_it_was_verified():
    for card in list_cards():
        assert sum(value.weight for value in card.values) == 1
        assert len(card.values) == 5
    assert get_card(ON).verified is False


@law
@given(st.lists(st.integers(0, 100), min_size=3, max_size=9))
def test_points_lie_between_the_lowest_and_the_highest_of_the_experts(given_points):
    card = get_card(ON)
    opinions = [dict.fromkeys((v.code for v in card.values), one) for one in given_points]

    total, values = rate_values(card, opinions)

    assert min(given_points) <= total <= max(given_points)
    assert all(one.lowest <= one.points <= one.highest for one in values)


def test_a_readiness_level_is_reached_when_more_than_half_see_it():
    assert find_readiness([5, 6, 6]) == 6
    assert find_readiness([5, 5, 9]) == 5
    assert find_readiness([4, 5, 6, 7]) == 5


def make_expert(code: str, org: str = "neutral", declares: bool = True) -> Expert:
    return Expert(code, code, org, "芯片", declares)


def test_whoever_is_related_to_a_lender_or_investor_does_not_sit_on_the_panel():
    interests = Interests({"bank": "某银行", "fund": "某基金"}, [("lab", "fund")])

    assert find_interest(make_expert("a"), interests) is None
    assert "某银行" in str(find_interest(make_expert("b", "bank"), interests))
    assert "某基金" in str(find_interest(make_expert("c", "lab"), interests))
    assert find_interest(make_expert("d", declares=False), interests) is not None
    panel = [make_expert("a"), make_expert("b"), make_expert("c", "lab")]
    with pytest.raises(RuleBroken, match="expert_conflict"):
        appoint_panel(Appraisal("融资", "a1"), panel, interests)
    with pytest.raises(RuleBroken, match="panel_too_small"):
        appoint_panel(Appraisal("融资", "a1"), [make_expert("a"), make_expert("b")], interests)


tables = st.lists(st.integers(1, 10**9), min_size=1, max_size=6).map(
    lambda shares: CapTable(tuple(Stake(f"h{i}", "股东", one) for i, one in enumerate(shares)))
)


@law
@given(tables, money, money, st.lists(st.integers(1, 100), min_size=1, max_size=6))
def test_a_round_in_tranches_issues_what_it_would_have_bought_at_once(
    table, amount, pre_money, weights
):
    parts = [part for part in split_by_shares(amount, weights) if part]
    investment = propose_terms(
        Investment(),
        amount=amount,
        pre_money=pre_money,
        tranches=[Tranche(part, "里程碑") for part in parts],
        stakes=table.stakes,
        clauses=(),
    )
    for place in range(len(parts)):
        investment = move_tranche(investment, place, InvestmentAct.CLAIM_MILESTONE)
        investment = move_tranche(investment, place, InvestmentAct.CONFIRM_MILESTONE)
        investment = pay_tranche(investment, place, "fund", "基金", ON)
        after = CapTable(investment.stakes)
        assert after.total == table.total + sum(one.shares for one in investment.tranches)
        assert sum(find_parts(after)) == 1

    bought = sum(one.shares for one in investment.tranches)
    assert bought == int(amount * 100) * table.total // int(pre_money * 100)
    assert investment.paid_yuan == amount


@law
@given(tables, st.integers(1, 10**9))
def test_a_sale_moves_shares_and_keeps_the_total(table, shares):
    seller = table.stakes[0]
    if shares > seller.shares:
        with pytest.raises(RuleBroken):
            move_shares(table, seller.holder, "buyer", "买方", shares)
        return

    after = move_shares(table, seller.holder, "buyer", "买方", shares)

    assert after.total == table.total
    assert add_shares(after, "buyer", "买方", 0) == after


def test_tranches_that_do_not_add_up_are_refused():
    with pytest.raises(InvalidInput):
        propose_terms(
            Investment(),
            amount=Decimal("10.00"),
            pre_money=Decimal("90.00"),
            tranches=[Tranche(Decimal("9.99"), "里程碑")],
            stakes=[Stake("h", "股东", 1)],
            clauses=(),
        )
