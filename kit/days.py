"""Days and instants on the wire: `2024-06-30`, `2024-06-30T09:00:00+08:00`, and nothing else.

Pydantic by itself also takes numbers of seconds, in bodies and in queries, and quietly means 1970.
"""

from datetime import date, datetime
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError


def _read_day(value: object) -> object:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise PydanticCustomError("date_parsing", "a day is written as 2024-06-30")


def _read_instant(value: object) -> object:
    if isinstance(value, datetime):
        return value
    if isinstance(value, str) and len(value) > 10 and value[4] == value[7] == "-":
        return value
    raise PydanticCustomError(
        "datetime_parsing", "an instant is written as 2024-06-30T09:00:00+08:00"
    )


Day = Annotated[
    date, BeforeValidator(_read_day), WithJsonSchema({"type": "string", "format": "date"})
]

Instant = Annotated[
    AwareDatetime,
    BeforeValidator(_read_instant),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""With its offset."""
