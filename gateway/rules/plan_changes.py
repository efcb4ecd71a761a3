"""变更路径: proposed by one person, approved or refused by another, where the bureau says so.

plan_not_proposed       nothing waits for approval
second_person_required  who composed a plan does not approve it
"""

from collections.abc import Sequence
from datetime import date, datetime

from gateway.rules.case_json import pack_plan
from gateway.rules.cases import Case, PlanProposal, Track
from gateway.rules.decisions import change_plan
from gateway.rules.ledger import Actor, EventKind
from gateway.rules.plans import Plan
from gateway.rules.refusals import refuse, require_open
from gateway.rules.story import Story, go_on
from kit.errors import RuleBroken
from kit.text import Text


def propose_plan(
    case: Case, plan: Plan, reason: str, actor: Actor, at: datetime, on: date
) -> Story:
    """拟议: the case goes on by its old plan until somebody else approves; the last one counts."""
    require_open(case, on)
    story = go_on(case, actor, at, on)
    story.tell(EventKind.PLAN_PROPOSED, reason=reason, plan=pack_plan(plan))
    return story


def approve_plan(
    case: Case, tracks: Sequence[Track], actor: Actor, at: datetime, on: date
) -> Story:
    """批准: the proposed plan becomes the next version; `tracks` are those it needs."""
    proposal = require_proposal(case, actor, on)
    return change_plan(case, proposal.plan, tracks, proposal.reason or "", actor, at, on)


def refuse_plan(case: Case, reason: str | None, actor: Actor, at: datetime, on: date) -> Story:
    """不批准: the proposal is gone, and stays in the ledger."""
    require_proposal(case, actor, on)
    story = go_on(case, actor, at, on)
    story.tell(EventKind.PLAN_REFUSED, reason=reason)
    return story


def require_proposal(case: Case, actor: Actor, on: date) -> PlanProposal:
    """What waits for approval, if this person may give it."""
    require_open(case, on)
    if case.proposal is None:
        raise refuse(
            case, on, "plan_not_proposed", Text("没有待批准的路径", "no plan waits for approval")
        )
    require_second_person(case.proposal.made_by, actor.client_id)
    return case.proposal


def require_second_person(made_by: str | None, client_id: str) -> None:
    """Maker ≠ checker: who composed a plan does not approve it."""
    if made_by == client_id:
        raise RuleBroken(
            "second_person_required",
            Text(
                "路径由您拟定，变更须由另一人批准",
                "you composed this plan; somebody else approves its change",
            ),
            made_by=made_by,
        )
