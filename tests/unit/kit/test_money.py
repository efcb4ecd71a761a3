"""Money is exact to the fen, and always a string on the wire."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from kit.money import Ratio, SignedYuan, Yuan, format_yuan, split_by_shares, yuan


class Payment(BaseModel):
    amount: Yuan
    ratio: Ratio = Decimal(1)


def test_an_amount_goes_through_the_wire_unchanged():
    payment = Payment.model_validate_json('{"amount": "12345.67"}')

    assert payment.amount == Decimal("12345.67")
    assert payment.model_dump_json() == '{"amount":"12345.67","ratio":"1"}'


@pytest.mark.parametrize(
    "wrong",
    ["1e5", "NaN", "Infinity", "1.234", "01.00", "-1.00", "", " 1", "１.00", 1.5, 100, True],
)
def test_what_is_not_exactly_an_amount_is_refused(wrong):
    with pytest.raises(ValidationError):
        Payment(amount=wrong)


def test_only_signed_amounts_may_be_negative():
    class ClawBack(BaseModel):
        amount: SignedYuan

    assert ClawBack(amount="-5.00").amount == Decimal("-5.00")


def test_half_a_fen_is_rounded_up():
    assert yuan("0.005") == Decimal("0.01")
    assert format_yuan(Decimal("2.5")) == "2.50"


def test_ten_thousandths_of_a_wan_do_not_pass_through_binary():
    assert yuan(Decimal("0.29") * 10_000) == Decimal("2900.00")


@given(st.integers(0, 10**12), st.lists(st.integers(0, 100), min_size=1, max_size=6))
def test_shares_always_add_up_to_the_fen(fen, shares):
    total = Decimal(fen) / 100
    if sum(shares) == 0:
        with pytest.raises(ValueError, match="shares"):
            split_by_shares(total, shares)
        return

    parts = split_by_shares(total, shares)

    assert sum(parts) == total
    exact = [total * share / sum(shares) for share in shares]
    assert all(
        abs(part - ideal) < Decimal("0.01") for part, ideal in zip(parts, exact, strict=True)
    )


def test_a_loss_is_shared_two_two_four_two():
    assert split_by_shares(Decimal("100.01"), [2, 2, 4, 2]) == [
        Decimal("20.00"),
        Decimal("20.00"),
        Decimal("40.01"),
        Decimal("20.00"),
    ]
