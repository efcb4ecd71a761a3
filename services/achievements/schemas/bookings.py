"""Bookable hours and bookings on the wire."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from kit.days import Instant
from kit.money import Ratio
from kit.pages import Page
from kit.schemas import AnswerModel, WireModel
from services.achievements.rules.bookings import Slot, read_clock
from services.achievements.schemas.values import IsoDate, Line

ClockTime = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["08:30"])]
EndOfSlot = Annotated[
    str,
    Field(
        pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$",
        description="24:00 is the end of the day; a booking may go on into the next day's slot",
        examples=["17:30"],
    ),
]


class SlotBody(WireModel):
    """A stretch of one weekday, in Beijing time."""

    weekday: Annotated[int, Field(strict=True, ge=1, le=7, description="1 = Monday")]
    opens: ClockTime
    closes: EndOfSlot

    def slot(self) -> Slot:
        """The same in the words of the rules."""
        return Slot(self.weekday, read_clock(self.opens), read_clock(self.closes))


class HoursBody(WireModel):
    """When an instrument may be booked, week by week."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"slots": [{"weekday": 1, "opens": "08:30", "closes": "17:30"}]}]
        }
    )

    slots: Annotated[list[SlotBody], Field(max_length=70)]


class HoursAnswer(AnswerModel):
    """Bookable hours; without any, nothing can be booked."""

    instrument_id: str
    version: int
    slots: list[SlotBody]


class BookingBody(WireModel):
    """A time to book; instants carry their offset."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "starts_at": "2026-12-07T09:00:00+08:00",
                    "ends_at": "2026-12-07T11:00:00+08:00",
                    "purpose": "电解质断面形貌",
                }
            ]
        }
    )

    starts_at: Instant
    ends_at: Instant
    purpose: Line | None = None


class CancellationBody(WireModel):
    """Why a booking is cancelled."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "样品未到"}]})

    reason: Annotated[str, Field(max_length=500)] | None = None


class BookingAnswer(AnswerModel):
    """A booking; who booked and why is for the two sides and the bureau."""

    id: str
    instrument_id: str
    starts_at: datetime
    ends_at: datetime
    state: str
    booker_uscc: str | None
    booker_name: str | None
    purpose: str | None
    created_at: datetime
    cancelled_at: datetime | None


class BookingsAnswer(Page[BookingAnswer]):
    """Bookings of the days asked for, in the order of time."""


class DaysQuery(BaseModel):
    """Days, both included; at most 366."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    first: IsoDate = Field(description="first day")
    last: IsoDate = Field(description="last day")


class UtilisationAnswer(AnswerModel):
    """How much an instrument is used: booked of open minutes."""

    instrument_id: str
    open_minutes: int
    booked_minutes: int
    bookings: int
    rate: Ratio | None = Field(description="booked / open; null where it was never open")
