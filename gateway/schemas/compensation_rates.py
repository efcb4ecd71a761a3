"""代偿率 on the wire."""

from datetime import date
from decimal import Decimal

from pydantic import Field

from gateway.rules.compensation_rates import CompensationRate, Ended, RateCap
from kit.days import Day
from kit.identifiers import Uscc
from kit.money import Yuan
from kit.pages import Page, PageQuery
from kit.schemas import AnswerModel, WireModel


class RateQuery(WireModel):
    """Of which days, both counted; this calendar year where nothing is said."""

    since: Day | None = None
    until: Day | None = None


class EndedQuery(PageQuery):
    """The guarantees behind a rate."""

    since: Day | None = None
    until: Day | None = None
    guarantor: Uscc | None = None


class CapAnswer(AnswerModel):
    """代偿率上限, as of the last day."""

    cap: Decimal
    valid_from: date
    source: str
    verified: bool = Field(description="whether the text itself was read")


class RateAnswer(AnswerModel):
    """The rate of one guarantor, or of all (`guarantor: null`)."""

    guarantor: str | None
    name: str | None
    guarantees: int
    liability_yuan: Yuan = Field(description="liability that ended: released or compensated")
    compensated_yuan: Yuan = Field(description="by the guarantee system, without lender and pool")
    rate: Decimal | None = Field(description="null where no liability ended")
    above_cap: bool
    guarantees_url: str


class RatesAnswer(Page[RateAnswer]):
    """代偿率 in a span of days, beside its cap."""

    since: date
    until: date
    cap: CapAnswer
    basis: str
    total: RateAnswer


class EndedAnswer(AnswerModel):
    """One guarantee behind a rate."""

    guarantee_id: str
    ended_on: date
    act: str
    liability_yuan: Yuan
    compensated_yuan: Yuan


BASIS = "期间内担保体系代偿额 ÷ 期间内解除与代偿的担保责任额（口径为假设，未核对原文）"


def describe_cap(cap: RateCap) -> CapAnswer:
    """The cap in words."""
    return CapAnswer(
        cap=cap.cap, valid_from=cap.valid_from, source=cap.source, verified=cap.verified
    )


def describe_rate(
    guarantor: tuple[str, str] | None, rate: CompensationRate, cap: RateCap, url: str
) -> RateAnswer:
    """A rate beside its cap."""
    uscc, name = guarantor or (None, None)
    return RateAnswer(
        guarantor=uscc,
        name=name,
        guarantees=rate.guarantees,
        liability_yuan=rate.liability_yuan,
        compensated_yuan=rate.compensated_yuan,
        rate=rate.rate,
        above_cap=rate.is_above(cap.cap),
        guarantees_url=url if uscc is None else f"{url}&guarantor={uscc}",
    )


def describe_ended(ended: Ended) -> EndedAnswer:
    """A guarantee that ended."""
    return EndedAnswer(
        guarantee_id=ended.guarantee_id,
        ended_on=ended.ended_on,
        act=ended.act,
        liability_yuan=ended.liability_yuan,
        compensated_yuan=ended.compensated_yuan,
    )
