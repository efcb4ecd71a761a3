"""The shapes of an event: as its sender says it, and as it travels (`kit.events` does the rest)."""

from datetime import datetime
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict


class Event(BaseModel):
    """What happened, in the words of the sender; `type` is `<house>.<what-happened>`."""

    model_config = ConfigDict(frozen=True)

    type: ClassVar[str]


class Envelope(BaseModel):
    """One event on its way (CloudEvents 1.0, structured mode)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: str = "1.0"
    id: str
    source: str
    type: str
    subject: str
    time: datetime
    datacontenttype: str = "application/json"
    data: dict[str, Any]
