"""Award by two persons, milestones with payments that add up, acceptance."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlalchemy import RowMapping

from kit.auth import Principal
from kit.clock import today
from kit.db import ReadSession, WriteSession
from kit.errors import Fault, InvalidInput, RuleBroken
from kit.events import record_event
from kit.ids import new_id
from kit.text import Text
from kit.versions import require_match
from services.achievements.rules.bid_reviews import (
    AwardState,
    AwardVerdict,
    judge_award,
    require_another_person,
    require_reviewed,
)
from services.achievements.rules.bids import BID_STEPS, BidAct, BidState, split_payment
from services.achievements.rules.demands import DEMAND_STEPS, DemandAct, DemandState
from services.achievements.rules.history import Change
from services.achievements.rules.kinds import Kind
from services.achievements.rules.milestones import (
    MILESTONE_STEPS,
    MilestoneAct,
    MilestoneState,
    judge_plan,
)
from services.achievements.schemas.bids import (
    AwardDecision,
    AwardProposal,
    MilestoneDecision,
    PlanBody,
)
from services.achievements.schemas.events import BidAwarded, MilestonePaid, PublishedShare
from services.achievements.store.bid_awards import (
    add_award,
    add_milestones,
    change_award,
    change_milestone,
    get_confirmed_award,
    list_awards,
    list_milestones,
    lock_award,
    lock_milestone,
)
from services.achievements.store.bids import count_reviews, get_bid, list_bids
from services.achievements.store.history import add_history
from services.achievements.store.notices import NewNotice, add_notices
from services.achievements.usecases.bid_reviews import parties_of
from services.achievements.usecases.bids import get_called, is_of_team, move_bid
from services.achievements.usecases.callers import actor_of, plain_row, require_owner
from services.achievements.usecases.demands import advance_demand, lock_demand, lock_seen


def propose_award(
    session: WriteSession, principal: Principal, demand_id: str, body: AwardProposal
) -> Mapping[str, object]:
    """定榜意见: name the winner, once every standing bid has its reviews."""
    demand = lock_seen(session, principal, demand_id)
    if not principal.sees_all:
        require_owner(principal, demand["owner_uscc"])
    DEMAND_STEPS.move(DemandState(demand["state"]), DemandAct.AWARD)
    counts = {bid: count for bid, (count, _) in count_reviews(session, demand_id).items()}
    require_reviewed(counts, demand["call"]["reviews_required"])
    bid = get_bid(session, demand_id, body.bid_id)
    BID_STEPS.move(BidState(bid["state"]), BidAct.AWARD)
    _refuse(judge_award(body.amount_yuan, bid["amount_yuan"], demand["budget_yuan"]))
    award_id = new_id()
    values = {
        **body.model_dump(),
        "id": award_id,
        "demand_id": demand_id,
        "state": AwardState.PROPOSED.value,
        "proposed_by": principal.client_id,
        "proposed_uscc": principal.uscc,
    }
    if not add_award(session, values):
        message = Text("已有待确认的定榜意见", "an award is proposed already")
        raise RuleBroken("award_proposed", message)
    _note(session, principal, demand, "award_proposed", body.reason)
    return plain_row(lock_award(session, demand_id, award_id))


def award_bid(
    session: WriteSession,
    principal: Principal,
    demand_id: str,
    award_id: str,
    body: AwardDecision,
    if_match: str | None,
) -> Mapping[str, object]:
    """定榜: a second person confirms the winner, or sends the proposal back."""
    demand = lock_seen(session, principal, demand_id)
    award = lock_award(session, demand_id, award_id)
    require_match(if_match, award["version"])
    require_another_person(award["proposed_by"], principal.client_id)
    if award["state"] != AwardState.PROPOSED:
        message = Text("该定榜意见已有决定", "this award is decided")
        raise RuleBroken("award_decided", message, state=award["state"])
    decided = {
        "state": body.decision.value,
        "decided_by": principal.client_id,
        "decision_reason": body.reason,
    }
    change_award(session, award_id, award["version"] + 1, decided)
    if body.decision is AwardVerdict.CONFIRM:
        _award(session, principal, demand, award, body.reason)
    else:
        _note(session, principal, demand, "award_rejected", body.reason)
    return plain_row(lock_award(session, demand_id, award_id))


def _award(
    session: WriteSession,
    principal: Principal,
    demand: RowMapping,
    award: RowMapping,
    reason: str,
) -> None:
    advance_demand(session, principal, demand, DemandAct.AWARD, reason=reason)
    bids = list_bids(session, demand["id"])
    for bid in bids:
        won = bid["id"] == award["bid_id"]
        move_bid(session, principal, bid, BidAct.AWARD if won else BidAct.DECLINE)
    add_notices(session, [_tell_team(demand, bid, award["bid_id"]) for bid in bids])
    winner = next(bid for bid in bids if bid["id"] == award["bid_id"])
    record_event(
        session,
        BidAwarded(
            demand_id=demand["id"],
            uscc=demand["owner_uscc"],
            bid_id=winner["id"],
            title=demand["title"],
            amount_yuan=award["amount_yuan"],
            shares=_share(award["amount_yuan"], winner),
            awarded_on=today(),
        ),
        subject=winner["lead_uscc"],
    )


def start_milestones(
    session: WriteSession,
    principal: Principal,
    demand_id: str,
    body: PlanBody,
    if_match: str | None,
) -> Mapping[str, object]:
    """Agree on the milestones; their payments add up to the award."""
    demand = lock_demand(session, principal, demand_id, if_match)
    require_owner(principal, demand["owner_uscc"])
    DEMAND_STEPS.move(DemandState(demand["state"]), DemandAct.START)
    award = get_confirmed_award(session, demand_id)
    plan = body.plan()
    _refuse(judge_plan(plan, award["amount_yuan"], today()))
    rows = [
        {
            "demand_id": demand_id,
            "number": number,
            "title": one.title,
            "deliverable": one.deliverable,
            "due_on": one.due_on,
            "payment_yuan": one.payment_yuan,
            "state": MilestoneState.PLANNED.value,
            "version": 1,
        }
        for number, one in enumerate(plan, start=1)
    ]
    add_milestones(session, rows)
    advance_demand(session, principal, demand, DemandAct.START)
    return read_milestones(session, principal, demand_id)


def read_milestones(
    session: ReadSession | WriteSession, principal: Principal, demand_id: str
) -> Mapping[str, object]:
    """The plan: for the demand's owner, the winning team and the bureau."""
    demand = get_called(session, principal, demand_id)
    award = get_confirmed_award(session, demand_id)
    bid = get_bid(session, demand_id, award["bid_id"])
    if not principal.sees_all and not is_of_team(bid, principal.uscc):
        require_owner(principal, demand["owner_uscc"])
    rows = list_milestones(session, demand_id)
    paid = [row["payment_yuan"] for row in rows if row["state"] == MilestoneState.PAID]
    return {
        "award_yuan": award["amount_yuan"],
        "paid_yuan": sum(paid, Decimal(0)),
        "items": [_describe(row, bid) for row in rows],
    }


