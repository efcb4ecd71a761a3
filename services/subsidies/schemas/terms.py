"""Words of `/v1/subsidies/terms`."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from kit.days import Day
from kit.pages import Page
from kit.schemas import AnswerModel
from kit.text import Language
from services.subsidies.rules.terms import Term, TermCode


class TermQuery(BaseModel):
    """The terms of which day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    on: Day | None = Field(None, description="today if absent")


class TermAnswer(AnswerModel):
    """期限"""

    code: TermCode
    title: str
    working_days: int = Field(description="counted from the day after")
    from_day: date = Field(serialization_alias="from")
    to_day: date | None = Field(serialization_alias="to")
    clause: str | None
    quote: str | None
    assumption: bool = Field(description="no text settles it; `owner` may decide otherwise")
    verified: bool = Field(description="whether the quotation was checked against the original")
    owner: str
    reason: str


class TermList(Page[TermAnswer]):
    """All terms of a day."""


def describe_term(term: Term, language: Language) -> TermAnswer:
    """A term on the wire."""
    return TermAnswer(
        code=term.code,
        title=term.title.pick(language),
        working_days=term.working_days,
        from_day=term.from_day,
        to_day=term.to_day,
        clause=term.clause,
        quote=term.quote,
        assumption=term.assumption,
        verified=term.verified,
        owner=term.owner.pick(language),
        reason=term.reason.pick(language),
    )
