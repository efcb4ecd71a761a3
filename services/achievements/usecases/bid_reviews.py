"""Experts and their reviews, with the conflict check (回避) at every review."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlalchemy import RowMapping
from sqlalchemy.orm import Session

from kit.auth import Principal, Role
from kit.db import ReadSession, WriteSession
from kit.errors import Forbidden, InvalidInput, RuleBroken
from kit.ids import new_id
from kit.text import Text
from services.achievements.rules.bid_reviews import (
    Conflict,
    Expert,
    Interest,
    find_conflicts,
    judge_scores,
    mean_score,
    refuse_conflicts,
    total_score,
)
from services.achievements.rules.bids import (
    BID_STEPS,
    BidAct,
    BidState,
    Criterion,
    Member,
    Party,
)
from services.achievements.rules.demands import DemandState
from services.achievements.rules.history import Change
from services.achievements.rules.kinds import Kind
from services.achievements.schemas.bids import ExpertBody, ReviewBody
from services.achievements.store.bids import (
    add_expert,
    add_review,
    get_bid,
    get_expert,
    list_bids,
    list_experts,
    list_reviews,
    list_works_of,
)
from services.achievements.store.history import add_history
from services.achievements.usecases.bids import get_called, read_bid
from services.achievements.usecases.callers import actor_of, plain_row
from services.achievements.usecases.demands import lock_seen

_REVIEWING = (DemandState.BIDDING, DemandState.REVIEW)


def appoint_expert(
    session: WriteSession, principal: Principal, demand_id: str, body: ExpertBody
) -> Mapping[str, object]:
    """Appoint an expert with the declaration of interests."""
    demand = lock_seen(session, principal, demand_id)
    _require_state(demand, _REVIEWING)
    expert_id = new_id()
    values = {
        **body.model_dump(mode="json"),
        "id": expert_id,
        "demand_id": demand_id,
        "appointed_by": principal.client_id,
    }
    if not add_expert(session, values):
        message = Text("该专家已被聘请", "this expert is appointed already")
        raise RuleBroken("expert_appointed", message)
    change = Change(demand_id, demand["version"], "expert_appointed")
    add_history(session, Kind.DEMANDS, actor_of(principal), [change])
    return plain_row(get_expert(session, demand_id, expert_id))


def read_experts(
    session: ReadSession, principal: Principal, demand_id: str
) -> list[Mapping[str, object]]:
    """The experts, each with the bids that he may not judge; bids stay sealed to the deadline."""
    demand = get_called(session, principal, demand_id)
    if not principal.sees_all:
        message = Text("专家名单由主管部门查看", "the experts are for the bureau to see")
        raise Forbidden("role_not_allowed", message, roles=[Role.OFFICER.value])
    bids = list_bids(session, demand_id) if demand["state"] != DemandState.BIDDING else []
    return [
        {
            **plain_row(expert),
            "conflicts": [
                {"bid_id": bid["id"], "code": one.code, "text": one.text}
                for bid in bids
                for one in _find_conflicts(session, expert, bid)
            ],
        }
        for expert in list_experts(session, demand_id)
    ]


def review_bid(
    session: WriteSession, principal: Principal, demand_id: str, bid_id: str, body: ReviewBody
) -> Mapping[str, object]:
    """评审: keep an expert's scores, unless the expert has a conflict with the team."""
    demand = lock_seen(session, principal, demand_id)
    _require_state(demand, (DemandState.REVIEW,))
    expert = get_expert(session, demand_id, body.expert_id)
    if not principal.sees_all and principal.uscc != expert["uscc"]:
        message = Text(
            "只有专家所在单位或主管部门可以录入", "by the expert's organisation or bureau"
        )
        raise Forbidden("forbidden", message)
    bid = get_bid(session, demand_id, bid_id)
    BID_STEPS.move(BidState(bid["state"]), BidAct.AWARD)
    refuse_conflicts(_find_conflicts(session, expert, bid))
    criteria = criteria_of(demand)
    faults = judge_scores(criteria, body.scores)
    if faults:
        raise InvalidInput("invalid_input", faults[0].message, faults=faults)
    values = {
        "bid_id": bid_id,
        "expert_id": body.expert_id,
        "demand_id": demand_id,
        "scores": {code: str(score) for code, score in body.scores.items()},
        "total": total_score(criteria, body.scores),
        "comment": body.comment,
        "recorded_by": principal.client_id,
    }
    if not add_review(session, values):
        message = Text("该专家已评审此方案", "this expert has reviewed this bid")
        raise RuleBroken("reviewed_already", message)
    change = Change(bid_id, bid["version"], "reviewed")
    add_history(session, "bids", actor_of(principal), [change])
    return next(
        plain_row(row)
        for row in list_reviews(session, demand_id)
        if (row["bid_id"], row["expert_id"]) == (bid_id, body.expert_id)
    )


def read_reviews(
    session: ReadSession, principal: Principal, demand_id: str, bid_id: str
) -> tuple[Sequence[Mapping[str, object]], Decimal | None]:
    """The reviews of a bid and their mean; who judged is for the bureau alone."""
    read_bid(session, principal, demand_id, bid_id)
    found = [row for row in list_reviews(session, demand_id) if row["bid_id"] == bid_id]
    shown = [
        {**plain_row(row), "expert_id": row["expert_id"] if principal.sees_all else None}
        for row in found
    ]
    return shown, mean_score([row["total"] for row in found])


def criteria_of(demand: RowMapping) -> list[Criterion]:
    """The criteria of a demand's call in the words of the rules."""
    return [
        Criterion(one["code"], one["name"], Decimal(one["weight"]))
        for one in demand["call"]["criteria"]
    ]


def parties_of(bid: RowMapping) -> list[Party]:
    """The parties of a bid in the words of the rules."""
    return [Party(one["uscc"], one["name"], Decimal(one["share"])) for one in bid["parties"]]


def _find_conflicts(session: Session, expert: RowMapping, bid: RowMapping) -> list[Conflict]:
    members = [Member(one["name"], one["uscc"], one.get("orcid")) for one in bid["members"]]
    interests = tuple(Interest(one["uscc"], one["relation"]) for one in expert["interests"])
    judge = Expert(expert["name"], expert["uscc"], expert["orcid"], interests)
    works = list_works_of(session, judge.name)
    return find_conflicts(judge, parties_of(bid), members, works)


def _require_state(demand: RowMapping, states: Sequence[DemandState]) -> None:
    if demand["state"] not in states:
        names = [state.value for state in states]
        raise RuleBroken(
            "review_not_open",
            Text(
                f"需求现为 {demand['state']}，此步骤只在 {'、'.join(names)} 时可行",
                f"the demand is {demand['state']}; this is open in {', '.join(names)}",
            ),
            state=demand["state"],
        )
