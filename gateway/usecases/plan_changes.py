"""变更办理路径: by one officer, or by two where the bureau says that maker and checker are two."""

from gateway.rules import plan_changes
from gateway.rules.cases import Case
from gateway.rules.decisions import change_plan, plan_tracks
from gateway.rules.plans import Plan
from gateway.rules.stages import Stage
from gateway.rules.story import Story
from gateway.schemas.cases import CaseAnswer, describe_case
from gateway.schemas.plans import PlanChange, PlanChangeDecision
from gateway.store.cases import lock_case
from gateway.store.institutions import needs_four_eyes
from gateway.usecases.cases import actor_of, desk_of_today, find_visible_case, keep_story
from gateway.usecases.plans import choose_plan, find_holders, make_ids
from kit.auth import Principal
from kit.clock import now, today
from kit.db import WriteSession
from kit.versions import require_match


def replan_case(
    session: WriteSession,
    caller: Principal,
    case_id: str,
    request: PlanChange,
    if_match: str | None,
    *,
    discloses: bool,
) -> CaseAnswer:
    """变更: at once, by another person than who opened the case; proposed, where two are asked."""
    find_visible_case(session, caller, case_id)
    chosen = choose_plan(session, request.plan)
    case = lock_case(session, case_id)
    require_match(if_match, case.version)
    plan = Plan(chosen.id, chosen.title, chosen.steps, case.plan.version + 1)
    actor = actor_of(caller, case.uscc)
    if needs_four_eyes(session, Stage.CREDIT, caller.uscc):
        find_holders(session, plan)
        story = plan_changes.propose_plan(case, plan, request.reason, actor, now(), today())
    else:
        plan_changes.require_second_person(case.opened_by, caller.client_id)
        holders = find_holders(session, plan)
        tracks = plan_tracks(plan, holders, make_ids(holders))
        story = change_plan(case, plan, tracks, request.reason, actor, now(), today())
    return _keep(session, story, case, discloses=discloses)


def decide_plan_change(
    session: WriteSession,
    caller: Principal,
    case_id: str,
    request: PlanChangeDecision,
    if_match: str | None,
    *,
    discloses: bool,
) -> CaseAnswer:
    """批准或不批准拟议的路径: by another person than who proposed it."""
    find_visible_case(session, caller, case_id)
    case = lock_case(session, case_id)
    require_match(if_match, case.version)
    actor = actor_of(caller, case.uscc)
    if request.outcome == "refused":
        story = plan_changes.refuse_plan(case, request.reason, actor, now(), today())
        return _keep(session, story, case, discloses=discloses)
    proposal = plan_changes.require_proposal(case, actor, today())
    holders = find_holders(session, proposal.plan)
    tracks = plan_tracks(proposal.plan, holders, make_ids(holders))
    story = plan_changes.approve_plan(case, tracks, actor, now(), today())
    return _keep(session, story, case, discloses=discloses)


def _keep(session: WriteSession, story: Story, before: Case, *, discloses: bool) -> CaseAnswer:
    keep_story(session, story, before)
    return describe_case(story.case, desk_of_today(discloses=discloses))
