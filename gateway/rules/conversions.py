"""先投后股: money first, shares once the agreed condition has come about.

    paid ─claim_conversion (firm)→ claimed ─convert (fund)→ shares at that round's price, discounted
                                      └─refuse_conversion→ paid
    paid ─return_money→ paid, less what went back; what is neither converted nor given back by the
    end is written off (`investments.py`)

Term, discount and condition are those of the term sheet; what 鲁科字〔2024〕42号 asks of them was
not read, so nothing is asked beyond what the two sides agreed.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from gateway.rules.cap_tables import Stake, check_table
from gateway.rules.investments import ZERO, Conversion, Investment, TrancheState, issue_shares
from kit.errors import InvalidInput, RuleBroken
from kit.money import format_yuan
from kit.text import Text


def claim_conversion(
    investment: Investment, pre_money: Decimal, stakes: Sequence[Stake], on: date
) -> Investment:
    """申请转股: the firm says that the condition has come about, and at which valuation."""
    conversion = _require_waiting(investment)
    if on > conversion.convert_by:
        raise RuleBroken(
            "conversion_lapsed",
            Text(
                f"约定的转股期限 {conversion.convert_by} 已过，应退回或核销",
                f"it was to be converted by {conversion.convert_by}; the money goes back now",
            ),
        )
    table = check_table(stakes)
    claimed = replace(conversion, pre_money_yuan=pre_money, stakes=table.stakes)
    return replace(investment, conversion=claimed)


def refuse_conversion(investment: Investment) -> Investment:
    """不予转股: the claim is taken off; another one can be made."""
    conversion = _require_claim(investment)
    waiting = replace(conversion, pre_money_yuan=None, stakes=())
    return replace(investment, conversion=waiting)


def convert(investment: Investment, holder: str, name: str, on: date) -> Investment:
    """转股: the valuation, less the discount, is the price of this money and of later tranches."""
    conversion = _require_claim(investment)
    assert conversion.pre_money_yuan is not None
    priced = replace(
        investment,
        pre_money_yuan=conversion.pre_money_yuan * (1 - conversion.discount),
        before=conversion.stakes,
        stakes=conversion.stakes,
        conversion=replace(conversion, converted_on=on),
    )
    paid = [one.state is TrancheState.PAID for one in priced.tranches]
    return issue_shares(priced, len(paid) - 1 - paid[::-1].index(True), holder, name)


def return_money(investment: Investment, amount: Decimal) -> Investment:
    """退回: money that has not become shares goes back to the fund."""
    _require_waiting(investment)
    left = investment.invested_yuan
    if not ZERO < amount <= left:
        raise InvalidInput(
            "terms_invalid",
            Text(
                f"退回金额须大于零且不超过 {format_yuan(left)} 元",
                f"more than nothing and at most {format_yuan(left)} goes back",
            ),
        )
    return replace(investment, returned_yuan=investment.returned_yuan + amount)


def _require_waiting(investment: Investment) -> Conversion:
    conversion = investment.conversion
    waits = conversion is not None and conversion.converted_on is None
    if conversion is None or not waits or not investment.invested_yuan:
        raise _refuse("没有待转股的先投后股投资", "no money waits here for its conversion")
    return conversion


def _require_claim(investment: Investment) -> Conversion:
    conversion = _require_waiting(investment)
    if conversion.pre_money_yuan is None:
        raise _refuse("企业尚未申请转股", "the firm has not claimed a conversion")
    return conversion


def _refuse(zh: str, en: str) -> RuleBroken:
    return RuleBroken("conversion_not_open", Text(zh, en))
