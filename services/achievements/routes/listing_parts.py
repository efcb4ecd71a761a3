"""Offers, bids, deposits, notices and objections of a listing over HTTP."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Response

from kit.auth import Caller, MaybeCaller, Principal, Role, allow
from kit.http import HouseRouter, IfMatch, Read, Write, created, etag
from kit.openapi import problem_answer
from services.achievements.routes.listings import Seller
from services.achievements.routes.parameters import RecordId
from services.achievements.schemas.answers import answer_as
from services.achievements.schemas.exchange import ReceiptAnswer, ReceiptsAnswer
from services.achievements.schemas.listing_answers import answer_deposit, answer_objection
from services.achievements.schemas.listing_parts import (
    BidAnswer,
    BidBody,
    BookAnswer,
    BookVerification,
    DepositAnswer,
    DepositBody,
    DepositDecision,
    DepositsAnswer,
    DepositTotalsAnswer,
    NoticeAnswer,
    NoticesAnswer,
    ObjectionAnswer,
    ObjectionBody,
    ObjectionDecision,
    ObjectionsAnswer,
    OfferAnswer,
    OfferBody,
    OfferDecision,
    OffersAnswer,
)
from services.achievements.usecases import (
    exchange,
    listing_bids,
    listing_deposits,
    listing_notices,
    listing_offers,
)

_PATH = "/v1/listings"
router = HouseRouter(prefix=_PATH, tags=["挂牌交易 · listings"])

Buyer = Annotated[
    Principal,
    allow(Role.UNIVERSITY, Role.INSTITUTE, Role.HOSPITAL, Role.ENTERPRISE, Role.FUND),
]
SideOfDeal = Annotated[
    Principal,
    allow(
        Role.UNIVERSITY,
        Role.INSTITUTE,
        Role.HOSPITAL,
        Role.ENTERPRISE,
        Role.FUND,
        Role.BROKER,
    ),
]
Exchange = Annotated[Principal, allow(Role.EXCHANGE)]
_CLOSED: dict[int | str, dict[str, Any]] = {409: problem_answer("此时不能 · not open now")}


@router.post(
    "/{listing_id}/offers", status_code=201, summary="报价 · offer a price", responses=_CLOSED
)
def make_offer(
    listing_id: RecordId, body: OfferBody, caller: Buyer, session: Write, response: Response
) -> OfferAnswer:
    """For what is listed by agreement."""
    row = listing_offers.make_offer(session, caller, listing_id, body)
    created(response, f"{_PATH}/{listing_id}/offers/{row['id']}")
    return answer_as(OfferAnswer, row)


@router.get("/{listing_id}/offers", summary="报价列表 · list offers")
def list_offers(listing_id: RecordId, caller: Caller, session: Read) -> OffersAnswer:
    """The seller sees all; a buyer its own negotiation."""
    rows = listing_offers.find_offers(session, caller, listing_id)
    return OffersAnswer(items=[answer_as(OfferAnswer, row) for row in rows])


@router.post(
    "/{listing_id}/offers/{offer_id}/decisions",
    summary="答复报价 · answer an offer",
    responses=_CLOSED,
)
def answer_offer(
    listing_id: RecordId,
    offer_id: RecordId,
    body: OfferDecision,
    caller: SideOfDeal,
    session: Write,
) -> OfferAnswer:
    """Accepted: the listing is reserved at that price. Countered: answers the new offer."""
    row = listing_offers.answer_offer(session, caller, listing_id, offer_id, body)
    return answer_as(OfferAnswer, row)


@router.post("/{listing_id}/bids", status_code=201, summary="出价 · bid", responses=_CLOSED)
def place_bid(
    listing_id: RecordId, body: BidBody, caller: Buyer, session: Write, response: Response
) -> BidAnswer:
    """By the server's clock, in the order of arrival; a bid is not taken back."""
    row = listing_bids.place_bid(session, caller, listing_id, body)
    created(response, f"{_PATH}/{listing_id}/bids")
    return answer_as(BidAnswer, row)


@router.get("/{listing_id}/bids", summary="竞价簿 · the book of bids")
def read_bids(listing_id: RecordId, caller: MaybeCaller, session: Read) -> BookAnswer:
    """The chain is public; sealed amounts, nonces and bidders open after the close."""
    return answer_as(BookAnswer, listing_bids.read_bids(session, caller, listing_id))


@router.get("/{listing_id}/bids/verification", summary="核验竞价簿 · verify the book")
def verify_bids(listing_id: RecordId, caller: MaybeCaller, session: Read) -> BookVerification:
    """Recomputes every seal and every link; names the first broken entry."""
    return answer_as(
        BookVerification, asdict(listing_bids.verify_bids(session, caller, listing_id))
    )


