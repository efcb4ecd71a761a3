"""Evidence, certification, grades and tenants of platforms on the wire."""

from datetime import date, datetime
from typing import Annotated

from pydantic import ConfigDict, Field

from kit.identifiers import Uscc
from kit.pages import PageQuery
from kit.schemas import AnswerModel, WireModel
from services.achievements.rules.platforms import PlatformLevel
from services.achievements.rules.six_haves import SixHave
from services.achievements.schemas.values import Flag, IsoDate, Line, Name

Grade = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$", examples=["excellent"])]
Assessor = Annotated[
    str,
    Field(
        pattern=r"^[a-z_]{1,40}$",
        description="who assessed: national, shandong, jinan, lixia",
        examples=["jinan"],
    ),
]


class EvidenceBody(WireModel):
    """One piece of evidence for one of the six."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "研发场地租赁合同"}]})

    title: Line
    document: Line | None = Field(None, description="where the document is kept")


class EvidenceAnswer(AnswerModel):
    """Evidence that was given."""

    have: SixHave
    title: str
    document: str | None
    given_at: datetime


class CertificationBody(WireModel):
    """认定 by the bureau."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"certified_on": "2026-10-01", "level": "municipal"}]}
    )

    certified_on: IsoDate
    level: PlatformLevel
    document: Line | None = None
    newly_established: Flag | None = Field(
        None, description="新设立、新建 as the bureau finds it; null: not examined"
    )


class CertificationAnswer(AnswerModel):
    """认定."""

    certified_on: date
    level: PlatformLevel
    assessor: str
    document: str | None
    newly_established: bool | None


class GradeBody(WireModel):
    """绩效评价 of one year by one assessor."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"assessed_by": "jinan", "grade": "excellent", "graded_on": "2026-06-01"}]
        }
    )

    assessed_by: Assessor
    grade: Grade
    graded_on: IsoDate


class GradeAnswer(AnswerModel):
    """A grade."""

    year: int
    assessed_by: str
    grade: str
    graded_on: date


class TenantBody(WireModel):
    """Who moves in, from when, until when."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "某初创公司", "moved_in_on": "2026-01-01"}]}
    )

    uscc: Uscc | None = None
    name: Name
    moved_in_on: IsoDate
    moved_out_on: IsoDate | None = None


class DepartureBody(WireModel):
    """When a tenant leaves: its first day no longer there."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"moved_out_on": "2026-06-30"}]})

    moved_out_on: IsoDate


class TenantQuery(PageQuery):
    """Tenants of a day, or all there ever were."""

    on: IsoDate | None = Field(None, description="only those who are there on this day")


class TenantAnswer(AnswerModel):
    """A tenant."""

    id: str
    uscc: str | None
    name: str
    moved_in_on: date
    moved_out_on: date | None


class PlatformLifeAnswer(AnswerModel):
    """The six haves and what lacks, certification, grades, tenants and room."""

    platform_id: str
    evidence: list[EvidenceAnswer]
    missing: list[SixHave]
    certification: CertificationAnswer | None
    grades: list[GradeAnswer]
    tenants: list[TenantAnswer]
    tenants_now: int
    capacity: int | None
