"""Open bidding 揭榜挂帅: publish a call, bid, withdraw a bid, read bids once unsealed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import RowMapping

from kit.auth import Principal
from kit.clock import now, today
from kit.db import ReadSession, WriteSession
from kit.errors import Fault, InvalidInput, NotFound, RuleBroken
from kit.ids import new_id
from kit.text import Text
from kit.versions import require_match
from services.achievements.rules.bids import (
    BID_STEPS,
    BidAct,
    BidFacts,
    BidFilter,
    BidState,
    is_sealed,
    judge_bid,
    judge_call,
    require_time,
    team_of,
)
from services.achievements.rules.demands import DemandAct, DemandState
from services.achievements.rules.history import Change
from services.achievements.rules.kinds import Kind
from services.achievements.schemas.bids import BidBody, CallBody
from services.achievements.store.bids import (
    add_bid,
    change_bid,
    count_readable,
    count_reviews,
    get_bid,
    list_bids,
    list_experts,
    list_readable,
    lock_bid,
)
from services.achievements.store.counts import (
    Counts,
)
from services.achievements.store.history import add_history, list_history
from services.achievements.store.market_terms import reviews_required_on
from services.achievements.store.records import get_record, lock_record
from services.achievements.usecases.callers import (
    actor_of,
    meet_organization,
    plain_row,
    require_owner,
    viewer_of,
)
from services.achievements.usecases.demands import advance_demand, lock_demand

_NOUN = "bids"


@dataclass(frozen=True, slots=True)
class BidsSeen:
    """What a caller sees of the bids for a demand."""

    sealed: bool
    bids_until: datetime
    count: int
    items: Sequence[Mapping[str, object]]


def publish_call(
    session: WriteSession,
    principal: Principal,
    demand_id: str,
    body: CallBody,
    if_match: str | None,
) -> RowMapping:
    """张榜: ask everybody who sees the demand for bids, until a deadline, by known criteria."""
    row = lock_demand(session, principal, demand_id, if_match)
    if not principal.sees_all:
        require_owner(principal, row["owner_uscc"])
    call = body.call(reviews_required_on(today()))
    _refuse(judge_call(call, now()))
    kept = {
        "criteria": [{**asdict(one), "weight": str(one.weight)} for one in call.criteria],
        "reviews_required": call.reviews_required,
    }
    act = DemandAct.PUBLISH_CALL
    return advance_demand(session, principal, row, act, bids_until=call.bids_until, call=kept)


def submit_bid(
    session: WriteSession, principal: Principal, demand_id: str, body: BidBody
) -> Mapping[str, object]:
    """揭榜: bid for a team of which the caller is the first party; once per team."""
    # The demand is held, so that no bid slips in while its bidding is ended.
    demand = lock_record(session, Kind.DEMANDS, demand_id, viewer_of(principal))
    _require_bidding(demand)
    facts = body.facts()
    _require_sound(session, principal, facts)
    meet_organization(session, principal)
    bid_id = new_id()
    fixed = {"id": bid_id, "demand_id": demand_id, "state": BidState.SUBMITTED.value}
    lead = {"lead_uscc": principal.uscc, "lead_name": principal.org_name}
    if not add_bid(session, {**_columns(facts), **fixed, **lead}):
        raise _team_has_bid()
    add_history(session, _NOUN, actor_of(principal), [Change(bid_id, 1, "submitted")])
    return plain_row(get_bid(session, demand_id, bid_id))


def replace_bid(
    session: WriteSession,
    principal: Principal,
    demand_id: str,
    bid_id: str,
    body: BidBody,
    if_match: str | None,
) -> Mapping[str, object]:
    """Say it anew before the deadline."""
    row = _lock_own(session, principal, demand_id, bid_id, if_match)
    facts = body.facts()
    _require_sound(session, principal, facts)
    if not change_bid(session, bid_id, row["version"] + 1, _columns(facts)):
        raise _team_has_bid()
    change = Change(bid_id, row["version"] + 1, "replaced")
    add_history(session, _NOUN, actor_of(principal), [change])
    return plain_row(get_bid(session, demand_id, bid_id))


def withdraw_bid(
    session: WriteSession,
    principal: Principal,
    demand_id: str,
    bid_id: str,
    if_match: str | None,
) -> Mapping[str, object]:
    """Take a bid back before the deadline; the team may bid again."""
    row = _lock_own(session, principal, demand_id, bid_id, if_match)
    move_bid(session, principal, row, BidAct.WITHDRAW)
    return plain_row(get_bid(session, demand_id, bid_id))


def move_bid(session: WriteSession, principal: Principal, row: RowMapping, act: BidAct) -> None:
    """Take one step of a bid that is held."""
    state = BID_STEPS.move(BidState(row["state"]), act)
    version = row["version"] + 1
    change_bid(session, row["id"], version, {"state": state.value})
    changes = {"state": {"from": row["state"], "to": state.value}}
    change = Change(row["id"], version, act.value, changes)
    add_history(session, _NOUN, actor_of(principal), [change])


def read_bids(session: ReadSession, principal: Principal, demand_id: str) -> BidsSeen:
    """The bids the caller may read: its own team's; when unsealed, all for those who judge."""
    demand = get_called(session, principal, demand_id)
    sealed = is_sealed(demand["bids_until"], now())
    bids = list_bids(session, demand_id)
    all_open = not sealed and _judges(session, principal, demand)
    seen = [bid for bid in bids if all_open or is_of_team(bid, principal.uscc)]
    scores = count_reviews(session, demand_id)
    seen.sort(key=lambda bid: (-(scores[bid["id"]][1] or Decimal(0)), bid["id"]))
    items = [_with_score(bid, scores) for bid in seen]
    return BidsSeen(sealed, demand["bids_until"], len(bids), items)


