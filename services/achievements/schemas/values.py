"""Kinds of values that several bodies share."""

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def _read_date(value: object) -> object:
    if isinstance(value, date):
        return value
    try:
        if isinstance(value, str) and _ISO_DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise PydanticCustomError("date_parsing", "a date is written as 2024-06-30")


IsoDate = Annotated[
    date,
    BeforeValidator(_read_date),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2024-03-01"]}),
]
"""A day, `YYYY-MM-DD`; numbers and instants are refused."""

SourceId = Annotated[
    str,
    Field(
        min_length=1,
        max_length=200,
        description="the owner's own identifier; the key of upserts within the owner",
        examples=["SDU-2024-0001"],
    ),
]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Line = Annotated[str, Field(min_length=1, max_length=500)]
Prose = Annotated[str, Field(max_length=20_000)]
FieldCode = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$",
        max_length=60,
        description="技术领域 as a kebab code",
        examples=["new-generation-it"],
    ),
]
Industry = Annotated[
    str,
    Field(
        pattern=r"^[A-T]([0-9]{2,4})?$",
        description="GB/T 4754: a letter, then 2 to 4 digits",
        examples=["C39"],
    ),
]


def _blank_is_nothing(text: str | None) -> str | None:
    return (text or "").strip() or None


SearchWords = Annotated[
    str | None,
    Field(max_length=500, description="words, Chinese or English", examples=["固态电池"]),
    AfterValidator(_blank_is_nothing),
]
"""What to search for; blanks alone ask for nothing."""

ReadinessLevel = Annotated[
    int, Field(strict=True, ge=1, le=9, description="技术就绪度 1-9 (GB/T 22900)")
]
Flag = Annotated[bool, Field(strict=True)]
