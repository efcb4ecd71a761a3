"""Packing: frozen dataclasses to plain JSON and back, so that a ledger is read without this code.

Decimal, date and enum become strings; tuples become lists; a dataclass becomes an object.
"""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import TypeVar, Union, cast, get_args, get_origin, get_type_hints

from gateway.rules.ledger import Json

Thing = TypeVar("Thing")


def pack(value: object) -> Json:
    """Plain JSON of a value."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: pack(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): pack(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [pack(one) for one in value]
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, str | int | bool):
        return value
    raise TypeError(f"cannot pack {type(value).__name__}")


def unpack(kind: type[Thing], packed: Mapping[str, Json]) -> Thing:
    """The dataclass that was packed; a field that was added since has its default."""
    hints = get_type_hints(kind)
    known = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: _read(hints[name], packed[name]) for name in known & packed.keys()})


def _read(hint: object, value: Json) -> object:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        if value is None:
            return None
        return _read(next(one for one in inner if one is not types.NoneType), value)
    if origin is tuple:
        return tuple(_read(inner[0], one) for one in cast(list[Json], value))
    if isinstance(hint, type) and is_dataclass(hint):
        return unpack(hint, cast(Mapping[str, Json], value))
    if hint is date:
        return date.fromisoformat(cast(str, value))
    if hint is Decimal or (isinstance(hint, type) and issubclass(hint, Enum)):
        return hint(cast(str, value))
    return value
