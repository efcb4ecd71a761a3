"""What the exchange's messages mean: the newest revision of a listing wins, each message once."""

from collections.abc import Iterable
from enum import StrEnum

from services.achievements.rules.listings import ListingState, ListingWay


class Outcome(StrEnum):
    """回执结果"""

    TOLD = "told"
    SILENT = "silent"
    REFUSED = "refused"
    APPLIED = "applied"
    KNOWN = "known"
    OUTDATED = "outdated"
    CONFLICT = "conflict"
    UNKNOWN_LISTING = "unknown_listing"


class MessageKind(StrEnum):
    """交易中心消息：成交、撤牌"""

    DEAL = "deal"
    WITHDRAWAL = "withdrawal"


def judge_message(
    kind: MessageKind,
    state: ListingState,
    way: ListingWay,
    *,
    revision: int,
    heard: int,
    says_the_same: bool,
) -> Outcome:
    """What becomes of a message about a listing that we know.

    A deal reserves what is listed by agreement; contests are decided by our own book. What
    contradicts an end is kept as a conflict for a person, never applied.
    """
    if revision <= heard:
        return Outcome.OUTDATED
    if says_the_same:
        return Outcome.KNOWN
    if kind is MessageKind.DEAL:
        can = state is ListingState.LISTED and way is ListingWay.AGREEMENT
    else:
        can = state in (ListingState.LISTED, ListingState.RESERVED)
    return Outcome.APPLIED if can else Outcome.CONFLICT


def advance(position: int, received: Iterable[int]) -> int:
    """The last number up to which nothing is missing: what is late is asked for again."""
    there = set(received)
    while position + 1 in there:
        position += 1
    return position
