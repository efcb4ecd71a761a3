"""协议定价: a buyer offers, the seller answers, until one price is accepted."""

from collections.abc import Mapping

from sqlalchemy import RowMapping

from kit.auth import Principal
from kit.db import ReadSession, WriteSession
from kit.errors import RuleBroken, invalid, no_such
from kit.text import Text
from services.achievements.rules.listing_bids import require_outsider
from services.achievements.rules.listing_offers import (
    OFFER_STEPS,
    OfferAct,
    OfferState,
    require_may_answer,
)
from services.achievements.rules.listings import (
    LISTING_STEPS,
    ListingAct,
    ListingState,
    ListingWay,
)
from services.achievements.rules.visibility import Viewer
from services.achievements.schemas.listing_parts import OfferBody, OfferDecision
from services.achievements.store.listing_offers import (
    add_offer,
    decide_offer,
    get_offer,
    list_offers,
)
from services.achievements.store.listings import lock_listing
from services.achievements.usecases.callers import viewer_of
from services.achievements.usecases.listings import (
    is_insider,
    listing_viewer,
    move_listing,
    read_listing,
    reserve_for,
    sellers,
)


def make_offer(
    session: WriteSession, principal: Principal, listing_id: str, body: OfferBody
) -> RowMapping:
    """Offer a price for what is listed by agreement."""
    row = lock_listing(session, listing_id, listing_viewer(principal))
    require_outsider(principal.uscc, sellers(row))
    _require_negotiable(row)
    buyer = {
        "uscc": principal.uscc,
        "name": principal.org_name,
        "kind": principal.org_kind or principal.role.value,
    }
    values = {"buyer": buyer, "buyer_uscc": principal.uscc, "author_uscc": principal.uscc}
    offer = {**values, **body.model_dump(), "state": OfferState.OPEN.value}
    return get_offer(session, listing_id, add_offer(session, listing_id, offer))


def answer_offer(
    session: WriteSession,
    principal: Principal,
    listing_id: str,
    offer_id: str,
    decision: OfferDecision,
) -> RowMapping:
    """Accept, decline, counter or take back; an accepted price reserves the listing."""
    row = lock_listing(session, listing_id, listing_viewer(principal))
    offer = get_offer(session, listing_id, offer_id)
    _require_side(principal, row, offer)
    require_may_answer(decision.decision, is_author=_is_author(principal, row, offer))
    state = OFFER_STEPS.move(OfferState(offer["state"]), decision.decision)
    decide_offer(session, offer_id, state.value)
    answered = {OfferAct.ACCEPT: _accept, OfferAct.COUNTER: _counter}.get(decision.decision)
    if answered is not None:
        offer_id = answered(session, principal, row, offer, decision)
    return get_offer(session, listing_id, offer_id)


def _accept(
    session: WriteSession,
    principal: Principal,
    row: RowMapping,
    offer: RowMapping,
    _decision: OfferDecision,
) -> str:
    state = LISTING_STEPS.move(ListingState(row["state"]), ListingAct.RESERVE)
    values = reserve_for(offer["buyer"], offer["amount_yuan"])
    move_listing(session, principal, row, state, ListingAct.RESERVE, values)
    return str(offer["id"])


def _counter(
    session: WriteSession,
    principal: Principal,
    row: RowMapping,
    offer: RowMapping,
    decision: OfferDecision,
) -> str:
    _require_negotiable(row)
    if decision.amount_yuan is None:
        message = Text("还价须给出金额", "a counter-offer names its price")
        raise invalid("/amount_yuan", "missing", message)
    values: Mapping[str, object] = {
        "buyer": offer["buyer"],
        "buyer_uscc": offer["buyer_uscc"],
        "author_uscc": principal.uscc,
        "amount_yuan": decision.amount_yuan,
        "note": decision.note,
        "state": OfferState.OPEN.value,
    }
    return add_offer(session, row["id"], values)


def find_offers(session: ReadSession, principal: Principal, listing_id: str) -> list[RowMapping]:
    """The seller sees all offers, a buyer its own negotiation."""
    row = read_listing(session, principal, listing_id)
    viewer = viewer_of(principal)
    sees = viewer.sees_all or is_insider(principal, row)
    return list_offers(session, listing_id, Viewer(viewer.uscc, sees))


def _require_negotiable(row: RowMapping) -> None:
    if row["way"] != ListingWay.AGREEMENT or row["state"] != ListingState.LISTED:
        raise RuleBroken(
            "offers_not_open",
            Text(
                "只有正在挂牌的协议定价项目接受报价；竞价、拍卖请出价（…/bids）",
                "offers are taken for what is listed by agreement; a contest takes bids",
            ),
            way=row["way"],
            state=row["state"],
        )


def _require_side(principal: Principal, row: RowMapping, offer: RowMapping) -> None:
    if principal.uscc not in (*sellers(row), offer["buyer_uscc"]):
        raise no_such("报价", "offer", offer["id"])


def _is_author(principal: Principal, row: RowMapping, offer: RowMapping) -> bool:
    """The owner and its agency are one side."""
    if offer["author_uscc"] in sellers(row):
        return principal.uscc in sellers(row)
    return bool(principal.uscc == offer["author_uscc"])
