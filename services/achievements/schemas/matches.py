"""Matches, feedback and weights on the wire."""

from datetime import date, datetime
from typing import Annotated

from pydantic import ConfigDict, Field

from kit.money import Ratio
from kit.pages import Page, PageQuery
from kit.schemas import AnswerModel, WireModel
from services.achievements.rules.matching import MatchKind, ReasonCode, Verdict


class ReasonAnswer(AnswerModel):
    """Why a match stands where it does; `strength` from 0 to 1, `weight` as in force."""

    code: ReasonCode
    holds: bool
    strength: Ratio
    weight: Ratio
    text: str


class MatchAnswer(AnswerModel):
    """One match; `kind` and `thing_id` name what answers (a demand, when an achievement asks)."""

    kind: str
    thing_id: str
    name: str
    owner_uscc: str
    owner_name: str | None
    score: Ratio
    reasons: list[ReasonAnswer]
    verdict: Verdict | None = Field(description="what the caller's organisation said of it")


class MatchPage(AnswerModel):
    """One page of matches, the best first, and how many there are in all, by kind."""

    items: list[MatchAnswer]
    next_cursor: str | None
    total: int
    counts: dict[str, int]


class DemandMatchQuery(PageQuery):
    """Matches of a demand."""

    kind: MatchKind | None = Field(None, description="only this kind; all of them without")


class FeedbackBody(WireModel):
    """What the caller's organisation thinks of a match; a later word replaces it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "achievements",
                    "thing_id": "018f2d2e-0000-7000-8000-000000000001",
                    "verdict": "useful",
                }
            ]
        }
    )

    kind: MatchKind
    thing_id: Annotated[str, Field(min_length=1, max_length=36)]
    verdict: Verdict
    note: Annotated[str, Field(max_length=500)] | None = None


class FeedbackAnswer(AnswerModel):
    """A verdict as kept, with the reasons that held for the match at the time."""

    demand_id: str
    kind: MatchKind
    thing_id: str
    organization_uscc: str
    verdict: Verdict
    reasons: list[ReasonCode]
    note: str | None
    given_at: datetime


class FeedbackList(Page[FeedbackAnswer]):
    """All verdicts on the matches of a demand."""


class EvidenceAnswer(AnswerModel):
    """Verdicts on matches for which a reason held."""

    useful: int
    not_useful: int


class WeightsAnswer(AnswerModel):
    """Weights, since when, and the feedback they were learned from."""

    valid_from: datetime
    weights: dict[ReasonCode, Ratio]
    evidence: dict[ReasonCode, EvidenceAnswer]
    feedback_count: int


class WeightsPage(Page[WeightsAnswer]):
    """The weights in force, those to begin with, the rule, and what was learned, newest first."""

    in_force: dict[ReasonCode, Ratio]
    base: dict[ReasonCode, Ratio]
    base_from: date
    prior: int
    rule: str
