"""竞价簿: bids in the order of their arrival, each chained to the one before by its hash.

An entry's seal is SHA-256 over a nonce, the bidder and the amount; the entry's hash covers its
sequence, the server's instant, the seal and the hash before it. While a sealed bidding runs, the
book can be shown and kept by anybody and gives nothing away; when it has closed, nonces and
amounts are shown, and everybody can recompute every seal and every link.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256

from kit.errors import Fault, Forbidden, InvalidInput, RuleBroken
from kit.money import format_yuan
from kit.text import Text
from services.achievements.rules.listings import ListingState, ListingTerms, ListingWay

GENESIS = "0" * 64
"""The link of the first entry."""


@dataclass(frozen=True, slots=True)
class BookEntry:
    """One entry of the book; `nonce` is 32 hexadecimal characters."""

    listing_id: str
    sequence: int
    bidder_uscc: str
    amount_yuan: Decimal
    nonce: str
    at: datetime
    seal: str
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the book holds; `first_broken` is the sequence of the first entry that does not."""

    entries: int
    ok: bool
    first_broken: int | None
    head: str


def seal_bid(nonce: str, bidder_uscc: str, amount: Decimal) -> str:
    """The commitment to bidder and amount."""
    return sha256(f"{nonce}|{bidder_uscc}|{format_yuan(amount)}".encode()).hexdigest()


def link_bid(listing_id: str, sequence: int, at: datetime, seal: str, previous_hash: str) -> str:
    """The hash of an entry: canonical JSON of all that fixes its place."""
    content = {
        "at": at.isoformat(timespec="microseconds"),
        "listing_id": listing_id,
        "previous_hash": previous_hash,
        "seal": seal,
        "sequence": sequence,
    }
    return sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def enter_bid(
    listing_id: str,
    book_end: BookEntry | None,
    bidder_uscc: str,
    amount: Decimal,
    nonce: str,
    at: datetime,
) -> BookEntry:
    """The next entry of the book; its instant is never before that of the entry before."""
    sequence = 1 if book_end is None else book_end.sequence + 1
    previous = GENESIS if book_end is None else book_end.hash
    instant = at if book_end is None else max(at, book_end.at)
    seal = seal_bid(nonce, bidder_uscc, amount)
    link = link_bid(listing_id, sequence, instant, seal, previous)
    return BookEntry(
        listing_id, sequence, bidder_uscc, amount, nonce, instant, seal, previous, link
    )


def verify_book(book: Sequence[BookEntry]) -> Verdict:
    """Recompute every seal and every link, from the first entry to the last."""
    previous, at = GENESIS, None
    for place, bid in enumerate(book, start=1):
        holds = (
            bid.sequence == place
            and bid.previous_hash == previous
            and bid.seal == seal_bid(bid.nonce, bid.bidder_uscc, bid.amount_yuan)
            and bid.hash
            == link_bid(bid.listing_id, bid.sequence, bid.at, bid.seal, bid.previous_hash)
            and (at is None or bid.at >= at)
        )
        if not holds:
            return Verdict(len(book), ok=False, first_broken=place, head=previous)
        previous, at = bid.hash, bid.at
    return Verdict(len(book), ok=True, first_broken=None, head=previous)


def require_open(terms: ListingTerms, state: ListingState, at: datetime) -> None:
    """Bids are taken while the contest runs: from `opens_at` on, before `closes_at`."""
    runs = (
        terms.way is not ListingWay.AGREEMENT
        and state is ListingState.LISTED
        and terms.opens_at is not None
        and terms.closes_at is not None
        and terms.opens_at <= at < terms.closes_at
    )
    if not runs:
        raise RuleBroken(
            "bidding_not_open",
            Text(
                f"现在（{at:%Y-%m-%d %H:%M:%S}）不接受报价",
                f"no bids are taken now ({at.isoformat(timespec='seconds')})",
            ),
            server_time=at.isoformat(timespec="microseconds"),
            opens_at=None if terms.opens_at is None else terms.opens_at.isoformat(),
            closes_at=None if terms.closes_at is None else terms.closes_at.isoformat(),
            state=state.value,
        )


