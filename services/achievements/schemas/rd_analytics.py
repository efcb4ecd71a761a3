"""R&D expenditure in figures, on the wire."""

from datetime import date

from pydantic import Field

from kit.money import Ratio, Yuan
from kit.pages import Page, PageQuery
from kit.schemas import AnswerModel


class RdYear(AnswerModel):
    """The R&D expenditure of a year; `withheld` money would tell of one organisation."""

    year: int
    organizations: int
    organization_rows: str | None
    records: int
    rows: str | None
    withheld: bool
    total_yuan: Yuan | None
    categories: dict[str, Yuan] | None = Field(description="the eight categories of form 107-2")
    revenue_yuan: Yuan | None = Field(description="as far as it is known")
    intensity: Ratio | None = Field(
        description="total / revenue, over those whose revenue is known"
    )
    change: Ratio | None = Field(description="from the year before, of that year's total")
    jumps: int
    jump_rows: str | None
    unexplained_jumps: int
    unexplained_rows: str | None


class RdFigures(Page[RdYear]):
    """R&D expenditure by year, the latest first."""


class SpenderQuery(PageQuery):
    """Whose expenditure of which year, the largest first."""

    year: int = Field(ge=1985, le=2100)


class CareSummary(AnswerModel):
    """Who cares for a spender, and what is owed to it."""

    id: str
    officer: str
    last_visited_on: date | None
    open_promises: int
    open_rows: str
    overdue_promises: int
    overdue_rows: str
    rows: str


class SpenderLine(AnswerModel):
    """One spender with its care plan; null: nobody cares for it yet."""

    uscc: str
    name: str | None
    total_yuan: Yuan
    share: Ratio | None = Field(description="of the total of all in this year")
    intensity: Ratio | None
    previous_yuan: Yuan | None
    change: Ratio | None
    rows: str
    care_plan: CareSummary | None


class SpendersAnswer(Page[SpenderLine]):
    """The spenders of a year, the largest first."""

    year: int
    total_yuan: Yuan
    rows: str
