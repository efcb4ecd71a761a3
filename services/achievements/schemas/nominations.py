"""Calls for nominations and nominations on the wire."""

from datetime import date, datetime
from typing import Annotated

from pydantic import ConfigDict, Field, JsonValue

from kit.identifiers import Orcid, Uscc
from kit.pages import PageQuery
from kit.schemas import AnswerModel, WireModel
from kit.workdays import Light
from services.achievements.rules.awards import AwardLevel, AwardScheme
from services.achievements.rules.filters import CallFilter, NominationFilter
from services.achievements.rules.nominations import NominationAct, NominationState
from services.achievements.schemas.records import (
    CountedRows,
)
from services.achievements.schemas.values import IsoDate, Line, Name, Prose, SearchWords

WorkingDays = Annotated[int, Field(strict=True, ge=1, le=260, description="working days")]
Levels = Annotated[list[AwardLevel], Field(min_length=1, max_length=4)]


class CallBody(WireModel):
    """A call for nominations: which award, which levels, until when."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "scheme": "shandong_st_progress",
                    "levels": ["first", "second", "third"],
                    "title": "2027年度山东省科学技术奖提名",
                    "published_on": "2026-11-23",
                    "working_days": 15,
                    "recommend_days": 10,
                    "supplement_days": 5,
                }
            ]
        }
    )

    scheme: AwardScheme
    levels: Levels
    title: Line
    document: Line | None = Field(None, description="文号")
    published_on: IsoDate = Field(description="terms are counted from the day after it")
    working_days: WorkingDays
    recommend_days: WorkingDays = Field(description="for the bureau, from the day after receipt")
    supplement_days: WorkingDays = Field(description="to mend what was returned")


class CallPatch(WireModel):
    """What to change: the term is counted anew from the day of publication."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"working_days": 20}]})

    title: Line | None = None
    document: Line | None = None
    working_days: WorkingDays | None = None
    reason: Line | None = None


class StateCount(AnswerModel):
    """How many nominations of a state the caller may see."""

    state: NominationState
    count: int
    rows: str


class CallAnswer(AnswerModel):
    """A call; `warnings` say where the calendar of working days is not sure."""

    id: str
    scheme: AwardScheme
    levels: list[AwardLevel]
    title: str
    document: str | None
    published_on: date
    working_days: int
    due_on: date
    light: Light
    recommend_days: int
    supplement_days: int
    warnings: list[str]
    version: int
    nominations: list[StateCount]
    created_at: datetime
    updated_at: datetime


class CallQuery(PageQuery):
    """Which calls."""

    scheme: AwardScheme | None = None
    open: bool | None = Field(None, description="nominations are still taken")

    def wanted(self) -> CallFilter:
        """The same in the words of the rules."""
        return CallFilter(**self.model_dump())


class NominatedOrganization(WireModel):
    """完成单位, in the order of merit"""

    name: Name
    uscc: Uscc | None = None


class NominatedPerson(WireModel):
    """完成人, in the order of merit"""

    name: Name
    orcid: Orcid | None = None


Organizations = Annotated[list[NominatedOrganization], Field(max_length=50)]
People = Annotated[list[NominatedPerson], Field(max_length=100)]
Numbers = Annotated[list[Line], Field(max_length=200)]


class NominationBody(WireModel):
    """Which achievement is nominated for which call; the rest is filled from the registry."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "call_id": "01936b6e-7c1d-7cc1-b8d5-3f6f6a5d2c11",
                    "achievement_id": "01936b6e-7c1d-7cc1-b8d5-3f6f6a5d2c12",
                    "applied_level": "first",
                }
            ]
        }
    )

    call_id: Annotated[str, Field(max_length=36)]
    achievement_id: Annotated[str, Field(max_length=36)]
    applied_level: AwardLevel | None = None


class NominationPatch(WireModel):
    """What to change of the content, while it is a draft or returned."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"statement": "公斤级制备为国内首次，已在两家企业应用。"}]}
    )

    title: Line | None = None
    summary: Prose | None = None
    statement: Prose | None = Field(None, description="推荐理由")
    applied_level: AwardLevel | None = None
    organizations: Organizations | None = None
    contributors: People | None = None
    intellectual_property: Numbers | None = None
    completed_on: IsoDate | None = None


class NominationDecision(WireModel):
    """The next step; `awarded` says which level and when, and makes the award by itself."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"decision": "recommended"},
                {
                    "decision": "awarded",
                    "level": "second",
                    "awarded_on": "2026-11-20",
                    "certificate_number": "2026-J-2-017",
                },
            ]
        }
    )

    decision: NominationAct
    reason: Line | None = None
    level: AwardLevel | None = None
    awarded_on: IsoDate | None = None
    certificate_number: Line | None = None


class LackAnswer(AnswerModel):
    """What a nomination lacks before it may be submitted."""

    field: str
    name: str


class NominationContent(AnswerModel):
    """What a nomination says."""

    title: str | None
    summary: str | None
    statement: str | None
    applied_level: AwardLevel | None
    organizations: list[NominatedOrganization]
    contributors: list[NominatedPerson]
    intellectual_property: list[str]
    completed_on: date | None


class NominationAnswer(AnswerModel):
    """A nomination: what it says, what it lacks, whose turn it is until when."""

    id: str
    call_id: str
    achievement_id: str
    owner_uscc: str
    state: NominationState
    allowed: list[NominationAct]
    version: int
    content: NominationContent
    lacking: list[LackAnswer]
    due_on: date | None = Field(description="by when the open step is due")
    light: Light | None
    submitted_on: date | None
    decision: dict[str, JsonValue] | None
    award_id: str | None
    created_at: datetime
    updated_at: datetime


class NominationCounts(AnswerModel):
    """How many nominations the caller may see, by state, and how many are overdue."""

    total: int
    by_state: list[CountedRows]
    overdue: CountedRows


class NominationQuery(PageQuery):
    """Which nominations; an organisation sees its own."""

    q: SearchWords = None
    call_id: str | None = Field(None, max_length=36)
    state: NominationState | None = None
    organization: str | None = Field(None, max_length=18)
    achievement_id: str | None = Field(None, max_length=36)
    overdue: bool | None = Field(None, description="whose open step is (not) past its day")

    def wanted(self) -> NominationFilter:
        """The same in the words of the rules."""
        return NominationFilter(**self.model_dump())
