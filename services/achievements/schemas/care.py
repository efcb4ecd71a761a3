"""Care plans (一对一服务) on the wire."""

from datetime import date, datetime
from typing import Annotated

from pydantic import ConfigDict, Field

from kit.identifiers import Uscc
from kit.pages import PageQuery
from kit.schemas import AnswerModel, WireModel
from services.achievements.rules.care import PromiseState
from services.achievements.rules.filters import CareFilter, PromiseFilter
from services.achievements.schemas.values import IsoDate, Line, Name, Prose


class CarePlanBody(WireModel):
    """Whom to care for, and who does."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "uscc": "91370102MA3D000125",
                    "officer": "王某",
                    "goal": "研发投入单独列账、应统尽统",
                }
            ]
        }
    )

    uscc: Uscc
    officer: Name
    goal: Line | None = None


class CarePlanPatch(WireModel):
    """What to change (RFC 7396): null empties the goal."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"officer": "李某"}]})

    officer: Name | None = None
    goal: Line | None = None
    reason: Annotated[str, Field(max_length=500)] | None = None


class VisitBody(WireModel):
    """A visit that was made."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "visited_on": "2026-11-20",
                    "visitor": "王某",
                    "note": "两类费用漏记",
                }
            ]
        }
    )

    visited_on: IsoDate
    visitor: Name
    note: Annotated[Prose, Field(min_length=1)]


class PromiseBody(WireModel):
    """What was promised, and until when."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"promise": "上门培训研发费用归集", "due_on": "2026-12-15"}]
        }
    )

    promise: Line
    due_on: IsoDate


class FulfilmentBody(WireModel):
    """When a promise was kept."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"done_on": "2026-11-22"}]})

    done_on: IsoDate


class VisitAnswer(AnswerModel):
    """A visit; its note is the bureau's own."""

    id: str
    visited_on: date
    visitor: str
    note: str | None


class PromiseAnswer(AnswerModel):
    """A promise as it stands today; on its day it is still in time."""

    id: str
    promise: str
    due_on: date
    done_on: date | None
    state: PromiseState
    days_late: int


class CarePromiseLine(PromiseAnswer):
    """A promise in a list over all plans."""

    plan_id: str
    uscc: str
    officer: str


class CarePlanAnswer(AnswerModel):
    """Officer, visits, promises; what is overdue is marked."""

    id: str
    uscc: str
    organization_name: str | None
    officer: str
    goal: str | None
    version: int
    visits: list[VisitAnswer]
    promises: list[PromiseAnswer]
    open_promises: int
    overdue_promises: int
    created_at: datetime
    updated_at: datetime


class CareQuery(PageQuery):
    """Which plans; an organisation sees its own."""

    uscc: str | None = Field(None, max_length=18)
    officer: str | None = Field(None, max_length=200)
    overdue: bool | None = Field(None, description="with (or without) an overdue promise")

    def wanted(self) -> CareFilter:
        """The same in the words of the rules."""
        return CareFilter(**self.model_dump())


class PromiseQuery(PageQuery):
    """Which promises of all plans."""

    uscc: str | None = Field(None, max_length=18)
    state: PromiseState | None = None

    def wanted(self) -> PromiseFilter:
        """The same in the words of the rules."""
        return PromiseFilter(**self.model_dump())