@router.post(
    "/{listing_id}/deposits",
    status_code=201,
    summary="申报保证金 · announce a deposit",
    responses=_CLOSED,
)
def announce_deposit(
    listing_id: RecordId, body: DepositBody, caller: Buyer, session: Write, response: Response
) -> DepositAnswer:
    """One per bidder, to the fen; it counts when the exchange has confirmed it."""
    row = listing_deposits.announce_deposit(session, caller, listing_id, body)
    created(response, f"{_PATH}/{listing_id}/deposits/{row['id']}", row["version"])
    return answer_deposit(row)


@router.get("/{listing_id}/deposits", summary="保证金列表 · list deposits")
def list_deposits(listing_id: RecordId, caller: Caller, session: Read) -> DepositsAnswer:
    """With the sums of where the money is; a bidder sees its own."""
    found = listing_deposits.find_deposits(session, caller, listing_id)
    return DepositsAnswer(
        items=[answer_deposit(row) for row in found.items],
        totals=answer_as(DepositTotalsAnswer, asdict(found.totals)),
    )


@router.post(
    "/{listing_id}/deposits/{deposit_id}/decisions",
    summary="确认、退还、没收保证金 · decide a deposit",
    responses=_CLOSED,
)
def decide_deposit(
    listing_id: RecordId,
    deposit_id: RecordId,
    body: DepositDecision,
    caller: Exchange,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
) -> DepositAnswer:
    """By the exchange, which holds the money."""
    row = listing_deposits.decide_deposit(session, caller, listing_id, deposit_id, body, if_match)
    etag(response, row["version"])
    return answer_deposit(row)


@router.get("/{listing_id}/exchange-receipts", summary="交易中心回执 · receipts of the exchange")
def list_receipts(listing_id: RecordId, caller: Caller, session: Read) -> ReceiptsAnswer:
    """Each question of ours and each message of theirs, once; for the seller and the bureau."""
    heard_at, rows = exchange.read_receipts(session, caller, listing_id)
    items = [answer_as(ReceiptAnswer, row) for row in rows]
    return answer_as(ReceiptsAnswer, {"heard_at": heard_at, "items": items})


@router.post(
    "/{listing_id}/public-notices",
    status_code=201,
    summary="公示 · put up a public notice",
    responses=_CLOSED,
)
def put_up_notice(
    listing_id: RecordId, caller: Seller, session: Write, response: Response
) -> NoticeAnswer:
    """Name and intended price of a reserved listing (促进科技成果转化法第十八条)."""
    row = listing_notices.put_up_notice(session, caller, listing_id)
    created(response, f"{_PATH}/{listing_id}/public-notices")
    return answer_as(NoticeAnswer, row)


@router.get("/{listing_id}/public-notices", summary="公示列表 · list public notices")
def list_notices(listing_id: RecordId, caller: MaybeCaller, session: Read) -> NoticesAnswer:
    """For everybody."""
    rows = listing_notices.find_notices(session, caller, listing_id)
    return NoticesAnswer(items=[answer_as(NoticeAnswer, row) for row in rows])


@router.post(
    "/{listing_id}/objections",
    status_code=201,
    summary="提出异议 · raise an objection",
    responses=_CLOSED,
)
def raise_objection(
    listing_id: RecordId, body: ObjectionBody, caller: Caller, session: Write, response: Response
) -> ObjectionAnswer:
    """While the public notice runs."""
    row = listing_notices.raise_objection(session, caller, listing_id, body)
    created(response, f"{_PATH}/{listing_id}/objections/{row['id']}", row["version"])
    return answer_objection(row)


@router.get("/{listing_id}/objections", summary="异议列表 · list objections")
def list_objections(listing_id: RecordId, caller: Caller, session: Read) -> ObjectionsAnswer:
    """All for the seller and the bureau; else the caller's own."""
    rows = listing_notices.find_objections(session, caller, listing_id)
    return ObjectionsAnswer(items=[answer_objection(row) for row in rows])


@router.post(
    "/{listing_id}/objections/{objection_id}/decisions",
    summary="处理异议 · decide an objection",
    responses=_CLOSED,
)
def decide_objection(
    listing_id: RecordId,
    objection_id: RecordId,
    body: ObjectionDecision,
    caller: Seller,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
) -> ObjectionAnswer:
    """By the institution; an upheld objection stops the deal."""
    row = listing_notices.decide_on_objection(
        session, caller, listing_id, objection_id, body, if_match
    )
    etag(response, row["version"])
    return answer_objection(row)
