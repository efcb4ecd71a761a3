"""先投后股: whatever is paid, given back and converted, the money and the shares add up."""

import random
from datetime import date
from decimal import Decimal

import pytest

from gateway.rules.cap_tables import CapTable, Stake, count_bought
from gateway.rules.conversions import claim_conversion, convert, refuse_conversion, return_money
from gateway.rules.investments import (
    Conversion,
    Investment,
    InvestmentAct,
    Tranche,
    move_tranche,
    pay_tranche,
    propose_terms,
)
from gateway.rules.packing import pack, unpack
from kit.errors import DomainError, InvalidInput, RuleBroken

ON, LAST = date(2026, 5, 4), date(2027, 5, 4)
STAKES = (Stake("founder", "创始人", 700), Stake("esop", "员工", 300))


def make_investment(*amounts: str, discount: str = "0") -> Investment:
    tranches = [Tranche(Decimal(amount), "节点") for amount in amounts]
    return propose_terms(
        Investment(),
        amount=sum((one.amount_yuan for one in tranches), Decimal(0)),
        pre_money=None,
        tranches=tranches,
        stakes=STAKES,
        clauses=(),
        conversion=Conversion("下一轮融资", LAST, Decimal(discount)),
    )


def pay(investment: Investment, place: int) -> Investment:
    for act in (InvestmentAct.CLAIM_MILESTONE, InvestmentAct.CONFIRM_MILESTONE):
        investment = move_tranche(investment, place, act)
    return pay_tranche(investment, place, "fund", "基金", ON)


def test_money_buys_nothing_before_and_the_discounted_price_at_the_conversion():
    paid = pay(make_investment("100.00", "50.00", discount="0.5"), 0)

    claimed = claim_conversion(paid, Decimal("1000.00"), STAKES, LAST)
    converted = convert(claimed, "fund", "基金", LAST)
    later = pay(converted, 1)

    assert paid.stakes == STAKES
    assert converted.stakes == (*STAKES, Stake("fund", "基金", 200))
    assert later.stakes == (*STAKES, Stake("fund", "基金", 300))
    assert [one.shares for one in later.tranches] == [200, 100]


def test_after_the_agreed_day_nothing_is_converted_and_the_money_goes_back():
    paid = pay(make_investment("100.00"), 0)

    with pytest.raises(RuleBroken) as refused:
        claim_conversion(paid, Decimal("1000.00"), STAKES, date(2027, 5, 5))
    with pytest.raises(InvalidInput):
        return_money(paid, Decimal("100.01"))
    returned = return_money(paid, Decimal("100.00"))

    assert refused.value.code == "conversion_lapsed"
    assert returned.invested_yuan == 0
    with pytest.raises(RuleBroken):
        claim_conversion(returned, Decimal("1000.00"), STAKES, ON)


@pytest.mark.parametrize("seed", range(20))
def test_whatever_is_tried_shares_are_what_the_money_left_has_bought(seed):
    chance = random.Random(seed)
    investment = make_investment("33.33", "66.67", "0.01", discount="0.1")
    acts = {
        "pay": lambda one: pay(one, chance.randrange(3)),
        "claim": lambda one: claim_conversion(one, Decimal(chance.randint(1, 9999)), STAKES, ON),
        "refuse": refuse_conversion,
        "convert": lambda one: convert(one, "fund", "基金", ON),
        "return": lambda one: return_money(one, Decimal(chance.randint(1, 4000)) / 100),
    }

    for _ in range(60):
        try:
            investment = acts[chance.choice(list(acts))](investment)
        except DomainError:
            continue
        issued = sum(one.shares for one in investment.stakes) - 1000
        price, money = investment.pre_money_yuan, investment.invested_yuan
        assert 0 <= money <= investment.paid_yuan
        assert issued == (0 if price is None else count_bought(CapTable(STAKES), price, money))
        assert unpack(Investment, pack(investment)) == investment