def require_outsider(bidder_uscc: str, seller_usccs: Sequence[str]) -> None:
    """委托人不得参与竞买，也不得委托他人代为竞买（拍卖法第三十条）."""
    if bidder_uscc in seller_usccs:
        raise Forbidden(
            "seller_may_not_bid",
            Text(
                "委托人及其代理机构不得参与竞买（拍卖法第三十条）",
                "the seller and its agency may not bid",
            ),
        )


def judge_amount(
    terms: ListingTerms, book: Sequence[BookEntry], bidder: str, amount: Decimal
) -> None:
    """At least the starting price; an auction rises by the increment; one sealed bid each."""
    least = terms.start_price_yuan or Decimal(0)
    if terms.way is ListingWay.AUCTION and book:
        least = max(bid.amount_yuan for bid in book) + (terms.increment_yuan or Decimal(0))
    if amount < least:
        raise RuleBroken(
            "bid_too_low",
            Text(
                f"报价 {format_yuan(amount)} 元低于现在的最低报价 {format_yuan(least)} 元",
                f"the bid is below the least that counts now, {format_yuan(least)}",
            ),
            least_yuan=format_yuan(least),
        )
    if terms.way is ListingWay.BIDDING and any(bid.bidder_uscc == bidder for bid in book):
        raise RuleBroken(
            "bid_already_sealed",
            Text(
                "密封报价每家一次，不得撤回或修改（拍卖法第三十六条）",
                "a sealed bid is made once and is not taken back",
            ),
        )


def extend_close(terms: ListingTerms, at: datetime) -> datetime | None:
    """The new close after a bid in the last minutes of an auction; None where it stays."""
    window, minutes = terms.extension_window_minutes, terms.extension_minutes
    if terms.way is not ListingWay.AUCTION or not window or not minutes or terms.closes_at is None:
        return None
    if at < terms.closes_at - timedelta(minutes=window):
        return None
    later = at + timedelta(minutes=minutes)
    return later if later > terms.closes_at else None


def choose_winner(terms: ListingTerms, book: Sequence[BookEntry]) -> BookEntry | None:
    """The highest bid, the earliest of equal ones; none below the reserve price (第五十条)."""
    best = min(book, key=lambda bid: (-bid.amount_yuan, bid.sequence), default=None)
    reserve = terms.reserve_price_yuan
    if best is None or (reserve is not None and best.amount_yuan < reserve):
        return None
    return best


def require_closed(terms: ListingTerms, at: datetime) -> None:
    """The book is opened when the time is over, not before."""
    if terms.closes_at is None or at < terms.closes_at:
        raise RuleBroken(
            "bidding_not_closed",
            Text("竞价尚未截止", "the contest has not closed yet"),
            closes_at=None if terms.closes_at is None else terms.closes_at.isoformat(),
        )


def judge_deposit(needed: Decimal | None, is_paid: bool) -> None:
    """Whoever bids has paid the deposit, where one is asked."""
    if needed and not is_paid:
        message = Text(
            f"须先缴纳保证金 {format_yuan(needed)} 元并经交易机构确认",
            f"a deposit of {format_yuan(needed)} has to be paid and confirmed first",
        )
        raise RuleBroken("deposit_required", message, deposit_yuan=format_yuan(needed))


def check_deposit_amount(needed: Decimal | None, paid: Decimal) -> None:
    """A deposit is paid to the fen."""
    if needed is None or paid != needed:
        wanted = "0.00" if needed is None else format_yuan(needed)
        message = Text(f"保证金应为 {wanted} 元", f"the deposit is {wanted}")
        fault = Fault("/amount_yuan", "deposit_differs", message)
        raise InvalidInput("invalid_input", message, faults=[fault])
