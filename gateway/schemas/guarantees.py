"""Guarantees, insurance and risk pools on the wire."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from gateway.rules.guarantees import MOVES, Guarantee, find_paid
from gateway.rules.packing import unpack
from gateway.rules.sharing import Scheme, Sharer
from gateway.rules.supports import Support
from gateway.schemas.loans import Refusal
from gateway.schemas.supports import StepRequest, SupportAnswer, describe_file
from kit.days import Day
from kit.money import Ratio, SignedYuan, Yuan
from kit.pages import Page
from kit.schemas import AnswerModel, WireModel

PoolId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,79}$", examples=["jinan-pool"])]


class GuaranteeRequest(WireModel):
    """An application for a guarantee or insurance."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"case_id": "0199…", "product_id": "0199…", "principal_yuan": "3000000.00"}
            ]
        }
    )

    case_id: str = Field(max_length=36)
    product_id: str = Field(max_length=36)
    principal_yuan: Yuan = Field(gt=0, description="the loan that it is to stand for")
    evidence: list[str] = Field([], max_length=20)


class SharerOnWire(WireModel):
    """One party of a scheme; the lending bank's code is `lender`."""

    code: str = Field(pattern=r"^[a-z0-9_]{1,50}$", examples=["national"])
    name: str = Field(min_length=1, max_length=200)
    share: int = Field(ge=0, le=1_000_000, examples=[2])


class SchemeOnWire(WireModel):
    """How a loss is shared: whole shares, and at most one pool before them."""

    sharers: list[SharerOnWire] = Field(min_length=2, max_length=20)
    pool_id: PoolId | None = None
    pool_ratio: Ratio = Field(Decimal(0), ge=0, le=1)

    def read(self) -> Scheme:
        """The scheme in the words of the rules."""
        sharers = tuple(Sharer(one.code, one.name, one.share) for one in self.sharers)
        return Scheme(sharers, self.pool_id, self.pool_ratio)


class Quotation(StepRequest):
    """报价: principal, fee (by the year, of the principal) and how a loss would be shared."""

    act: Literal["quote"]
    principal_yuan: Yuan = Field(gt=0)
    fee_rate: Ratio = Field(ge=0, le=1, examples=["0.0076"])
    scheme: SchemeOnWire | None = None
    stock_scheme: str | None = Field(
        None, max_length=80, description="instead of `scheme`: one of /v1/loss-sharing-schemes"
    )
    valid_until: Day


class GuaranteeMove(StepRequest):
    """A step that takes nothing but its reason."""

    act: Literal[
        "accept_quote", "withdraw", "release", "cancel", "refuse_claim", "compensate", "close"
    ]


GuaranteeStep = Annotated[
    Quotation | GuaranteeMove,
    Field(
        discriminator="act",
        examples=[
            {
                "act": "quote",
                "principal_yuan": "1000000.00",
                "fee_rate": "0.0076",
                "stock_scheme": "jinan-2242",
                "valid_until": "2026-12-31",
            }
        ],
    ),
]


class GuaranteeIssue(StepRequest):
    """出具保函或保单."""

    outcome: Literal["approved"]
    number: str = Field(min_length=1, max_length=100)
    in_force_until: Day


GuaranteeDecision = Annotated[
    GuaranteeIssue | Refusal,
    Field(
        discriminator="outcome",
        examples=[
            {"outcome": "approved", "number": "BH-2026-1", "in_force_until": "2027-11-23"},
            {"outcome": "rejected", "reason_code": "risk_too_high"},
        ],
    ),
]


class GuaranteeAnswer(SupportAnswer):
    """A guarantee or insurance: its file, its terms, and what they come to."""

    terms: Guarantee
    cover_ratio: Decimal
    liability_yuan: Decimal
    compensation_yuan: Decimal = Field(description="what the lender received")
    recovered_yuan: Decimal


class SchemeAnswer(AnswerModel):
    """A scheme that is often used."""

    id: str
    title_zh: str
    title_en: str
    source: str
    sharers: list[dict[str, Any]]
    cover_ratio: Decimal


class SchemeList(Page[SchemeAnswer]):
    """Schemes that are often used; any other may be quoted."""


class SharingRequest(WireModel):
    """What a loss would mean under a scheme; nothing is stored."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"stock_scheme": "jinan-2242", "loss_yuan": "1000000.01"}]}
    )

    scheme: SchemeOnWire | None = None
    stock_scheme: str | None = Field(None, max_length=80)
    loss_yuan: Yuan = Field(gt=0)
    pool_balance_yuan: Yuan = Decimal("0.00")


class PartAnswer(AnswerModel):
    """What one party bears."""

    code: str
    amount_yuan: Yuan


class SharingAnswer(AnswerModel):
    """Who bears what; together it is the loss."""

    loss_yuan: Yuan
    parts: list[PartAnswer]
    compensation_yuan: Yuan = Field(description="what the lender would receive")


class PoolRequest(WireModel):
    """A risk pool is opened, or money is put in."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "济南市科技风险补偿资金池", "deposit_yuan": "1000000.00"}]
        }
    )

    name: str = Field(min_length=1, max_length=200)
    deposit_yuan: Yuan = Decimal("0.00")
    reason: str = Field("拨入", min_length=1, max_length=2000)


class PoolEntryAnswer(AnswerModel):
    """Money in or out of a pool."""

    sequence: int
    amount_yuan: SignedYuan
    balance_yuan: Yuan
    guarantee_id: str | None
    actor: dict[str, Any]
    reason: str
    at: datetime


class PoolAnswer(AnswerModel):
    """A risk pool and what it holds; never below nothing."""

    id: str
    name: str
    balance_yuan: Yuan
    version: int
    entries: list[PoolEntryAnswer]


class PoolList(Page[PoolAnswer]):
    """All pools."""


def describe_guarantee(support: Support) -> GuaranteeAnswer:
    """A guarantee on the wire."""
    guarantee = unpack(Guarantee, support.terms)
    return GuaranteeAnswer(
        **describe_file(support, MOVES),
        terms=guarantee,
        cover_ratio=guarantee.cover_ratio,
        liability_yuan=guarantee.liability_yuan,
        compensation_yuan=find_paid(guarantee),
        recovered_yuan=guarantee.recovered_yuan,
    )
