"""Organisations on the wire."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from kit.identifiers import Uscc
from kit.pages import Page, PageQuery
from kit.schemas import AnswerModel, WireModel
from services.achievements.rules.filters import OrganizationFilter
from services.achievements.rules.organizations import (
    Ending,
    EndKind,
    OrganizationFacts,
    OrganizationKind,
)
from services.achievements.schemas.records import BATCH_LIMIT
from services.achievements.schemas.values import Flag, IsoDate, Line, Name, SearchWords


class OrganizationContent(WireModel):
    """What is said of an organisation; null means nobody has said."""

    name: Name
    kind: OrganizationKind
    district: Line | None = None
    in_district: Flag | None = None
    is_industrial: Flag | None = None
    is_above_designated_size: Flag | None = None
    above_designated_size_since: IsoDate | None = None

    def describe(self, uscc: str) -> OrganizationFacts:
        """The same in the words of the rules."""
        said = {name: getattr(self, name) for name in OrganizationContent.model_fields}
        return OrganizationFacts(uscc=uscc, **said)


class OrganizationBody(OrganizationContent):
    """An organisation as its officer or itself describes it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "济南明湖智造科技有限公司",
                    "kind": "enterprise",
                    "district": "历下区",
                    "in_district": True,
                    "is_industrial": True,
                    "is_above_designated_size": True,
                    "above_designated_size_since": "2022-01-01",
                }
            ]
        }
    )

    effective_on: IsoDate | None = Field(
        None, description="since when what is new here holds (a new name, a move); null: unknown"
    )


class OrganizationItem(OrganizationBody):
    """An organisation of a batch."""

    uscc: Uscc


class OrganizationLine(OrganizationContent):
    """An organisation of a file."""

    uscc: Uscc

    def facts(self) -> OrganizationFacts:
        """The same in the words of the rules."""
        return self.describe(self.uscc)


class OrganizationBatch(WireModel):
    """Up to 1,000 organisations; each is judged alone, so an unreadable one harms no other."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "items": [
                        {"uscc": "91370102MA3D000125", "name": "济南明湖智造", "kind": "enterprise"}
                    ]
                }
            ]
        }
    )

    items: Annotated[list[JsonValue], Field(min_length=1, max_length=BATCH_LIMIT)]


class EndingBody(WireModel):
    """How an organisation ended."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "ended_on": "2026-09-30",
                    "kind": "merged",
                    "successor_uscc": "91370102MA3D000125",
                    "reason": "吸收合并",
                }
            ]
        }
    )

    ended_on: IsoDate
    kind: EndKind
    successor_uscc: Uscc | None = Field(None, description="who goes on, of a merged one")
    reason: Line | None = None

    def ending(self) -> Ending:
        """The same in the words of the rules."""
        return Ending(self.ended_on, self.kind, self.successor_uscc)


class OrganizationQuery(PageQuery):
    """Which organisations."""

    q: SearchWords = None
    kind: OrganizationKind | None = None
    district: str | None = Field(None, max_length=500)
    in_district: bool | None = None
    is_industrial: bool | None = None
    is_above_designated_size: bool | None = None
    ended: bool | None = None

    def wanted(self) -> OrganizationFilter:
        """The same in the words of the rules."""
        return OrganizationFilter(**self.model_dump())


class OnQuery(BaseModel):
    """As of which day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    on: IsoDate | None = Field(None, description="what held on this day; null: now")


class DatedFactAnswer(AnswerModel):
    """What holds from a day on; null: ever since anybody knows."""

    fact: str
    value: str | bool | None
    from_on: date | None
    recorded_at: datetime
    recorded_by: str


class DatedFactsAnswer(Page[DatedFactAnswer]):
    """All that was said of an organisation, in the order in which it was recorded."""


class OrganizationAnswer(AnswerModel):
    """An organisation."""

    uscc: str
    name: str
    kind: OrganizationKind
    district: str | None
    in_district: bool | None
    is_industrial: bool | None
    is_above_designated_size: bool | None
    above_designated_size_since: date | None
    ended_on: date | None
    end_kind: EndKind | None
    successor_uscc: str | None
    version: int
    created_at: datetime
    updated_at: datetime


class OrganizationPortrait(OrganizationAnswer):
    """An organisation with the names it had and those that were merged into it."""

    former_names: list[str]
    predecessors: list[str]
