"""Products, mandates and what a case may ask for, on the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, JsonValue, StrictBool, model_validator

from gateway.rules.products import Fact, Fit, MandateRule, Match, Op, can_compare
from kit.identifiers import Uscc
from kit.pages import Page, PageQuery
from kit.schemas import AnswerModel, WireModel

ProductStage = Literal["insurance", "loan"]
ProductKind = Literal[
    "credit_loan", "guaranteed_loan", "pledge_loan", "guarantee", "insurance", "fund"
]
_KINDS = {
    "loan": ("credit_loan", "guaranteed_loan", "pledge_loan"),
    "insurance": ("guarantee", "insurance"),
    "investment": ("fund",),
}
_RULES_EXAMPLE: list[JsonValue] = [
    {"fact": "amount_yuan", "op": "at_most", "value": ["10000000"], "text": "限额"}
]


class RuleOnWire(WireModel):
    """One rule of a mandate: a fact, a comparison, a value (numbers in strings)."""

    fact: Fact
    op: Op
    value: list[Annotated[str, Field(min_length=1, max_length=100)]] = Field(
        min_length=1, max_length=50
    )
    text: str = Field("", max_length=500, description="the rule in the words of the institution")

    @model_validator(mode="after")
    def _can_be_compared(self) -> "RuleOnWire":
        if not can_compare(self.read()):
            raise ValueError(f"{self.fact} cannot be compared by {self.op} with {self.value}")
        return self

    def read(self) -> MandateRule:
        """The rule in the words of the rules."""
        return MandateRule(self.fact, self.op, tuple(self.value), self.text)


class MandateRequest(WireModel):
    """What a fund invests in."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"title": "天使基金", "rules": _RULES_EXAMPLE}]}
    )

    title: str = Field(min_length=1, max_length=200)
    rules: list[RuleOnWire] = Field([], max_length=50)
    terms: dict[str, str | int | bool] = Field(default_factory=dict, max_length=30)
    offered: StrictBool = True
    reason: str | None = Field(None, max_length=2000, description="why it is changed")


class ProductRequest(MandateRequest):
    """What a bank, insurer or guarantor offers."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "stage": "loan",
                    "kind": "credit_loan",
                    "title": "科创信用贷",
                    "rules": _RULES_EXAMPLE,
                }
            ]
        }
    )

    stage: ProductStage
    kind: ProductKind

    @model_validator(mode="after")
    def _kind_fits_stage(self) -> "ProductRequest":
        if self.kind not in _KINDS[self.stage]:
            raise ValueError(f"a product of {self.stage} is one of {', '.join(_KINDS[self.stage])}")
        return self


class ProductQuery(PageQuery):
    """Which products."""

    stage: ProductStage | None = None
    uscc: Uscc | None = None
    offered: StrictBool = Field(True, description="only what is offered now")


class MandateQuery(PageQuery):
    """Which mandates."""

    uscc: Uscc | None = None
    offered: StrictBool = Field(True, description="only what is open now")


class ProductAnswer(AnswerModel):
    """A product or a mandate."""

    id: str
    stage: str
    kind: str
    uscc: str
    institution: str
    title: str
    rules: list[dict[str, Any]]
    terms: dict[str, Any]
    offered: bool
    version: int


class ProductVersionAnswer(AnswerModel):
    """One version of a product, with who made it and why."""

    version: int
    body: dict[str, Any]
    actor: dict[str, Any]
    reason: str | None
    at: datetime


class ProductVersionList(Page[ProductVersionAnswer]):
    """Every version, oldest first."""


class VerdictAnswer(AnswerModel):
    """One rule of a product, and whether it holds; null where the fact is unknown."""

    fact: Fact
    op: Op
    value: list[str]
    holds: bool | None
    found: str | None
    text: str
    text_zh: str
    text_en: str


class OfferAnswer(AnswerModel):
    """What one product says of a case."""

    product: ProductAnswer
    fit: Fit
    rules: list[VerdictAnswer]
    missing: list[Fact] = Field(description="facts to supply")


class OfferList(Page[OfferAnswer]):
    """What a case may ask for: what fits first, then what needs facts, then what does not fit."""


def describe_offer(product: ProductAnswer, match: Match) -> OfferAnswer:
    """A product's verdicts on the wire."""
    return OfferAnswer(
        product=product,
        fit=match.fit,
        rules=[
            VerdictAnswer(
                fact=one.rule.fact,
                op=one.rule.op,
                value=list(one.rule.value),
                holds=one.holds,
                found=one.found,
                text=one.rule.text,
                text_zh=one.text.zh,
                text_en=one.text.en,
            )
            for one in match.verdicts
        ],
        missing=sorted({one.rule.fact for one in match.verdicts if one.holds is None}),
    )
