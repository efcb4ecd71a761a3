"""Listings over HTTP."""

from typing import Annotated

from fastapi import Query, Response

from kit.auth import Caller, MaybeCaller, Principal, Role, allow
from kit.http import HouseRouter, IfMatch, Read, Write, created, etag
from kit.openapi import problem_answer
from kit.pages import Page
from services.achievements.routes.parameters import RecordId
from services.achievements.rules.listings import ListingFilter
from services.achievements.schemas.answers import answer_as
from services.achievements.schemas.exchange import ReceiptAnswer, ReceiptsAnswer
from services.achievements.schemas.listings import (
    ListingAnswer,
    ListingBody,
    ListingChange,
    ListingCount,
    ListingCounts,
    ListingDecision,
    ListingQuery,
)
from services.achievements.schemas.records import HistoryAnswer, HistoryLine
from services.achievements.usecases import exchange, listings
from services.achievements.usecases.listing_views import describe_listing, describe_listings

_PATH = "/v1/listings"
router = HouseRouter(prefix=_PATH, tags=["挂牌交易 · listings"])

Seller = Annotated[
    Principal,
    allow(Role.UNIVERSITY, Role.INSTITUTE, Role.HOSPITAL, Role.ENTERPRISE, Role.BROKER),
]
_OVERSEER = allow(Role.EXCHANGE, Role.OFFICER, Role.AUDITOR)
SellerOrExchange = Annotated[
    Principal,
    allow(
        Role.UNIVERSITY,
        Role.INSTITUTE,
        Role.HOSPITAL,
        Role.ENTERPRISE,
        Role.BROKER,
        Role.EXCHANGE,
    ),
]


@router.post("", status_code=201, summary="起草挂牌 · draft a listing")
def draft_listing(
    body: ListingBody, caller: Seller, session: Write, response: Response
) -> ListingAnswer:
    """By the owner of the achievement, or by the agency it appointed."""
    row = listings.draft_listing(session, caller, body)
    created(response, f"{_PATH}/{row['id']}", row["version"])
    return describe_listing(caller, row)


@router.get("", summary="挂牌列表 · list listings")
def list_listings(
    query: Annotated[ListingQuery, Query()], caller: MaybeCaller, session: Read
) -> Page[ListingAnswer]:
    """What is on the board is for everybody; drafts and withdrawn ones for their sides."""
    wanted = ListingFilter(**query.model_dump())
    rows, cursor = listings.find_listings(session, caller, wanted)
    return Page(items=describe_listings(caller, rows), next_cursor=cursor)


@router.get("/counts", summary="挂牌统计 · counts by way and state")
def count_listings(caller: MaybeCaller, session: Read) -> ListingCounts:
    """Each count with the address of the rows it counts."""
    rows = listings.count_board(session, caller)
    return ListingCounts(items=[answer_as(ListingCount, row) for row in rows])


@router.get(
    "/exchange-conflicts",
    dependencies=[_OVERSEER],
    summary="交易中心待处理消息 · messages for a person",
)
def list_conflicts(session: Read) -> ReceiptsAnswer:
    """What contradicts our own record, names no listing of ours, or was refused there."""
    heard_at, rows = exchange.read_conflicts(session)
    items = [answer_as(ReceiptAnswer, row) for row in rows]
    return answer_as(ReceiptsAnswer, {"heard_at": heard_at, "items": items})


@router.get("/{listing_id}", summary="查看挂牌 · read a listing")
def read_listing(
    listing_id: RecordId, caller: MaybeCaller, session: Read, response: Response
) -> ListingAnswer:
    """One, with the steps that are open now."""
    row = listings.read_listing(session, caller, listing_id)
    etag(response, row["version"])
    return describe_listing(caller, row)


@router.patch("/{listing_id}", summary="修改挂牌草稿 · change a draft")
def change_draft(
    listing_id: RecordId,
    body: ListingChange,
    caller: Seller,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
) -> ListingAnswer:
    """What is listed is fixed; only a draft changes."""
    row = listings.change_draft(session, caller, listing_id, body, if_match)
    etag(response, row["version"])
    return describe_listing(caller, row)


@router.get("/{listing_id}/history", summary="挂牌历史 · history of a listing")
def read_listing_history(listing_id: RecordId, caller: Caller, session: Read) -> HistoryAnswer:
    """Every step with actor, organisation and reason; for the two sides and the bureau."""
    lines = listings.read_listing_history(session, caller, listing_id)
    return HistoryAnswer(items=[answer_as(HistoryLine, line) for line in lines])


@router.post(
    "/{listing_id}/decisions",
    summary="挂牌、预定、摘牌、撤牌 · decide a listing",
    responses={409: problem_answer("此步骤未开放 · the step is not open")},
)
def decide_listing(
    listing_id: RecordId,
    body: ListingDecision,
    caller: SellerOrExchange,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
) -> ListingAnswer:
    """By the seller; the exchange reserves and settles, too."""
    row = listings.decide_listing(session, caller, listing_id, body, if_match)
    etag(response, row["version"])
    return describe_listing(caller, row)
