"""Agencies and brokers on the wire."""

from datetime import date, datetime
from typing import Annotated

from pydantic import ConfigDict, Field

from kit.money import Yuan
from kit.pages import Page, PageQuery
from kit.schemas import AnswerModel, WireModel
from services.achievements.schemas.records import CountedRows
from services.achievements.schemas.values import (
    FieldCode,
    Flag,
    IsoDate,
    Line,
    Name,
    Prose,
    SearchWords,
)

Fields = Annotated[list[FieldCode], Field(max_length=30)]
Services = Annotated[list[Line], Field(max_length=30)]
LevelCode = Annotated[str, Field(max_length=40, examples=["intermediate"])]


class AgencyBody(WireModel):
    """What an agency offers; name and uscc are those of the caller's organisation."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"services": ["成果评价", "技术经纪"], "fields": ["new-materials"]}]
        }
    )

    services: Services = Field(default_factory=list)
    fields: Fields = Field(default_factory=list)
    introduction: Prose | None = None


class AgencyAnswer(AnswerModel):
    """技术转移机构."""

    uscc: str
    name: str
    services: list[str]
    fields: list[str]
    introduction: str | None
    version: int
    created_at: datetime
    updated_at: datetime


class AgencyQuery(PageQuery):
    """Agencies, by words in name and introduction, by field."""

    q: SearchWords = None
    field: str | None = Field(None, max_length=60)


class AgencyCounts(AnswerModel):
    """How many agencies there are, and how many work in each field."""

    total: int
    by_field: list[CountedRows]


class BrokerCounts(AnswerModel):
    """How many brokers there are, by level and by agency; some have no level yet."""

    total: int
    by_level: list[CountedRows]
    by_agency: list[CountedRows]


class BrokerBody(WireModel):
    """A broker of the caller's agency."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "李某", "fields": ["new-materials"]}]}
    )

    name: Name
    fields: Fields = Field(default_factory=list)
    introduction: Prose | None = None


class BrokerChange(WireModel):
    """What is to change; an inactive broker gets no new work."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"is_active": False}]})

    name: Name | None = None
    fields: Fields | None = None
    introduction: Prose | None = None
    is_active: Flag | None = None


class CreditsAnswer(AnswerModel):
    """Training hours by what they are worth today; the first three add up to all."""

    valid: int
    expired: int
    not_yet: int
    expiring_soon: int


class LevelAward(AnswerModel):
    """A level that was given."""

    level: str
    certificate_number: str
    issuer: str
    awarded_on: date


class BrokerAnswer(AnswerModel):
    """技术经纪人: `level` is the newest that was given."""

    id: str
    agency_uscc: str
    agency_name: str
    name: str
    fields: list[str]
    introduction: str | None
    is_active: bool
    level: str | None
    version: int
    created_at: datetime
    updated_at: datetime


class BrokerPage(BrokerAnswer):
    """A broker with levels and the worth of its training today."""

    levels: list[LevelAward]
    credits: CreditsAnswer


class BrokerQuery(PageQuery):
    """Brokers by name, agency, level, field."""

    q: SearchWords = None
    agency_uscc: str | None = Field(None, max_length=18)
    level: LevelCode | None = None
    field: str | None = Field(None, max_length=60)


class TrainingBody(WireModel):
    """Training a broker has finished; a certificate counts once."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "course": "技术经纪实务",
                    "provider": "历下区技术转移人才培养基地",
                    "certificate_number": "LX-2026-018",
                    "hours": 40,
                    "completed_on": "2026-06-30",
                }
            ]
        }
    )

    course: Line
    provider: Line
    certificate_number: Annotated[str, Field(min_length=1, max_length=100)]
    hours: Annotated[int, Field(strict=True, ge=1, le=1000)]
    completed_on: IsoDate


class TrainingAnswer(AnswerModel):
    """Training hours; they count through `expires_on`."""

    id: str
    course: str
    provider: str
    certificate_number: str
    hours: int
    completed_on: date
    expires_on: date


class TrainingsAnswer(Page[TrainingAnswer]):
    """All training of a broker, and its worth today."""

    credits: CreditsAnswer


class LevelBody(WireModel):
    """A level to be given; asks the valid hours of `GET /v1/brokers/levels`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "level": "junior",
                    "certificate_number": "JJ-2026-001",
                    "issuer": "历下区科学技术局",
                    "awarded_on": "2026-07-01",
                }
            ]
        }
    )

    level: LevelCode
    certificate_number: Line
    issuer: Line
    awarded_on: IsoDate


class LevelAnswer(AnswerModel):
    """A level and the valid training hours it asks (data; an assumption where so marked)."""

    code: str
    label: str
    rank: int
    least_credits: int
    assumption: bool


class LevelsAnswer(Page[LevelAnswer]):
    """The levels, lowest first."""


class AgencyPerformance(AnswerModel):
    """What an agency did; `rows` are the addresses of the appointments counted."""

    uscc: str
    name: str
    accepted: int
    accepted_rows: str
    completed: int
    completed_rows: str
    contracts: int
    base_yuan: Yuan
    commission_yuan: Yuan


class BrokerPerformance(AnswerModel):
    """What a broker did; `rows` are the completed appointments it had a share in."""

    broker_id: str
    name: str
    uscc: str
    completed: int
    completed_rows: str
    commission_yuan: Yuan


class PerformanceAnswer(AnswerModel):
    """绩效表: the commissions of the brokers of an agency add up to the agency's."""

    agencies: list[AgencyPerformance]
    brokers: list[BrokerPerformance]
