"""Parameters that several routes share."""

from typing import Annotated, Any

from fastapi import Header, Path
from pydantic import BaseModel

from kit.auth import HOLDERS_OF_RESEARCH, Principal, Role, allow

Holder = Annotated[Principal, allow(*HOLDERS_OF_RESEARCH)]
"""An organisation that owns achievements, instruments and expenditure."""

Sender = Annotated[Principal, allow(*HOLDERS_OF_RESEARCH, Role.OFFICER)]
"""Whoever sends files: those organisations, and the bureau for the register of organisations."""

Officer = Annotated[Principal, allow(Role.OFFICER)]
"""The district bureau."""

Overseer = Annotated[Principal, allow(Role.OFFICER, Role.AUDITOR)]
"""Those who read everything."""

RecordId = Annotated[str, Path(max_length=36, description="the record's id")]
SourceKey = Annotated[
    str, Path(min_length=1, max_length=200, description="the owner's own identifier")
]
AcceptLanguage = Annotated[
    str | None, Header(alias="Accept-Language", description="zh-CN (default) or en")
]


def created_too(model: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    """An upsert answers 201 where the thing is new."""
    return {201: {"model": model, "description": "新增 · created"}}
