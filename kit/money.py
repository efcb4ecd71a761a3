"""Money: `Decimal` yuan with two places. On the wire always a string such as "100000.00"."""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

FEN = Decimal("0.01")
_AMOUNT = re.compile(r"-?(0|[1-9][0-9]{0,15})(\.[0-9]{1,2})?")
_RATIO = re.compile(r"-?(0|[1-9][0-9]{0,5})(\.[0-9]{1,12})?")


def yuan(value: Decimal | int | str) -> Decimal:
    """Round half up to the fen."""
    return Decimal(value).quantize(FEN, rounding=ROUND_HALF_UP)


def format_yuan(value: Decimal) -> str:
    """As on the wire: "100000.00"."""
    return str(value if value.same_quantum(FEN) else yuan(value))


def split_by_shares(total: Decimal, shares: Sequence[int]) -> list[Decimal]:
    """Split yuan in the proportion of whole shares, to the fen, by largest remainder.

    The parts always add up to the total; earlier shares win ties.
    """
    if not shares or min(shares) < 0 or sum(shares) == 0:
        raise ValueError("shares must be non-negative and not all zero")
    fen, whole = int(yuan(total) * 100), sum(shares)
    parts = [fen * share // whole for share in shares]
    remainders = [fen * share % whole for share in shares]
    order = sorted(range(len(shares)), key=lambda place: (-remainders[place], place))
    for place in order[: fen - sum(parts)]:
        parts[place] += 1
    return [Decimal(part) / 100 for part in parts]


def _read_amount(value: object) -> object:
    if isinstance(value, Decimal):
        return yuan(value)
    if isinstance(value, str) and _AMOUNT.fullmatch(value):
        return Decimal(value).quantize(FEN)
    raise PydanticCustomError(
        "money_format", 'an amount in yuan is a string with at most two places, as "100000.00"'
    )


def _read_ratio(value: object) -> object:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, str) and _RATIO.fullmatch(value):
        return Decimal(value)
    raise PydanticCustomError(
        "ratio_format", 'a ratio is a decimal fraction in a string, as "0.5" for 50 %'
    )


_AMOUNT_PATTERN = r"(0|[1-9][0-9]{0,15})(\.[0-9]{1,2})?$"
_MONEY_SCHEMA = {"type": "string", "pattern": f"^{_AMOUNT_PATTERN}", "examples": ["100000.00"]}
_SIGNED_SCHEMA = {"type": "string", "pattern": f"^-?{_AMOUNT_PATTERN}", "examples": ["-5000.00"]}
_RATIO_SCHEMA = {
    "type": "string",
    "pattern": r"^-?(0|[1-9][0-9]{0,5})(\.[0-9]{1,12})?$",
    "examples": ["0.5"],
}

SignedYuan = Annotated[
    Decimal,
    BeforeValidator(_read_amount),
    PlainSerializer(format_yuan, return_type=str, when_used="json"),
    WithJsonSchema(_SIGNED_SCHEMA),
]
"""An amount that may be negative (a claw-back, a loss)."""

Yuan = Annotated[SignedYuan, Field(ge=0), WithJsonSchema(_MONEY_SCHEMA)]
"""An amount of yuan, zero or more."""

Ratio = Annotated[
    Decimal,
    BeforeValidator(_read_ratio),
    PlainSerializer(lambda value: format(value, "f"), return_type=str, when_used="json"),
    WithJsonSchema(_RATIO_SCHEMA),
]
"""A decimal fraction: "0.5" is one half."""
