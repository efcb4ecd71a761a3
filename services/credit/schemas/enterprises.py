"""What the platform holds about an enterprise, shown to itself; mergers."""

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import AwareDatetime, ConfigDict, Field

from kit.days import Instant
from kit.identifiers import Uscc
from kit.pages import PageQuery
from kit.schemas import AnswerModel, WireModel
from services.credit.rules.catalogue import (
    Catalogue,
    Disclosure,
    Freshness,
    Polarity,
    grade_freshness,
)
from services.credit.rules.disputes import MarkedFact
from services.credit.rules.facts import Fact, WireValue, gone_from, show_value
from services.credit.schemas.profiles import ObjectionMark, ProfileAnswer, describe_mark
from services.credit.schemas.times import Day
from services.credit.tables import MergerRecord


class ViewQuery(PageQuery):
    """What was true on a day, as it was known at an instant."""

    as_of: Day | None = None
    known_at: Instant | None = None


class FactQuery(ViewQuery):
    """Of one item."""

    item: str | None = Field(None, max_length=50)


class KnownFactAnswer(AnswerModel):
    """信用信息: a fact as the enterprise itself may see it (条例 art. 37: use, source, reasons)."""

    id: str
    item: str
    label: str
    label_en: str
    category: str
    value: WireValue
    source: str
    observed_on: date
    valid_from: date
    valid_to: date | None
    conduct_ended_on: date | None
    shown_until: date | None = Field(description="a negative fact is gone from this day on")
    negative: bool
    disclosure: Disclosure
    freshness: Freshness
    details: dict[str, str]
    recorded_from: datetime
    objections: list[ObjectionMark]


class SelfProfileAnswer(AnswerModel):
    """自查画像: free of charge, of all that may be disclosed (条例 art. 21)."""

    uscc: str
    as_of: date
    known_at: AwareDatetime
    profile: ProfileAnswer
    input_hash: str


class MergerRequest(WireModel):
    """企业合并: the path's enterprise survives; the absorbed one's history passes to it."""

    absorbed_uscc: Uscc
    merged_on: Day
    document: str = Field(min_length=1, max_length=300, examples=["合并登记通知书 2026-10-08"])

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "absorbed_uscc": "91370102MA3D000200",
                    "merged_on": "2026-10-08",
                    "document": "合并登记通知书 2026-10-08",
                }
            ]
        }
    )


class MergerEnd(WireModel):
    """更正合并记录: why the record was a mistake."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "登记时选错了被吸收的企业，见更正通知书"}]}
    )

    reason: str = Field(min_length=1, max_length=1000)


class MergerAnswer(AnswerModel):
    """合并记录, on two time axes; `recorded_to` is set where it was entered by mistake."""

    id: str
    absorbed_uscc: str
    surviving_uscc: str
    merged_on: date
    document: str
    recorded_from: datetime
    recorded_to: datetime | None
    via: str | None = Field(description="the merger from which this one follows")
    ended_by: str | None = Field(description="the client that ended the record")
    end_reason: str | None


def describe_fact(
    fact: Fact, catalogue: Catalogue, marks: Sequence[MarkedFact], on: date
) -> KnownFactAnswer:
    """A fact as the enterprise sees it."""
    item = catalogue.items[fact.item]
    return KnownFactAnswer(
        id=fact.id,
        item=item.code,
        label=item.name.zh,
        label_en=item.name.en,
        category=item.category,
        value=show_value(item.value, fact.value),
        source=fact.source,
        observed_on=fact.observed_on,
        valid_from=fact.valid_from,
        valid_to=fact.valid_to,
        conduct_ended_on=fact.conduct_ended_on,
        shown_until=gone_from(fact, item, catalogue.terms.negative_years),
        negative=item.polarity is Polarity.NEGATIVE,
        disclosure=item.disclosure,
        freshness=grade_freshness(item, fact.observed_on, on),
        details=dict(fact.details),
        recorded_from=fact.recorded_from,
        objections=[
            ObjectionMark.model_validate(describe_mark(each))
            for each in marks
            if each.fact_id == fact.id
        ],
    )


def describe_merger(merger: MergerRecord) -> MergerAnswer:
    """A merger as it is answered."""
    return MergerAnswer(
        id=merger.id,
        absorbed_uscc=merger.absorbed_uscc,
        surviving_uscc=merger.surviving_uscc,
        merged_on=merger.merged_on,
        document=merger.document,
        recorded_from=merger.recorded_from,
        recorded_to=merger.recorded_to,
        via=merger.via,
        ended_by=merger.ended_by,
        end_reason=merger.end_reason,
    )