def decide_milestone(
    session: WriteSession,
    principal: Principal,
    demand_id: str,
    number: int,
    body: MilestoneDecision,
    if_match: str | None,
) -> Mapping[str, object]:
    """Deliver by the winner; return, pass and pay by the demand's owner."""
    demand = lock_seen(session, principal, demand_id)
    if demand["state"] != DemandState.MILESTONES:
        message = Text("该需求不在攻关中", "the demand is not being worked on")
        raise RuleBroken("milestones_not_open", message, state=demand["state"])
    award = get_confirmed_award(session, demand_id)
    bid = get_bid(session, demand_id, award["bid_id"])
    row = lock_milestone(session, demand_id, number)
    delivers = body.decision is MilestoneAct.DELIVER
    require_owner(principal, bid["lead_uscc"] if delivers else demand["owner_uscc"])
    require_match(if_match, row["version"])
    state = MILESTONE_STEPS.move(MilestoneState(row["state"]), body.decision)
    values = {"state": state.value, "version": row["version"] + 1, **_kept_of(body)}
    change_milestone(session, demand_id, number, values)
    _note(session, principal, demand, f"milestone_{body.decision}", f"{number} {row['title']}")
    if state is MilestoneState.PAID:
        _tell_of_payment(session, demand, bid, row)
    return _describe(lock_milestone(session, demand_id, number), bid)


