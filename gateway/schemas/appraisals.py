"""Appraisals on the wire."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from gateway.rules.appraisals import MOVES, Appraisal, Expert, Opinion, Report, is_report_valid
from gateway.rules.packing import unpack
from gateway.rules.supports import Support
from gateway.rules.valuations import Card, Comparable, CostInput, CostItem, IncomeInput
from gateway.schemas.loans import Refusal
from gateway.schemas.supports import StepRequest, SupportAnswer, describe_file
from kit.days import Day
from kit.identifiers import Uscc
from kit.money import Ratio, Yuan
from kit.pages import Page
from kit.schemas import AnswerModel, WireModel

Weight = Annotated[Ratio, Field(gt=0, le=1, description="of this approach in the conclusion")]
ExpertCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,50}$", examples=["e1"])]


class AppraisalRequest(WireModel):
    """An appraisal of the case's achievement is asked for."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"case_id": "0199…", "purpose": "质押融资"}]}
    )

    case_id: str = Field(max_length=36)
    purpose: str = Field(min_length=1, max_length=500)
    evidence: list[str] = Field([], max_length=20)


class AppraisalMove(StepRequest):
    """A step that takes nothing but its reason."""

    act: Literal["accept", "withdraw", "expire", "withdraw_report"]


class ExpertOnWire(WireModel):
    """A member of the panel, with its organisation and its declaration."""

    code: ExpertCode
    name: str = Field(min_length=1, max_length=100)
    org_uscc: Uscc
    field: str = Field(min_length=1, max_length=100)
    declares_no_interest: StrictBool

    def read(self) -> Expert:
        """The expert in the words of the rules."""
        return Expert(self.code, self.name, self.org_uscc, self.field, self.declares_no_interest)


class PanelAppointment(StepRequest):
    """组建专家组: three or more, each without interest."""

    act: Literal["appoint"]
    experts: list[ExpertOnWire] = Field(min_length=1, max_length=21)


class ExpertOpinion(StepRequest):
    """专家意见: the readiness level reached and 0-100 points for each value of the card."""

    act: Literal["opine"]
    expert: ExpertCode
    trl: int = Field(ge=1, le=9)
    points: dict[str, Annotated[int, Field(ge=0, le=100)]]
    text: str = Field(min_length=1, max_length=5000)

    def read(self) -> Opinion:
        """The opinion in the words of the rules."""
        return Opinion(self.expert, self.trl, dict(self.points), self.text)


class MarketOnWire(WireModel):
    """市场法: registered contracts by their ids; their sums are asked of the registry."""

    weight: Weight
    contract_ids: list[Annotated[str, Field(min_length=1, max_length=36)]] = Field(
        min_length=1, max_length=50
    )
    factor: Ratio = Field(Decimal(1), gt=0)
    factor_reason: str = Field(min_length=1, max_length=1000)


class CostItemOnWire(WireModel):
    """One cost of making it."""

    what: str = Field(min_length=1, max_length=200)
    amount_yuan: Yuan
    price_index: Ratio = Field(Decimal(1), gt=0, description="prices today / prices then")


class CostOnWire(WireModel):
    """成本法."""

    weight: Weight
    items: list[CostItemOnWire] = Field(min_length=1, max_length=100)
    profit_rate: Ratio = Field(ge=0)
    obsolescence: Ratio = Field(ge=0, le=1)

    def read(self) -> CostInput:
        """The inputs in the words of the rules."""
        items = tuple(CostItem(one.what, one.amount_yuan, one.price_index) for one in self.items)
        return CostInput(items, self.profit_rate, self.obsolescence)


class IncomeOnWire(WireModel):
    """收益法: money at the end of each year, one rate for all."""

    weight: Weight
    revenues_yuan: list[Yuan] = Field(min_length=1, max_length=30)
    share: Ratio = Field(gt=0, le=1, description="of the revenue that is the technology's")
    discount_rate: Ratio = Field(ge=0, le=1)
    assumptions: str = Field(min_length=1, max_length=5000)

    def read(self) -> IncomeInput:
        """The inputs in the words of the rules."""
        return IncomeInput(
            tuple(self.revenues_yuan), self.share, self.discount_rate, self.assumptions
        )


class Valuation(StepRequest):
    """估值: one, two or three approaches whose weights add up to one."""

    act: Literal["value"]
    market: MarketOnWire | None = None
    cost: CostOnWire | None = None
    income: IncomeOnWire | None = None


AppraisalStep = Annotated[
    AppraisalMove | PanelAppointment | ExpertOpinion | Valuation,
    Field(discriminator="act", examples=[{"act": "accept"}]),
]


class ReportIssue(StepRequest):
    """出具报告."""

    outcome: Literal["approved"]
    number: str = Field(min_length=1, max_length=100)


AppraisalDecision = Annotated[
    ReportIssue | Refusal,
    Field(
        discriminator="outcome",
        examples=[
            {"outcome": "approved", "number": "PG-2026-1"},
            {"outcome": "rejected", "reason_code": "value_not_supported"},
        ],
    ),
]


class AppraisalAnswer(SupportAnswer):
    """An appraisal: its file, its panel, opinions, approaches and report."""

    terms: Appraisal
    report_is_valid: bool


class ReportAnswer(AnswerModel):
    """A report as the other parties of the case may read it."""

    appraisal_id: str
    appraiser: str
    report: Report


class ReportList(Page[ReportAnswer]):
    """The reports of a case that are valid now."""


class ComparableQuery(BaseModel):
    """Which registered contracts to compare with."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["development", "transfer", "license", "consulting", "service"] | None = None
    since: Day | None = None


class ComparableAnswer(AnswerModel):
    """A registered contract, without its parties."""

    contract_id: str
    type: str
    technology_yuan: Yuan
    registered_on: date


class ComparableList(Page[ComparableAnswer]):
    """Newest first."""


class CardAnswer(AnswerModel):
    """A dated card of values; `verified` says whether its words were read in a source."""

    id: str
    version: str
    valid_from: date
    source: str
    verified: bool
    values: list[dict[str, Any]]


class CardList(Page[CardAnswer]):
    """All cards, oldest first."""


def describe_appraisal(support: Support, on: date) -> AppraisalAnswer:
    """An appraisal on the wire."""
    appraisal = unpack(Appraisal, support.terms)
    return AppraisalAnswer(
        **describe_file(support, MOVES),
        terms=appraisal,
        report_is_valid=is_report_valid(appraisal, support.state, on),
    )


def describe_card(card: Card) -> CardAnswer:
    """A card on the wire."""
    return CardAnswer(
        id=card.id,
        version=card.version,
        valid_from=card.valid_from,
        source=card.source,
        verified=card.verified,
        values=[
            {
                "code": one.code,
                "label_zh": one.label.zh,
                "label_en": one.label.en,
                "weight": format(one.weight, "f"),
            }
            for one in card.values
        ],
    )


def describe_comparable(one: Comparable) -> ComparableAnswer:
    """A comparable on the wire."""
    return ComparableAnswer(
        contract_id=one.contract_id,
        type=one.type,
        technology_yuan=one.technology_yuan,
        registered_on=one.registered_on,
    )
