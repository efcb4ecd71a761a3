"""Technology demands on the wire."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field, JsonValue

from kit.identifiers import Uscc
from kit.money import Ratio, Yuan
from kit.schemas import AnswerModel, WireModel
from services.achievements.rules.achievements import TransferWay
from services.achievements.rules.demands import (
    Confidentiality,
    DemandAct,
    DemandFacts,
    DemandState,
    Indicator,
)
from services.achievements.rules.rows import RowResult
from services.achievements.schemas.records import CountedRows, Hit, RecordAnswer, RecordQuery
from services.achievements.schemas.values import (
    FieldCode,
    Industry,
    Line,
    Name,
    ReadinessLevel,
    SourceId,
)

_EXAMPLE: dict[str, JsonValue] = {
    "source_id": "XQ-2026-001",
    "title": "储能电池热失控早期预警技术",
    "problem": "现有电池管理系统只能在温度升高后报警，需要在热失控发生前十分钟以上给出预警。",
    "field": "new-energy",
    "keywords": ["储能电池", "热失控", "预警"],
    "indicators": [{"name": "提前量", "target": "不少于10分钟"}],
    "trl_wanted": 5,
    "budget_yuan": "1200000.00",
    "term_months": 18,
    "district": "历下区",
    "ways": ["development", "license"],
    "confidentiality": "public",
}
Keyword = Annotated[str, Field(min_length=1, max_length=100)]


class IndicatorBody(WireModel):
    """一项指标"""

    name: Name
    target: Line


class DemandContent(WireModel):
    """What a demand asks for."""

    title: Line
    problem: Annotated[str, Field(min_length=1, max_length=20_000, description="要解决的问题")]
    field: FieldCode | None = None
    industry: Industry | None = None
    keywords: Annotated[list[Keyword], Field(max_length=50)] = Field(default_factory=list)
    indicators: Annotated[list[IndicatorBody], Field(max_length=50)] = Field(default_factory=list)
    trl_wanted: ReadinessLevel | None = Field(None, description="所需技术就绪度，至少")
    budget_yuan: Yuan | None = None
    term_months: Annotated[int, Field(strict=True, ge=1, le=120)] | None = Field(
        None, description="months within which it is to be solved"
    )
    district: Annotated[str, Field(min_length=1, max_length=100)] | None = Field(
        None, description="where the solution is wanted"
    )
    ways: Annotated[list[TransferWay], Field(max_length=10)] = Field(default_factory=list)
    confidentiality: Confidentiality = Field(
        Confidentiality.PUBLIC,
        description="who sees it once published; `invited`: only the organisations in `invited`",
    )
    invited: Annotated[list[Uscc], Field(max_length=500)] = Field(default_factory=list)


class DemandBody(DemandContent):
    """A demand as sent; it begins as a draft."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    source_id: SourceId

    def facts(self) -> DemandFacts:
        """The same in the words of the rules."""
        return DemandFacts(
            source_id=self.source_id,
            title=self.title,
            problem=self.problem,
            field=self.field,
            industry=self.industry,
            keywords=tuple(self.keywords),
            indicators=tuple(Indicator(one.name, one.target) for one in self.indicators),
            trl_wanted=self.trl_wanted,
            budget_yuan=self.budget_yuan,
            term_months=self.term_months,
            district=self.district,
            ways=tuple(self.ways),
            confidentiality=self.confidentiality,
            invited=tuple(self.invited),
        )


class DemandUpsert(DemandContent):
    """A demand under the `source_id` of the address."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    source_id: SourceId | None = None


class DemandPatch(WireModel):
    """The fields to change (RFC 7396): null empties an optional field. Drafts only."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"budget_yuan": "1500000.00"}]})

    title: Line | None = None
    problem: Annotated[str, Field(min_length=1, max_length=20_000)] | None = None
    field: FieldCode | None = None
    industry: Industry | None = None
    keywords: Annotated[list[Keyword], Field(max_length=50)] | None = None
    indicators: Annotated[list[IndicatorBody], Field(max_length=50)] | None = None
    trl_wanted: ReadinessLevel | None = None
    budget_yuan: Yuan | None = None
    term_months: Annotated[int, Field(strict=True, ge=1, le=120)] | None = None
    district: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    ways: Annotated[list[TransferWay], Field(max_length=10)] | None = None
    confidentiality: Confidentiality | None = None
    invited: Annotated[list[Uscc], Field(max_length=500)] | None = None
    reason: Annotated[str, Field(max_length=500)] | None = Field(
        None, description="why; kept in the history"
    )


class CallCriterion(AnswerModel):
    """评审标准"""

    code: str
    name: str
    weight: Ratio


class DemandCall(AnswerModel):
    """How bids for a demand are judged, and by how many at least."""

    criteria: list[CallCriterion]
    reviews_required: int


class DemandAnswer(RecordAnswer):
    """A demand as answered; `allowed` are the steps that are open now."""

    title: str
    problem: str
    field: str | None
    industry: str | None
    keywords: list[str]
    indicators: list[IndicatorBody]
    trl_wanted: int | None
    budget_yuan: Yuan | None
    term_months: int | None
    district: str | None
    ways: list[TransferWay]
    confidentiality: Confidentiality
    invited: list[str] = Field(description="for the owner and the bureau only")
    state: DemandState
    published_on: date | None
    bids_until: datetime | None
    call: DemandCall | None
    allowed: list[DemandAct]


class DemandHit(Hit, DemandAnswer):
    """A demand in a list."""


class DemandUpserted(DemandAnswer):
    """The demand, and what the upsert did."""

    result: RowResult


class DemandQuery(RecordQuery):
    """Demands the caller may see, newest first, or those that words find."""

    state: DemandState | None = None
    field: FieldCode | None = None


class DemandStep(StrEnum):
    """The steps that need nothing but a reason; call, award and plan have their own addresses."""

    PUBLISH = DemandAct.PUBLISH.value
    REVISE = DemandAct.REVISE.value
    END_BIDDING = DemandAct.END_BIDDING.value
    ACCEPT = DemandAct.ACCEPT.value
    FAIL = DemandAct.FAIL.value
    WITHDRAW = DemandAct.WITHDRAW.value
    CLOSE = DemandAct.CLOSE.value


class DemandDecision(WireModel):
    """The next step of a demand."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"decision": "published"}]})

    decision: DemandStep
    reason: Annotated[str, Field(min_length=1, max_length=500)] | None = Field(
        None, description="needed to withdraw, close or fail"
    )

    @property
    def act(self) -> DemandAct:
        """The step in the words of the rules."""
        return DemandAct(self.decision.value)


class DemandCounts(AnswerModel):
    """How many demands the caller may see, by state and by field."""

    total: int
    by_state: list[CountedRows]
    by_field: list[CountedRows]
