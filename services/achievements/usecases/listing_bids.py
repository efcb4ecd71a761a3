"""Bids: entered one by one under the lock of their listing, at the server's instant."""

import secrets
from collections.abc import Mapping

from sqlalchemy import RowMapping

from kit.auth import Principal, Role
from kit.clock import now
from kit.db import ReadSession, WriteSession
from kit.errors import RuleBroken
from kit.jobs import Work
from kit.money import format_yuan
from services.achievements.rules.listing_bids import (
    BookEntry,
    Verdict,
    enter_bid,
    extend_close,
    judge_amount,
    judge_deposit,
    require_open,
    require_outsider,
    verify_book,
)
from services.achievements.rules.listing_deposits import DepositState
from services.achievements.rules.listings import (
    LISTING_STEPS,
    ListingAct,
    ListingState,
    ListingWay,
)
from services.achievements.schemas.listing_parts import BidBody
from services.achievements.schemas.listings import terms_of
from services.achievements.store.listing_bids import add_bid, list_bids, read_book
from services.achievements.store.listing_deposits import find_deposit
from services.achievements.store.listings import list_due_contests, lock_listing
from services.achievements.usecases.board import board
from services.achievements.usecases.callers import plain_row
from services.achievements.usecases.listings import (
    ALL,
    is_insider,
    keep_change,
    listing_viewer,
    move_listing,
    name_winner,
    read_listing,
    sellers,
)

CLOSE_CONTESTS = "listings.close-contests"
_NO_BID = "流拍：截止时没有达到保留价的报价（拍卖法第五十条）"


def place_bid(
    session: WriteSession, principal: Principal, listing_id: str, body: BidBody
) -> Mapping[str, object]:
    """Enter a bid; whoever comes second waits for the lock, and is judged after the first."""
    row = lock_listing(session, listing_id, listing_viewer(principal))
    at, terms = now(), terms_of(row)
    require_outsider(principal.uscc, sellers(row))
    require_open(terms, ListingState(row["state"]), at)
    deposit = find_deposit(session, listing_id, principal.uscc)
    is_paid = deposit is not None and deposit["state"] == DepositState.PAID
    judge_deposit(row["deposit_yuan"], is_paid)
    book = read_book(session, listing_id)
    judge_amount(terms, book, principal.uscc, body.amount_yuan)
    end = book[-1] if book else None
    entry = enter_bid(listing_id, end, principal.uscc, body.amount_yuan, secrets.token_hex(16), at)
    add_bid(session, entry, principal.org_name, principal.org_kind or principal.role.value)
    _extend(session, principal, row, entry)
    return {**_wire(entry), "bidder_name": principal.org_name, "nonce": None}


def _extend(session: WriteSession, principal: Principal, row: RowMapping, entry: BookEntry) -> None:
    later = extend_close(terms_of(row), entry.at)
    if later is not None:
        values = {"closes_at": later, "extensions": row["extensions"] + 1}
        keep_change(session, principal, row, "extended", values)


def read_bids(
    session: ReadSession, principal: Principal | None, listing_id: str
) -> Mapping[str, object]:
    """The book as the caller may see it: sealed amounts and nonces only after the close."""
    row = read_listing(session, principal, listing_id)
    is_open = _runs(row)
    rows = list_bids(session, listing_id)
    caller = None if principal is None else principal.uscc
    took_part = is_insider(principal, row) or caller in {bid["bidder_uscc"] for bid in rows}
    shown = [_veil(bid, row, caller, is_open=is_open, took_part=took_part) for bid in rows]
    return {
        "listing_id": listing_id,
        "server_time": now(),
        "is_open": is_open,
        "items": shown,
    }


def verify_bids(session: ReadSession, principal: Principal | None, listing_id: str) -> Verdict:
    """Recompute the book; shows nothing of its content, so everybody may ask."""
    read_listing(session, principal, listing_id)
    return verify_book(read_book(session, listing_id))


def _runs(row: RowMapping) -> bool:
    closes = row["closes_at"]
    return row["state"] == ListingState.LISTED and closes is not None and now() < closes


def _veil(
    bid: RowMapping, row: RowMapping, caller: str | None, *, is_open: bool, took_part: bool
) -> Mapping[str, object]:
    """Whoever took part sees who bid, after the close; a bidder always sees its own bid."""
    mine = bid["bidder_uscc"] == caller
    hidden: set[str] = set()
    if is_open:
        hidden.add("nonce")
    if not (mine or (took_part and not is_open)):
        hidden |= {"bidder_uscc", "bidder_name"}
    if is_open and not mine and row["way"] == ListingWay.BIDDING:
        hidden.add("amount_yuan")
    return {name: None if name in hidden else value for name, value in plain_row(bid).items()}


def _wire(entry: BookEntry) -> dict[str, object]:
    return {name: getattr(entry, name) for name in BookEntry.__slots__}


@board.task(CLOSE_CONTESTS, cron="* * * * *")
def close_contests(work: Work) -> None:
    """到点揭标: contests whose time is over get their winner, or are withdrawn without one."""
    with work.database.read() as session:
        due = list_due_contests(session, now())
    for listing_id in due:
        with work.database.write() as session:
            _close_contest(session, listing_id)


def _close_contest(session: WriteSession, listing_id: str) -> None:
    """In a transaction of its own; what a person closed meanwhile is left alone."""
    row = lock_listing(session, listing_id, ALL)
    closes = row["closes_at"]
    if row["state"] != ListingState.LISTED or closes is None or now() < closes:
        return
    clock = Principal("clock", Role.SERVICE, row["owner_uscc"], "六融平台定时任务", "")
    try:
        values, act, reason = name_winner(session, row), ListingAct.RESERVE, None
        price = format_yuan(values["price_yuan"])  # type: ignore[arg-type]
        reason = f"截止揭标：第 {values['winning_bid']} 笔报价 {price} 元"
    except RuleBroken:
        values, act, reason = {"reason": _NO_BID, "ended_at": now()}, ListingAct.WITHDRAW, _NO_BID
    state = LISTING_STEPS.move(ListingState(row["state"]), act)
    move_listing(session, clock, row, state, act, values, reason)
