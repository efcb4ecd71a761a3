"""挂牌: an achievement on the market, by agreement, sealed bidding or auction.

```
draft ──list──▶ listed ──reserve──▶ reserved ──settle──▶ settled
  │               │  ◀───release────   │
  └──withdraw─────┴────────withdraw────┴──▶ withdrawn
```
Reserved: the buyer and the price are fixed. Settled: a registered contract stands behind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from kit.errors import Fault, RuleBroken
from kit.text import Text
from services.achievements.rules.steps import Steps


class ListingWay(StrEnum):
    """成交方式：协议定价、竞价（密封报价）、拍卖（公开加价）"""

    AGREEMENT = "agreement"
    BIDDING = "bidding"
    AUCTION = "auction"


class ListingState(StrEnum):
    """挂牌状态：草稿、挂牌中、已预定、已摘牌、已撤牌"""

    DRAFT = "draft"
    LISTED = "listed"
    RESERVED = "reserved"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"


class ListingAct(StrEnum):
    """挂牌、预定、解除预定、摘牌、撤牌; the words are those of `decision` on the wire."""

    LIST = "listed"
    RESERVE = "reserved"
    RELEASE = "released"
    SETTLE = "settled"
    WITHDRAW = "withdrawn"


LISTING_STEPS: Steps[ListingState, ListingAct] = Steps(
    noun=Text("挂牌", "listing"),
    code="listing_step_not_open",
    table={
        (ListingState.DRAFT, ListingAct.LIST): ListingState.LISTED,
        (ListingState.DRAFT, ListingAct.WITHDRAW): ListingState.WITHDRAWN,
        (ListingState.LISTED, ListingAct.RESERVE): ListingState.RESERVED,
        (ListingState.LISTED, ListingAct.WITHDRAW): ListingState.WITHDRAWN,
        (ListingState.RESERVED, ListingAct.RELEASE): ListingState.LISTED,
        (ListingState.RESERVED, ListingAct.SETTLE): ListingState.SETTLED,
        (ListingState.RESERVED, ListingAct.WITHDRAW): ListingState.WITHDRAWN,
    },
    names={
        ListingState.DRAFT: "尚为草稿",
        ListingState.LISTED: "正在挂牌",
        ListingState.RESERVED: "已预定",
        ListingState.SETTLED: "已摘牌",
        ListingState.WITHDRAWN: "已撤牌",
    },
)

ON_THE_BOARD = (ListingState.LISTED, ListingState.RESERVED, ListingState.SETTLED)
"""What everybody sees; drafts and withdrawn listings are for the two sides and the bureau."""

NEEDS_REASON = frozenset({ListingAct.WITHDRAW, ListingAct.RELEASE})


@dataclass(frozen=True, slots=True)
class ListingTerms:
    """How a listing is sold: prices in yuan, times as instants, the extension in minutes."""

    way: ListingWay
    asking_price_yuan: Decimal | None = None
    start_price_yuan: Decimal | None = None
    reserve_price_yuan: Decimal | None = None
    increment_yuan: Decimal | None = None
    deposit_yuan: Decimal | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    extension_window_minutes: int | None = None
    extension_minutes: int | None = None


_OF_A_CONTEST = (
    "start_price_yuan", "reserve_price_yuan", "deposit_yuan", "opens_at", "closes_at",
)  # fmt: skip
_OF_AN_AUCTION = ("increment_yuan", "extension_window_minutes", "extension_minutes")


def judge_terms(terms: ListingTerms) -> list[Fault]:
    """What contradicts itself in the terms of a listing, whatever its state."""
    faults = _judge_way(terms)
    if terms.opens_at and terms.closes_at and terms.opens_at >= terms.closes_at:
        message = Text("开始时间须早于截止时间", "it opens before it closes")
        faults.append(Fault("/closes_at", "times_reversed", message))
    start, reserve = terms.start_price_yuan, terms.reserve_price_yuan
    if start is not None and reserve is not None and reserve < start:
        message = Text("保留价不得低于起始价", "the reserve price is below the starting price")
        faults.append(Fault("/reserve_price_yuan", "reserve_below_start", message))
    if terms.increment_yuan is not None and terms.increment_yuan <= 0:
        message = Text("加价幅度须大于零", "the increment is more than zero")
        faults.append(Fault("/increment_yuan", "increment_zero", message))
    return faults


def _judge_way(terms: ListingTerms) -> list[Fault]:
    """Terms that this way of selling does not know."""
    foreign: Sequence[str] = ()
    if terms.way is ListingWay.AGREEMENT:
        foreign = (*_OF_A_CONTEST, *_OF_AN_AUCTION)
    elif terms.way is ListingWay.BIDDING:
        foreign = ("asking_price_yuan", *_OF_AN_AUCTION)
    else:
        foreign = ("asking_price_yuan",)
    message = Text(f"“{terms.way}”方式没有这一项", f"a listing by {terms.way} has no such term")
    return [
        Fault(f"/{name}", "term_of_another_way", message)
        for name in foreign
        if getattr(terms, name) is not None
    ]


def judge_readiness(terms: ListingTerms, now: datetime) -> list[Fault]:
    """What is missing before it can be listed; a contest lies ahead."""
    needed: tuple[str, ...] = ()
    if terms.way is not ListingWay.AGREEMENT:
        needed = ("start_price_yuan", "opens_at", "closes_at")
    if terms.way is ListingWay.AUCTION:
        needed = (*needed, "increment_yuan")
    missing = Text("挂牌前须填写", "needed before it is listed")
    faults = [
        Fault(f"/{name}", "missing", missing) for name in needed if getattr(terms, name) is None
    ]
    if terms.closes_at is not None and terms.closes_at <= now:
        message = Text("截止时间须在将来", "it closes in the future")
        faults.append(Fault("/closes_at", "in_the_past", message))
    return faults


def require_withdrawable(terms: ListingTerms, state: ListingState, now: datetime) -> None:
    """委托人在拍卖开始前可以撤回拍卖标的（拍卖法第二十九条）: not while it runs."""
    running = (
        terms.way is not ListingWay.AGREEMENT
        and state is ListingState.LISTED
        and terms.opens_at is not None
        and terms.closes_at is not None
        and terms.opens_at <= now < terms.closes_at
    )
    if running:
        raise RuleBroken(
            "contest_running",
            Text(
                f"竞价已于 {terms.opens_at:%Y-%m-%d %H:%M} 开始，"
                "截止前不能撤牌（拍卖法第二十九条）",
                "the contest has begun and cannot be withdrawn before it closes",
            ),
            closes_at=terms.closes_at.isoformat() if terms.closes_at else None,
        )


def require_releasable(way: ListingWay) -> None:
    """A contest that has its winner does not open again: it is withdrawn, and listed anew."""
    if way is not ListingWay.AGREEMENT:
        raise RuleBroken(
            "contest_over",
            Text(
                "竞价、拍卖已结束，不能恢复挂牌；请撤牌后重新挂牌（拍卖法第三十九条：再行拍卖）",
                "the contest is over; withdraw the listing and list it anew",
            ),
            allowed=[ListingAct.SETTLE.value, ListingAct.WITHDRAW.value],
        )


def announced_too_late(terms: ListingTerms, listed_at: datetime | None, days: int) -> bool:
    """Whether an auction opens sooner after its announcement than the law wants.

    拍卖人应当于拍卖日七日前发布拍卖公告（拍卖法第四十五条）. A warning, no refusal: that law
    binds auction houses, and a contest on the exchange is not always an auction in its sense.
    """
    if terms.way is not ListingWay.AUCTION or listed_at is None or terms.opens_at is None:
        return False
    return (terms.opens_at.date() - listed_at.date()).days < days


@dataclass(frozen=True, slots=True)
class ListingFilter:
    """Which listings."""

    limit: int
    cursor: str | None = None
    q: str | None = None
    state: str | None = None
    way: str | None = None
    achievement_id: str | None = None
    owner_uscc: str | None = None
    contract_id: str | None = None
