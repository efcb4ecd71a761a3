"""Days and instants where the wire takes either."""

from datetime import date, datetime, time
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from kit.clock import JINAN

_LAST_YEAR = 2200


def _parse(raw: object) -> date | datetime:
    """A day, or an instant with its offset; nothing else."""
    if isinstance(raw, str):
        try:
            if len(raw) == len("2024-06-30"):
                return _within(date.fromisoformat(raw))
            instant = datetime.fromisoformat(raw)
            if instant.tzinfo is not None:
                return _within(instant)
        except (ValueError, OverflowError):
            pass
    raise PydanticCustomError(
        "day_or_instant",
        'a day as "2026-12-31" or an instant with offset as "2026-12-31T18:00:00+08:00"',
        {"zh": '应为日期 "2026-12-31" 或带时区的时间 "2026-12-31T18:00:00+08:00"'},
    )


def _within(moment: date) -> date:
    if not 1900 <= moment.year <= _LAST_YEAR:
        raise ValueError
    return moment


def _end_of(raw: object) -> datetime:
    moment = raw if isinstance(raw, datetime) else _parse(raw)
    if isinstance(moment, datetime):
        return moment.astimezone(JINAN)
    return datetime.combine(moment, time.max, JINAN)


def _start_of(raw: object) -> datetime:
    moment = raw if isinstance(raw, datetime) else _parse(raw)
    if isinstance(moment, datetime):
        return moment.astimezone(JINAN)
    return datetime.combine(moment, time.min, JINAN)


def _day_of(raw: object) -> date:
    moment = _parse(raw)
    return moment.astimezone(JINAN).date() if isinstance(moment, datetime) else moment


def _plain_day(raw: object) -> date:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    moment = _parse(raw) if isinstance(raw, str) and len(raw) == len("2024-06-30") else None
    if moment is None:
        raise PydanticCustomError(
            "date_type", "a day as 2024-06-30", {"zh": "应为日期，如 2024-06-30"}
        )
    return moment


Until = Annotated[
    datetime,
    BeforeValidator(_end_of),
    WithJsonSchema(
        {
            "type": "string",
            "description": "an instant with offset, or a day: then to its end in Jinan",
            "examples": ["2027-06-30"],
        }
    ),
]
"""The end of something: an instant, or the end of a day."""

Since = Annotated[
    datetime,
    BeforeValidator(_start_of),
    WithJsonSchema(
        {
            "type": "string",
            "description": "an instant with offset, or a day: then from its beginning in Jinan",
            "examples": ["2027-01-01"],
        }
    ),
]
"""The beginning of something: an instant, or the beginning of a day."""

ObservedDay = Annotated[
    date,
    BeforeValidator(_day_of),
    WithJsonSchema(
        {
            "type": "string",
            "description": "a day, or an instant with offset",
            "examples": ["2026-06-30", "2026-06-30T09:00:00+08:00"],
        }
    ),
]
"""When something was observed; the day in Jinan counts."""

Day = Annotated[
    date,
    BeforeValidator(_plain_day),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2025-12-31"]}),
]
"""A day between 1900 and 2200."""
