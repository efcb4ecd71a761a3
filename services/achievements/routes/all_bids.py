"""Bids for all demands over HTTP; acts on a bid stand at its demand."""

from typing import Annotated

from fastapi import Query

from kit.auth import Caller
from kit.http import HouseRouter, Read
from kit.pages import Page
from services.achievements.rules.bids import BidFilter
from services.achievements.schemas.answers import count_rows, page_of
from services.achievements.schemas.bids import BidAnswer, BidCounts, BidQuery
from services.achievements.usecases import bids

_PATH = "/v1/bids"
router = HouseRouter(prefix=_PATH, tags=["揭榜挂帅 · open bidding"])


@router.get("", summary="揭榜方案总表 · bids for all demands")
def list_bids(
    query: Annotated[BidQuery, Query()], caller: Caller, session: Read
) -> Page[BidAnswer]:
    """Its own team's at any time; others' once they are unsealed, for who decides on them."""
    return page_of(BidAnswer, *bids.find_bids(session, caller, BidFilter(**query.model_dump())))


@router.get("/counts", summary="揭榜方案计数 · bids in figures")
def count_bids(caller: Caller, session: Read) -> BidCounts:
    """By state; each number with the address of its rows."""
    states = bids.count_by_state(session, caller)
    return BidCounts(
        total=sum(count for _, count in states), by_state=count_rows(_PATH, "state", states)
    )