def _kept_of(body: MilestoneDecision) -> dict[str, object]:
    match body.decision:
        case MilestoneAct.DELIVER:
            return {"delivery_note": body.note, "delivered_on": today()}
        case MilestoneAct.RETURN:
            return {"delivery_note": body.note, "delivered_on": None}
        case MilestoneAct.PASS:
            return {"passed_on": today()}
        case MilestoneAct.PAY:
            if body.payment_reference is None:
                message = Text("付款须注明银行流水号", "a payment names the bank's reference")
                _refuse([Fault("/payment_reference", "reference_required", message)])
            paid_on = body.paid_on or today()
            if paid_on > today():
                message = Text("付款日期晚于今天", "the day of payment is after today")
                _refuse([Fault("/paid_on", "date_in_future", message)])
            return {"paid_on": paid_on, "payment_reference": body.payment_reference}


def _describe(row: RowMapping, bid: RowMapping) -> dict[str, object]:
    allowed = MILESTONE_STEPS.open_acts(MilestoneState(row["state"]))
    split = [one.model_dump() for one in _share(row["payment_yuan"], bid)]
    return {**plain_row(row), "split": split, "allowed": list(allowed)}


def _share(amount: Decimal, bid: RowMapping) -> list[PublishedShare]:
    parties = parties_of(bid)
    return [
        PublishedShare(uscc=party.uscc, name=party.name, amount_yuan=part)
        for party, part in zip(parties, split_payment(amount, parties), strict=True)
    ]


def _tell_of_payment(
    session: WriteSession, demand: RowMapping, bid: RowMapping, row: RowMapping
) -> None:
    event = MilestonePaid(
        demand_id=demand["id"],
        uscc=demand["owner_uscc"],
        number=row["number"],
        amount_yuan=row["payment_yuan"],
        shares=_share(row["payment_yuan"], bid),
        paid_on=today(),
    )
    record_event(session, event, subject=bid["lead_uscc"])


def _tell_team(demand: RowMapping, bid: RowMapping, winner: str) -> NewNotice:
    won = bid["id"] == winner
    text = Text(
        f"贵单位对《{demand['title']}》的揭榜{'已中榜' if won else '未中榜'}",
        f"your bid for “{demand['title']}” {'was awarded' if won else 'was not awarded'}",
    )
    code = "bid_awarded" if won else "bid_not_awarded"
    link = f"/v1/demands/{demand['id']}/bids/{bid['id']}"
    return NewNotice(bid["lead_uscc"], f"{code}:{bid['id']}", code, text, link)


def read_awards(session: ReadSession, principal: Principal, demand_id: str) -> Sequence[RowMapping]:
    """All awards proposed: for the demand's owner and the bureau."""
    demand = get_called(session, principal, demand_id)
    if not principal.sees_all:
        require_owner(principal, demand["owner_uscc"])
    return list_awards(session, demand_id)


def _note(
    session: WriteSession, principal: Principal, demand: RowMapping, act: str, reason: str | None
) -> None:
    change = Change(demand["id"], demand["version"], act)
    add_history(session, Kind.DEMANDS, actor_of(principal, reason=reason), [change])


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise InvalidInput("invalid_input", faults[0].message, faults=faults)
