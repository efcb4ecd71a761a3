"""Facts of credit and the days on which they stand.

Two time axes: `valid_from`..`valid_to` (both days included) is when it was true,
`recorded_from`..`recorded_to` (end excluded) is when we knew it so. Nothing is overwritten:
a correction closes the old record and opens a new one.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import NamedTuple

from kit.money import format_yuan
from kit.text import Text
from services.credit.rules.catalogue import (
    Catalogue,
    Disclosure,
    Item,
    Nature,
    Polarity,
    ValueKind,
)

REGISTRY = "registry"
"""Source and supplier of what other houses of the platform tell."""

FactValue = Decimal | bool | str
WireValue = str | int | bool

_YUAN = re.compile(r"(0|[1-9][0-9]{0,15})(\.[0-9]{1,2})?")
_RATIO = re.compile(r"-?(0|[1-9][0-9]{0,5})(\.[0-9]{1,12})?")
_COUNT = re.compile(r"0|[1-9][0-9]{0,11}")
_LONGEST_TEXT = 500
_MOST = 10**12
_FEN = Decimal("0.01")


class Fact(NamedTuple):
    """信用事实: one value of one catalogue item, with where it came from and when it holds.

    A named tuple, since every look makes dozens: a frozen dataclass takes five times as long.

    `gone_on` is set on a record that was corrected: the day on which it is gone by what is known
    today. `key` is shared by all records of the same fact.
    """

    id: str
    item: str
    value: FactValue
    source: str
    observed_on: date
    valid_from: date
    valid_to: date | None
    conduct_ended_on: date | None
    details: Mapping[str, str]
    recorded_from: datetime
    recorded_to: datetime | None
    gone_on: date | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a value cannot be a value of its item."""

    code: str
    message: Text


def read_value(item: Item, raw: object) -> FactValue | Unreadable:
    """A value on the wire as the catalogue item wants it, or what is wrong with it."""
    value: FactValue | None = None
    if isinstance(raw, str):
        value = _read_string(item, raw)
    elif isinstance(raw, bool):
        value = raw if item.value is ValueKind.FLAG else None
    elif isinstance(raw, int) and item.value is ValueKind.COUNT:
        value = Decimal(raw) if 0 <= raw < _MOST else None
    return _describe_form(item) if value is None else value


def _read_string(item: Item, raw: str) -> FactValue | None:
    match item.value:
        case ValueKind.YUAN:
            return _read_yuan(raw)
        case ValueKind.CODE:
            return raw if raw in item.choices else None
        case ValueKind.RATIO:
            return Decimal(raw) if _RATIO.fullmatch(raw) else None
        case ValueKind.COUNT:
            return Decimal(raw) if _COUNT.fullmatch(raw) else None
        case ValueKind.DATE:
            return raw if _is_date(raw) else None
        case ValueKind.TEXT:
            return raw.strip() if 0 < len(raw.strip()) <= _LONGEST_TEXT else None
        case ValueKind.FLAG:
            return None


def _read_yuan(raw: str) -> Decimal | None:
    if _YUAN.fullmatch(raw) is None:
        return None
    return Decimal(raw) if raw[-3:-2] == "." else Decimal(raw).quantize(_FEN)


_FORMS: Mapping[ValueKind, tuple[str, str]] = {
    ValueKind.YUAN: (
        '不为负、最多两位小数的金额字符串，如 "100000.00"',
        'an amount in a string, not negative, at most two places, as "100000.00"',
    ),
    ValueKind.RATIO: (
        '小数形式的比例字符串，如 "0.35"',
        'a ratio in a string, as "0.35" for 35 %',
    ),
    ValueKind.COUNT: ("不为负的整数，如 12", "a whole number, not negative, as 12"),
    ValueKind.TEXT: ("不超过500字的文字", "a text of at most 500 characters"),
    ValueKind.DATE: ("日期，如 2024-06-30", "a day, as 2024-06-30"),
    ValueKind.FLAG: ("true 或 false", "true or false"),
}


def _describe_form(item: Item) -> Unreadable:
    choices = ", ".join(item.choices)
    zh, en = _FORMS.get(item.value, (choices, f"one of {choices}"))
    return Unreadable(
        "value_form",
        Text(f"事项「{item.code}」的值应为：{zh}", f"the value of item {item.code} is {en}"),
    )


def _is_date(raw: str) -> bool:
    try:
        return date.fromisoformat(raw).isoformat() == raw
    except ValueError:
        return False


def show_value(kind: ValueKind, value: FactValue) -> WireValue:
    """A value as it goes on the wire; the inverse of `read_value`."""
    if not isinstance(value, Decimal):
        return value
    if kind is ValueKind.COUNT:
        return int(value)
    return format_yuan(value) if kind is ValueKind.YUAN else format(value, "f")


def add_years(day: date, years: int) -> date:
    """The same day some years later; the 29th of February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def gone_from(fact: Fact, item: Item, years: int) -> date | None:
    """The day from which a negative fact is gone (山东省社会信用条例 art. 38), or None.

    The five years run from the end of the conduct: the day given as such, else the end of the
    state, else, for what happened once, the day it happened. A conduct that goes on has no end.
    """
    if fact.gone_on is not None:
        return fact.gone_on
    return end_showing(item, fact.valid_from, fact.valid_to, fact.conduct_ended_on, years)


def end_showing(
    item: Item, valid_from: date, valid_to: date | None, conduct_ended_on: date | None, years: int
) -> date | None:
    """`gone_from`, of a fact that may not be recorded yet."""
    if item.polarity is not Polarity.NEGATIVE:
        return None
    ended = conduct_ended_on or valid_to
    if ended is None and item.nature is not Nature.STATE:
        ended = valid_from
    return None if ended is None else add_years(ended, min(years, item.shown_years or years))


def standing_facts(
    facts: Iterable[Fact], catalogue: Catalogue, as_of: date, known_at: datetime, asked_on: date
) -> list[Fact]:
    """The facts that stood on `as_of` as we knew them at `known_at`, and may be shown today.

    `asked_on` is the day of the question: the law's five years bind whoever asks now, also about
    a day in the past. Sorted so that the same facts always come in the same order.
    """
    shown_on, years = max(as_of, asked_on), catalogue.terms.negative_years
    standing = [
        fact
        for fact in facts
        if (item := catalogue.items.get(fact.item)) is not None
        and _is_known(fact, known_at)
        and _is_true(fact, item, as_of)
        and ((gone := gone_from(fact, item, years)) is None or gone > shown_on)
    ]
    return sorted(standing, key=_ORDER)


_ORDER = attrgetter("item", "valid_from", "observed_on", "id")


def _is_known(fact: Fact, known_at: datetime) -> bool:
    return fact.recorded_from <= known_at and (
        fact.recorded_to is None or known_at < fact.recorded_to
    )


def _is_true(fact: Fact, item: Item, as_of: date) -> bool:
    if fact.valid_from > as_of:
        return False
    over = fact.valid_to is not None and fact.valid_to < as_of
    return item.nature is not Nature.STATE or not over


def may_disclose(item: Item, categories: frozenset[str]) -> bool:
    """Whether an institution with consent for these categories may be told this item."""
    if item.disclosure is Disclosure.WITH_CONSENT:
        return item.category in categories
    return item.disclosure is Disclosure.PUBLIC
