"""Open bidding (揭榜挂帅): a call, and the bids of teams, sealed until the deadline.

```
submitted ──award──▶ awarded
    │  └───decline──▶ not_awarded
    └─────withdraw──▶ withdrawn        (before the deadline)
```
A team is the set of its parties; it bids once. Shares add up to 1 exactly.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256

from kit.errors import Fault, RuleBroken
from kit.money import split_by_shares
from kit.text import Text
from services.achievements.rules.steps import Steps

SHARE_STEPS = 10_000
"""Shares are told to a hundredth of a per cent."""


class BidState(StrEnum):
    """揭榜状态"""

    SUBMITTED = "submitted"
    AWARDED = "awarded"
    NOT_AWARDED = "not_awarded"
    WITHDRAWN = "withdrawn"


class BidAct(StrEnum):
    """中榜、未中榜、撤回"""

    AWARD = "awarded"
    DECLINE = "not_awarded"
    WITHDRAW = "withdrawn"


BID_STEPS: Steps[BidState, BidAct] = Steps(
    noun=Text("揭榜方案", "bid"),
    code="bid_step_not_open",
    table={
        (BidState.SUBMITTED, BidAct.AWARD): BidState.AWARDED,
        (BidState.SUBMITTED, BidAct.DECLINE): BidState.NOT_AWARDED,
        (BidState.SUBMITTED, BidAct.WITHDRAW): BidState.WITHDRAWN,
    },
    names={
        BidState.SUBMITTED: "已提交",
        BidState.AWARDED: "已中榜",
        BidState.NOT_AWARDED: "未中榜",
        BidState.WITHDRAWN: "已撤回",
    },
)


@dataclass(frozen=True, slots=True)
class BidFilter:
    """Which bids of all demands."""

    limit: int
    cursor: str | None = None
    q: str | None = None
    state: str | None = None
    demand_id: str | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    """评审标准：代码、名称、权重"""

    code: str
    name: str
    weight: Decimal


@dataclass(frozen=True, slots=True)
class BidCall:
    """榜单：截止时间、评审标准、每个方案至少几名专家评审"""

    bids_until: datetime
    criteria: tuple[Criterion, ...]
    reviews_required: int


@dataclass(frozen=True, slots=True)
class Party:
    """团队一方；the first of a bid leads it."""

    uscc: str
    name: str
    share: Decimal


@dataclass(frozen=True, slots=True)
class Member:
    """团队成员"""

    name: str
    uscc: str
    orcid: str | None = None


@dataclass(frozen=True, slots=True)
class BidFacts:
    """一个揭榜方案"""

    title: str
    proposal: str
    parties: tuple[Party, ...]
    members: tuple[Member, ...]
    amount_yuan: Decimal
    term_months: int
    achievement_ids: tuple[str, ...] = ()


def judge_call(call: BidCall, now: datetime) -> list[Fault]:
    """A call leaves time, and its criteria add up."""
    faults: list[Fault] = []
    if call.bids_until <= now:
        message = Text("揭榜截止时间须在将来", "the deadline lies ahead")
        faults.append(Fault("/bids_until", "in_the_past", message))
    codes = [criterion.code for criterion in call.criteria]
    if len(set(codes)) < len(codes):
        message = Text("评审标准的代码重复", "two criteria have the same code")
        faults.append(Fault("/criteria", "criteria_repeated", message))
    whole = sum((criterion.weight for criterion in call.criteria), Decimal(0))
    if whole != 1:
        message = Text(
            f"评审标准的权重之和须为 1，现为 {whole}", f"the weights add up to {whole}, not to 1"
        )
        faults.append(Fault("/criteria", "weights_not_one", message))
    return faults


def judge_bid(facts: BidFacts, lead_uscc: str) -> list[Fault]:
    """A team whose lead comes first, whose shares add up, and whose members are its own."""
    faults: list[Fault] = []
    usccs = [party.uscc for party in facts.parties]
    if usccs[0] != lead_uscc:
        message = Text("第一方须为提交单位（牵头方）", "the first party is the one that submits")
        faults.append(Fault("/parties/0/uscc", "lead_not_first", message))
    if len(set(usccs)) < len(usccs):
        message = Text("同一单位在团队中只能出现一次", "an organisation stands in a team once")
        faults.append(Fault("/parties", "party_repeated", message))
    for place, party in enumerate(facts.parties):
        steps = party.share * SHARE_STEPS
        if party.share <= 0 or steps != steps.to_integral_value():
            message = Text(
                "份额须大于 0，至多四位小数", "a share is above 0, with at most four places"
            )
            faults.append(Fault(f"/parties/{place}/share", "share_invalid", message))
    whole = sum((party.share for party in facts.parties), Decimal(0))
    if whole != 1:
        message = Text(
            f"各方份额之和须为 100%，现为 {whole:%}", f"the shares add up to {whole:%}, not to 100%"
        )
        faults.append(Fault("/parties", "shares_not_whole", message))
    for place, member in enumerate(facts.members):
        if member.uscc not in usccs:
            message = Text("成员须属于团队一方", "a member belongs to one of the parties")
            faults.append(Fault(f"/members/{place}/uscc", "member_of_none", message))
    return faults


def team_of(parties: Sequence[Party]) -> str:
    """The key under which the same set of parties meets, in whatever order (SHA-256, hex)."""
    return sha256(" ".join(sorted(party.uscc for party in parties)).encode()).hexdigest()


def require_time(bids_until: datetime, now: datetime) -> None:
    """A bid arrives, changes and is withdrawn before the deadline, by the platform's clock."""
    if now >= bids_until:
        raise RuleBroken(
            "bidding_over",
            Text(
                f"揭榜已于 {bids_until.isoformat()} 截止",
                f"bids were taken until {bids_until.isoformat()}",
            ),
            bids_until=bids_until.isoformat(),
        )


def is_sealed(bids_until: datetime, now: datetime) -> bool:
    """Before the deadline nobody but its team reads a bid, neither owner nor bureau."""
    return now < bids_until


def split_payment(amount: Decimal, parties: Sequence[Party]) -> list[Decimal]:
    """A payment among the parties by their shares, to the fen; the parts add up."""
    return split_by_shares(amount, [int(party.share * SHARE_STEPS) for party in parties])
