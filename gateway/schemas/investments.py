"""Deals, data rooms and investments on the wire."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from gateway.rules.cap_tables import CapTable, Stake, find_parts
from gateway.rules.investments import MOVES, Conversion, Investment, Tranche
from gateway.rules.packing import unpack
from gateway.rules.supports import Support
from gateway.schemas.appraisals import ReportAnswer
from gateway.schemas.cases import CreditAnswer
from gateway.schemas.loans import Refusal
from gateway.schemas.products import OfferAnswer
from gateway.schemas.supports import StepRequest, SupportAnswer, describe_file
from kit.days import Day
from kit.money import Ratio, Yuan
from kit.pages import PageQuery
from kit.schemas import AnswerModel, WireModel

Shares = Annotated[int, Field(ge=1, le=10**15)]
Holder = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,50}$", description="a uscc or a code")]


class DealQuery(PageQuery):
    """How many deals, from where."""


class DealAnswer(AnswerModel):
    """A case that meets a mandate of the fund and whose enterprise lets the fund know."""

    case_id: str
    number: str
    uscc: str
    enterprise_name: str
    title: str
    amount_yuan: str | None
    achievement_id: str | None
    has_track: bool = Field(description="whether the fund holds an investment track there")
    mandates: list[OfferAnswer]


class DataRoom(AnswerModel):
    """What the enterprise lets a fund see of a case, while its consent holds."""

    case_id: str
    number: str
    title: str
    amount_yuan: str | None
    achievement_id: str | None
    credit: CreditAnswer | None
    reports: list[ReportAnswer]


class InvestmentRequest(WireModel):
    """A fund shows interest in a case, under one of its mandates."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"case_id": "0199…", "mandate_id": "0199…"}]}
    )

    case_id: str = Field(max_length=36)
    mandate_id: str = Field(max_length=36)
    evidence: list[str] = Field([], max_length=20)


class TrancheOnWire(WireModel):
    """A part of the money, and the milestone it waits for."""

    amount_yuan: Yuan = Field(gt=0)
    milestone: str = Field(min_length=1, max_length=500)
    due_on: Day | None = None


class StakeOnWire(WireModel):
    """One holder's shares before the round."""

    holder: Holder
    name: str = Field(min_length=1, max_length=200)
    shares: Shares


class ConversionOnWire(WireModel):
    """先投后股: what has to come about, by when, and how much cheaper than that round."""

    condition: str = Field(min_length=1, max_length=2000, examples=["完成下一轮股权融资"])
    convert_by: Day
    discount: Ratio = Field(Decimal(0), ge=0, lt=1)


class TermSheet(StepRequest):
    """投资条款书: the tranches add up to the sum; a valuation now, or a conversion later."""

    act: Literal["propose"]
    amount_yuan: Yuan = Field(gt=0)
    pre_money_yuan: Yuan | None = Field(None, gt=0)
    conversion: ConversionOnWire | None = None
    tranches: list[TrancheOnWire] = Field(min_length=1, max_length=50)
    stakes: list[StakeOnWire] = Field(min_length=1, max_length=500)
    clauses: list[Annotated[str, Field(min_length=1, max_length=2000)]] = Field([], max_length=50)


class InvestmentMove(StepRequest):
    """A step that takes nothing but its reason."""

    act: Literal[
        "agree", "refuse_terms", "withdraw", "exit", "write_off", "convert", "refuse_conversion"
    ]


class TrancheMove(StepRequest):
    """A step of one tranche, by its place from 1."""

    act: Literal["claim_milestone", "confirm_milestone", "refuse_milestone", "pay_tranche"]
    tranche: int = Field(ge=1, le=50)


class ShareSale(StepRequest):
    """退出: the fund sells shares."""

    act: Literal["sell_shares"]
    buyer: Holder
    buyer_name: str = Field(min_length=1, max_length=200)
    shares: Shares
    proceeds_yuan: Yuan


class ConversionClaim(StepRequest):
    """申请转股: the round that brought it about, and who holds what before it."""

    act: Literal["claim_conversion"]
    pre_money_yuan: Yuan = Field(gt=0)
    stakes: list[StakeOnWire] = Field(min_length=1, max_length=500)


class MoneyReturn(StepRequest):
    """退回: money that has not become shares."""

    act: Literal["return_money"]
    amount_yuan: Yuan = Field(gt=0)


InvestmentStep = Annotated[
    TermSheet | InvestmentMove | TrancheMove | ShareSale | ConversionClaim | MoneyReturn,
    Field(discriminator="act", examples=[{"act": "agree"}, {"act": "pay_tranche", "tranche": 1}]),
]


class Closing(StepRequest):
    """交割: what was agreed is closed."""

    outcome: Literal["approved"]


InvestmentDecision = Annotated[
    Closing | Refusal,
    Field(
        discriminator="outcome",
        examples=[{"outcome": "approved"}, {"outcome": "rejected", "reason_code": "risk_too_high"}],
    ),
]


class StakeAnswer(AnswerModel):
    """One holder's shares and part; the parts of all holders are together exactly one."""

    holder: str
    name: str
    shares: int
    part: Decimal


class InvestmentAnswer(SupportAnswer):
    """An investment: its file, its terms, and the cap table as it stands."""

    terms: Investment
    paid_yuan: Decimal
    cap_table: list[StakeAnswer]
    total_shares: int


def read_tranches(sheet: TermSheet) -> list[Tranche]:
    """The tranches in the words of the rules."""
    return [Tranche(one.amount_yuan, one.milestone, one.due_on) for one in sheet.tranches]


def read_conversion(sheet: TermSheet) -> Conversion | None:
    """先投后股 in the words of the rules."""
    said = sheet.conversion
    return None if said is None else Conversion(said.condition, said.convert_by, said.discount)


def read_stakes(sheet: TermSheet | ConversionClaim) -> list[Stake]:
    """The cap table in the words of the rules."""
    return [Stake(one.holder, one.name, one.shares) for one in sheet.stakes]


def describe_investment(support: Support) -> InvestmentAnswer:
    """An investment on the wire."""
    investment = unpack(Investment, support.terms)
    table = CapTable(investment.stakes)
    parts = find_parts(table) if table.stakes else ()
    return InvestmentAnswer(
        **describe_file(support, MOVES),
        terms=investment,
        paid_yuan=investment.paid_yuan,
        cap_table=[
            StakeAnswer(holder=one.holder, name=one.name, shares=one.shares, part=part)
            for one, part in zip(table.stakes, parts, strict=True)
        ],
        total_shares=table.total,
    )