def read_bid(
    session: ReadSession | WriteSession, principal: Principal, demand_id: str, bid_id: str
) -> Mapping[str, object]:
    """One bid; a sealed one is not there for anybody but its team."""
    demand = get_called(session, principal, demand_id)
    bid = get_bid(session, demand_id, bid_id)
    sealed = is_sealed(demand["bids_until"], now())
    open_to_all = not sealed and _judges(session, principal, demand)
    if not open_to_all and not is_of_team(bid, principal.uscc):
        raise _hidden(bid_id)
    return _with_score(bid, count_reviews(session, demand_id))


def read_bid_history(
    session: ReadSession, principal: Principal, demand_id: str, bid_id: str
) -> Sequence[RowMapping]:
    """The story of a bid, for whoever may read it."""
    read_bid(session, principal, demand_id, bid_id)
    return list_history(session, _NOUN, bid_id)


def find_bids(
    session: ReadSession, principal: Principal, wanted: BidFilter
) -> tuple[list[RowMapping], str | None]:
    """One page of the bids for all demands that the caller may read just now."""
    return list_readable(session, viewer_of(principal), now(), wanted)


def count_by_state(session: ReadSession, principal: Principal) -> Counts:
    """How many of them are in each state."""
    return count_readable(session, viewer_of(principal), now())


def get_called(
    session: ReadSession | WriteSession, principal: Principal, demand_id: str
) -> RowMapping:
    """A demand the caller sees, for which there is a call."""
    demand = get_record(session, Kind.DEMANDS, demand_id, viewer_of(principal))
    if demand["call"] is None or demand["bids_until"] is None:
        message = Text("该需求没有张榜", "there is no call for this demand")
        raise RuleBroken("call_missing", message, state=demand["state"])
    return demand


def is_of_team(bid: RowMapping, uscc: str) -> bool:
    """Whether an organisation is a party of a bid's team."""
    return any(party["uscc"] == uscc for party in bid["parties"])


def _judges(session: ReadSession | WriteSession, principal: Principal, demand: RowMapping) -> bool:
    if principal.sees_all or principal.uscc == demand["owner_uscc"]:
        return True
    return any(one["uscc"] == principal.uscc for one in list_experts(session, demand["id"]))


def _lock_own(
    session: WriteSession,
    principal: Principal,
    demand_id: str,
    bid_id: str,
    if_match: str | None,
) -> RowMapping:
    demand = lock_record(session, Kind.DEMANDS, demand_id, viewer_of(principal))
    row = lock_bid(session, demand_id, bid_id)
    if not is_of_team(row, principal.uscc):
        raise _hidden(bid_id)
    require_owner(principal, row["lead_uscc"])
    require_match(if_match, row["version"])
    _require_bidding(demand)
    return row


def _require_bidding(demand: RowMapping) -> None:
    if demand["state"] != DemandState.BIDDING:
        message = Text("该需求现在不接受揭榜", "the demand takes no bids just now")
        raise RuleBroken("bids_not_taken", message, state=demand["state"])
    require_time(demand["bids_until"], now())


def _require_sound(session: WriteSession, principal: Principal, facts: BidFacts) -> None:
    _refuse(judge_bid(facts, principal.uscc))
    for place, achievement_id in enumerate(facts.achievement_ids):
        try:
            get_record(session, Kind.ACHIEVEMENTS, achievement_id, viewer_of(principal))
        except NotFound as error:
            _refuse([Fault(f"/achievement_ids/{place}", "not_found", error.detail)])


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise InvalidInput("invalid_input", faults[0].message, faults=faults)


def _columns(facts: BidFacts) -> dict[str, object]:
    parties = [
        {"uscc": one.uscc, "name": one.name, "share": format(one.share, "f")}
        for one in facts.parties
    ]
    return {
        "title": facts.title,
        "proposal": facts.proposal,
        "team": team_of(facts.parties),
        "parties": parties,
        "members": [asdict(one) for one in facts.members],
        "amount_yuan": facts.amount_yuan,
        "term_months": facts.term_months,
        "achievement_ids": list(facts.achievement_ids),
    }


def _with_score(bid: RowMapping, scores: Mapping[str, tuple[int, object]]) -> dict[str, object]:
    count, mean = scores.get(bid["id"], (0, None))
    return {**plain_row(bid), "reviews": count, "mean_score": mean}


def _team_has_bid() -> RuleBroken:
    message = Text("该团队（或其牵头方）已有揭榜方案", "this team, or its lead, has a bid already")
    return RuleBroken("team_has_bid", message)


def _hidden(bid_id: str) -> NotFound:
    return NotFound(
        "not_found", Text(f"没有找到揭榜方案「{bid_id}」", f"there is no bid {bid_id!r}")
    )
