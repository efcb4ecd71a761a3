"""A record's content as columns, and the hash that tells whether it changed."""

import hashlib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import Enum

import orjson

from kit.money import format_yuan
from services.achievements.rules.rows import Facts

ColumnValue = str | int | bool | Decimal | date | list[object] | dict[str, object] | None


_PLAIN = frozenset({str, int, bool, Decimal, date, type(None)})


def content_of(facts: Facts) -> dict[str, ColumnValue]:
    """The columns of a record's content; lists and parts in the shape of JSON."""
    return {name: _plain(getattr(facts, name)) for name in facts.__dataclass_fields__}


def _plain(value: object) -> ColumnValue:
    # Called some forty times a row, so the commonest answer comes first and costs one look-up.
    kind = type(value)
    if kind in _PLAIN:
        return value  # type: ignore[return-value]
    if kind is tuple:
        return [_plain(part) for part in value]  # type: ignore[attr-defined]
    if isinstance(value, Enum):
        return str(value._value_)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, dict):
        return value
    return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}  # type: ignore[attr-defined]


def fingerprint(facts: Facts) -> bytes:
    """16 bytes that differ where the content differs."""
    packed = orjson.dumps(facts, default=_wire, option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(packed, digest_size=16).digest()


def jsonable(content: Mapping[str, ColumnValue]) -> dict[str, object]:
    """The same content with money and days as on the wire."""
    return {name: _wire(value) for name, value in content.items()}


def _wire(value: object) -> object:
    if isinstance(value, Decimal):
        return format_yuan(value)
    if isinstance(value, date):
        return value.isoformat()
    return value
