"""Offers, bids, deposits and notices of a listing on the wire."""

from datetime import date, datetime
from typing import Annotated

from pydantic import ConfigDict, Field

from kit.money import Yuan
from kit.pages import Page
from kit.schemas import AnswerModel, WireModel
from services.achievements.rules.listing_deposits import DepositAct, DepositState
from services.achievements.rules.listing_notices import ObjectionAct, ObjectionState
from services.achievements.rules.listing_offers import OfferAct, OfferState
from services.achievements.schemas.listings import BuyerRef
from services.achievements.schemas.values import Line, Prose

Reason = Annotated[str, Field(min_length=1, max_length=500)]


class OfferBody(WireModel):
    """A price offered by a buyer."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"amount_yuan": "400000.00", "note": "分两期支付"}]}
    )

    amount_yuan: Yuan
    note: Line | None = None


class OfferDecision(WireModel):
    """An answer to an offer; a counter-offer names its price."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"decision": "countered", "amount_yuan": "450000.00"}]}
    )

    decision: OfferAct
    amount_yuan: Yuan | None = None
    note: Line | None = None


class OfferAnswer(AnswerModel):
    """An offer or counter-offer, and what became of it."""

    id: str
    listing_id: str
    sequence: int
    buyer: BuyerRef
    author_uscc: str
    amount_yuan: Yuan
    note: str | None
    state: OfferState
    created_at: datetime
    decided_at: datetime | None


class OffersAnswer(Page[OfferAnswer]):
    """Offers in their order; each buyer's are for that buyer, the seller and the bureau."""


class BidBody(WireModel):
    """A bid; it stands until somebody bids higher (拍卖法第三十六条)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"amount_yuan": "520000.00"}]})

    amount_yuan: Yuan


class BidAnswer(AnswerModel):
    """An entry of the book. Amounts of sealed bids, nonces and bidders show after the close."""

    sequence: int
    at: datetime
    seal: str = Field(description="SHA-256 of `nonce|bidder_uscc|amount_yuan`")
    previous_hash: str
    hash: str = Field(
        description="SHA-256 of the JSON with sorted keys at, listing_id, previous_hash, seal,"
        " sequence, no blanks; `at` in microseconds"
    )
    amount_yuan: Yuan | None
    nonce: str | None
    bidder_uscc: str | None
    bidder_name: str | None


class BookAnswer(Page[BidAnswer]):
    """竞价簿: the bids in the order of their arrival, by the server's clock."""

    listing_id: str
    server_time: datetime
    is_open: bool


class BookVerification(AnswerModel):
    """Every seal and every link recomputed."""

    entries: int
    ok: bool
    first_broken: int | None
    head: str


class DepositBody(WireModel):
    """A deposit announced by a bidder."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"amount_yuan": "50000.00"}]})

    amount_yuan: Yuan


class DepositDecision(WireModel):
    """What became of a deposit; a forfeit needs a reason."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"decision": "paid", "reference": "回单 2026-1123-01"}]}
    )

    decision: DepositAct
    reference: Line | None = Field(None, description="number of the bank's slip")
    reason: Reason | None = None


class DepositAnswer(AnswerModel):
    """A deposit and where it is."""

    id: str
    listing_id: str
    uscc: str
    name: str
    amount_yuan: Yuan
    state: DepositState
    version: int
    reference: str | None
    reason: str | None
    allowed: list[DepositAct]
    created_at: datetime
    updated_at: datetime


class DepositTotalsAnswer(AnswerModel):
    """What came in equals what is held, returned, forfeited and credited, to the fen."""

    paid_in_yuan: Yuan
    held_yuan: Yuan
    returned_yuan: Yuan
    forfeited_yuan: Yuan
    credited_yuan: Yuan


class DepositsAnswer(Page[DepositAnswer]):
    """Deposits and their sums; a bidder sees its own."""

    totals: DepositTotalsAnswer


class NoticeAnswer(AnswerModel):
    """职务成果转化公示: name and intended price, from a day through a day."""

    id: str
    listing_id: str
    title: str
    price_yuan: Yuan
    starts_on: date
    ends_on: date
    clause: str
    is_withdrawn: bool


class NoticesAnswer(Page[NoticeAnswer]):
    """The notices of a listing, for everybody."""


class ObjectionBody(WireModel):
    """Why the deal should not be made."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"statement": "完成人名单与登记不一致"}]}
    )

    statement: Annotated[Prose, Field(min_length=1)]


class ObjectionDecision(WireModel):
    """What the institution found; always with its reason."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"decision": "dismissed", "reason": "登记信息核对无误"}]}
    )

    decision: ObjectionAct
    reason: Reason


class ObjectionAnswer(AnswerModel):
    """An objection and its outcome."""

    id: str
    listing_id: str
    notice_id: str
    objector_uscc: str
    objector_name: str
    statement: str
    state: ObjectionState
    version: int
    reason: str | None
    allowed: list[ObjectionAct]
    created_at: datetime
    decided_at: datetime | None


class ObjectionsAnswer(Page[ObjectionAnswer]):
    """Objections: all for the seller and the bureau, else the caller's own."""
