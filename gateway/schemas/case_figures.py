"""Boards of figures about cases: funnel, days per stage, drop-out reasons, terms kept."""

from typing import Literal

from pydantic import Field

from kit.days import Day
from kit.pages import Page, PageQuery
from kit.schemas import AnswerModel, WireModel

BoardName = Literal["funnel", "stage-days", "drop-outs", "sla", "lending"]


class SpanQuery(WireModel):
    """Cases opened from one day to another, both counted."""

    opened_from: Day | None = None
    opened_to: Day | None = None


class DrillQuery(PageQuery):
    """Which number, and of which days."""

    key: str = Field(min_length=1, max_length=120, examples=["loan.reached"])
    opened_from: Day | None = None
    opened_to: Day | None = None


class FigureAnswer(AnswerModel):
    """One number; `cases_url` leads to the cases behind it."""

    key: str
    zh: str
    cases: int
    median_days: float | None = Field(description="calendar days from receipt to decision")
    p90_days: float | None
    cases_url: str


class BoardAnswer(Page[FigureAnswer]):
    """A board of numbers."""

    board: BoardName


class CaseRefAnswer(AnswerModel):
    """A case behind a number."""

    id: str
    number: str
    title: str
    enterprise_name: str
    state: str
