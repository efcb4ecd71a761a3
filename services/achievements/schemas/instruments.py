"""Instruments on the wire."""

from dataclasses import fields
from typing import Annotated

from pydantic import ConfigDict, Field, JsonValue

from kit.money import Yuan
from services.achievements.rules.instruments import InstrumentFacts, InstrumentState
from services.achievements.rules.rows import RowResult
from services.achievements.rules.visibility import InstrumentField
from services.achievements.schemas.forms import InstrumentForm, stored_form
from services.achievements.schemas.records import (
    GuardedAnswer,
    GuardedContent,
    GuardedPatch,
    Hit,
    RecordQuery,
)
from services.achievements.schemas.values import Flag, IsoDate, Line, Prose, SourceId

_EXAMPLE: dict[str, JsonValue] = {
    "source_id": "EQ-0001",
    "name": "场发射扫描电子显微镜",
    "model": "SU8220",
    "original_value_yuan": "3200000.00",
    "commissioned_on": "2020-06-01",
    "is_shared": True,
}


class InstrumentContent(GuardedContent[InstrumentField]):
    """The core of the 33 fields of the national form."""

    name: Line
    english_name: Line | None = None
    model: Line | None = None
    classification: Line | None = None
    manufacturer: Line | None = None
    origin_country: Line | None = None
    original_value_yuan: Yuan | None = None
    commissioned_on: IsoDate | None = None
    laboratory: Line | None = None
    address: Line | None = None
    contact_name: Line | None = None
    contact_phone: Line | None = None
    contact_email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=200)] | None = None
    indicators: Prose | None = None
    purpose: Prose | None = None
    is_shared: Flag = False
    fee_note: Prose | None = None
    state: InstrumentState = InstrumentState.IN_USE
    form: InstrumentForm | None = None


class InstrumentBody(InstrumentContent):
    """An instrument as it is sent."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    source_id: SourceId

    def facts(self) -> InstrumentFacts:
        """The same in the words of the rules."""
        values = {f.name: getattr(self, f.name) for f in fields(InstrumentFacts)}
        return InstrumentFacts(**values | {"form": stored_form(self.form)} | self.guard())


class InstrumentUpsert(InstrumentContent):
    """An instrument under the `source_id` of the address."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    source_id: SourceId | None = None


class InstrumentPatch(GuardedPatch[InstrumentField]):
    """The fields to change (RFC 7396): null empties an optional field."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"state": "under_repair", "reason": "年检"}]}
    )

    name: Line | None = None
    english_name: Line | None = None
    model: Line | None = None
    classification: Line | None = None
    manufacturer: Line | None = None
    origin_country: Line | None = None
    original_value_yuan: Yuan | None = None
    commissioned_on: IsoDate | None = None
    laboratory: Line | None = None
    address: Line | None = None
    contact_name: Line | None = None
    contact_phone: Line | None = None
    contact_email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=200)] | None = None
    indicators: Prose | None = None
    purpose: Prose | None = None
    is_shared: Flag | None = None
    fee_note: Prose | None = None
    state: InstrumentState | None = None
    form: InstrumentForm | None = None


class InstrumentAnswer(GuardedAnswer[InstrumentField]):
    """An instrument as it is answered."""

    name: str
    english_name: str | None
    model: str | None
    classification: str | None
    manufacturer: str | None
    origin_country: str | None
    original_value_yuan: Yuan | None
    commissioned_on: IsoDate | None
    laboratory: str | None
    address: str | None
    contact_name: str | None
    contact_phone: str | None
    contact_email: str | None
    indicators: str | None
    purpose: str | None
    is_shared: bool
    fee_note: str | None
    state: InstrumentState
    form: InstrumentForm | None


class InstrumentHit(Hit, InstrumentAnswer):
    """An instrument in a list."""


class InstrumentUpserted(InstrumentAnswer):
    """The instrument, and what the upsert did."""

    result: RowResult


class InstrumentQuery(RecordQuery):
    """Which instruments."""

    is_shared: bool | None = None
    state: InstrumentState | None = None
    bookable: bool | None = Field(None, description="with (or without) bookable hours")
