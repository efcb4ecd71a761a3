"""What can be done to a recorded fact, on the wire."""

from datetime import date, datetime
from decimal import Decimal

from pydantic import ConfigDict, Field

from kit.schemas import AnswerModel, WireModel
from services.credit.schemas.profiles import show_points
from services.credit.schemas.times import Day
from services.credit.tables import FactActRecord, FactRecord


class FactRevocation(WireModel):
    """撤销: the decision under a fact was revoked; it must be passed on within three working days
    (山东省社会信用条例 art. 40). Here it has effect at once.
    """

    decided_on: Day = Field(description="day of the decision that revoked")
    reason: str = Field(min_length=1, max_length=1000)
    document: str | None = Field(None, min_length=1, max_length=300)

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "decided_on": "2026-11-20",
                    "reason": "行政复议决定撤销原处罚决定",
                    "document": "济历复决〔2026〕12号",
                }
            ]
        }
    )


class FactChangeAnswer(AnswerModel):
    """What an act made of a fact: a new record; the old one keeps its place."""

    fact_id: str = Field(description="the new record")
    replaces: str | None
    standing: str = Field(description="stands | revoked | removed | repaired")
    recorded_from: datetime
    score_before: float
    score_after: float


class FactActAnswer(AnswerModel):
    """变动理由: one act on a fact (条例 art. 37)."""

    kind: str
    at: datetime
    decided_on: date
    reason: str
    document: str | None
    result_fact_id: str


def describe_change(record: FactRecord, before: Decimal, after: Decimal) -> FactChangeAnswer:
    """An act as it is answered."""
    return FactChangeAnswer(
        fact_id=record.id,
        replaces=record.corrects,
        standing=record.standing,
        recorded_from=record.recorded_from,
        score_before=show_points(before),
        score_after=show_points(after),
    )


def describe_act(act: FactActRecord) -> FactActAnswer:
    """An act in a fact's history."""
    return FactActAnswer(
        kind=act.kind,
        at=act.at,
        decided_on=act.decided_on,
        reason=act.reason,
        document=act.document,
        result_fact_id=act.result_fact_id,
    )
