"""Technology demands: drafts, publication, the steps of their life."""

from collections.abc import Sequence

from sqlalchemy import RowMapping

from kit.auth import Principal, Role
from kit.clock import now, today
from kit.db import ReadSession, WriteSession
from kit.errors import Forbidden, RuleBroken
from kit.text import Text
from kit.versions import require_match
from services.achievements.rules.demands import (
    DEMAND_STEPS,
    NEED_REASON,
    Confidentiality,
    DemandAct,
    DemandState,
    date_publication,
    visibility_of,
)
from services.achievements.rules.history import Change
from services.achievements.rules.kinds import Kind
from services.achievements.rules.milestones import MilestoneState, require_all_passed
from services.achievements.rules.steps import require_reason
from services.achievements.schemas.demands import DemandDecision
from services.achievements.store.analytics import count_of_kind
from services.achievements.store.bid_awards import list_milestones
from services.achievements.store.bids import list_bidders
from services.achievements.store.counts import Counts
from services.achievements.store.demands import change_demand
from services.achievements.store.history import add_history, list_history
from services.achievements.store.notices import NewNotice, add_notices
from services.achievements.store.records import get_record, lock_record
from services.achievements.usecases.board import board
from services.achievements.usecases.callers import actor_of, require_owner, viewer_of
from services.achievements.usecases.match_news import MATCH_DEMAND

KIND = Kind.DEMANDS
_BUREAU_TOO = frozenset({DemandAct.END_BIDDING, DemandAct.FAIL})


def lock_demand(
    session: WriteSession, principal: Principal, demand_id: str, if_match: str | None
) -> RowMapping:
    """A demand the caller sees, in the version it read, held until the end."""
    row = lock_record(session, KIND, demand_id, viewer_of(principal))
    require_match(if_match, row["version"])
    return row


def lock_seen(session: WriteSession, principal: Principal, demand_id: str) -> RowMapping:
    """A demand the caller sees, held until the end, for acts on what hangs on it."""
    return lock_record(session, KIND, demand_id, viewer_of(principal))


def decide_demand(
    session: WriteSession,
    principal: Principal,
    demand_id: str,
    decision: DemandDecision,
    if_match: str | None,
) -> RowMapping:
    """Publish, revise, withdraw, close, end the bidding, accept or fail."""
    row = lock_record(session, KIND, demand_id, viewer_of(principal))
    _require_may_decide(principal, decision.act, row["owner_uscc"])
    require_match(if_match, row["version"])
    require_reason(decision.reason, needed=decision.act in NEED_REASON)
    _refuse_early_end(decision.act, row)
    _refuse_unfinished(session, decision.act, demand_id)
    after = advance_demand(session, principal, row, decision.act, reason=decision.reason)
    _tell(session, decision.act, after)
    if decision.act is DemandAct.PUBLISH:
        board.defer(session, MATCH_DEMAND, demand_id=demand_id)
    return after


def advance_demand(
    session: WriteSession,
    principal: Principal,
    row: RowMapping,
    act: DemandAct,
    *,
    reason: str | None = None,
    **columns: object,
) -> RowMapping:
    """Take one step of a demand that is held; the step is refused where it is not open."""
    state = DEMAND_STEPS.move(DemandState(row["state"]), act)
    published_on = date_publication(act, row["published_on"], today())
    visibility = visibility_of(published_on, Confidentiality(row["confidentiality"]))
    version = row["version"] + 1
    values = {
        "state": state.value,
        "visibility": visibility.value,
        "published_on": published_on,
        **columns,
    }
    change_demand(session, row["id"], version, values)
    changes = {"state": {"from": row["state"], "to": state.value}}
    change = Change(row["id"], version, act.value, changes)
    add_history(session, KIND, actor_of(principal, reason=reason), [change])
    return get_record(session, KIND, row["id"], viewer_of(principal))


def read_history(
    session: ReadSession, principal: Principal, demand_id: str
) -> Sequence[RowMapping]:
    """The story of a demand, for its owner and the bureau: it tells what a draft once said."""
    row = get_record(session, KIND, demand_id, viewer_of(principal))
    if not principal.sees_all:
        require_owner(principal, row["owner_uscc"])
    return list_history(session, KIND, demand_id)


def count_by(session: ReadSession, principal: Principal | None) -> tuple[Counts, Counts]:
    """Demands the caller may see, counted by state and by field."""
    viewer = viewer_of(principal)
    states, fields = (count_of_kind(session, KIND, name, viewer) for name in ("state", "field"))
    return states, fields


def _require_may_decide(principal: Principal, act: DemandAct, owner_uscc: str) -> None:
    bureau = principal.role is Role.OFFICER
    if act is DemandAct.ACCEPT:
        # 验收 is for a third party: neither who pays nor who works.
        if not bureau:
            raise Forbidden(
                "role_not_allowed",
                Text("验收由主管部门作出", "acceptance is for the district bureau"),
                roles=[Role.OFFICER.value],
            )
    elif not (bureau and act in _BUREAU_TOO):
        require_owner(principal, owner_uscc)


def _refuse_early_end(act: DemandAct, row: RowMapping) -> None:
    until = row["bids_until"]
    if act is DemandAct.END_BIDDING and until is not None and now() < until:
        message = Text(
            f"揭榜截止时间 {until.isoformat()} 未到", f"bids are taken until {until.isoformat()}"
        )
        raise RuleBroken("bidding_still_open", message, bids_until=until.isoformat())


def _refuse_unfinished(session: WriteSession, act: DemandAct, demand_id: str) -> None:
    if act is DemandAct.ACCEPT:
        states = [row["state"] for row in list_milestones(session, demand_id)]
        require_all_passed([MilestoneState(state) for state in states])


def _tell(session: WriteSession, act: DemandAct, row: RowMapping) -> None:
    link, title, version = f"/v1/demands/{row['id']}", row["title"], row["version"]
    if act is DemandAct.PUBLISH:
        text = Text(
            f"贵单位受邀查看技术需求《{title}》", f"you are invited to the demand “{title}”"
        )
        code, invited = "invited_to_demand", row["invited"]
    elif act in (DemandAct.WITHDRAW, DemandAct.FAIL):
        text = Text(f"技术需求《{title}》已终止", f"the demand “{title}” was ended")
        code, invited = "demand_ended", list_bidders(session, str(row["id"]))
    else:
        return
    key = f"{code}:{row['id']}:{version}"
    add_notices(session, [NewNotice(uscc, key, code, text, link) for uscc in invited])
