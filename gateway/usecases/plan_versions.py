"""The bureau's plans: composed by one officer, approved by another, rolled out to running cases."""

from gateway.rules.cases import Case
from gateway.rules.decisions import change_plan, plan_tracks
from gateway.rules.migrations import Move, judge_move
from gateway.rules.plans import OWN_PLAN, Plan, make_plan
from gateway.schemas.plan_versions import (
    MigrationReport,
    MigrationRequest,
    PlanComposition,
    PlanVersionAnswer,
    PlanVersionDecision,
    describe_move,
    describe_version,
)
from gateway.store import packs
from gateway.store.cases import get_case, lock_case
from gateway.store.plans import (
    DRAFT,
    add_plan_version,
    decide_plan_version,
    list_approved_plans,
    list_open_cases_on,
    list_plan_versions,
    lock_plan_version,
    take_plan_version,
)
from gateway.tables import PlanVersion
from gateway.usecases.cases import actor_of, keep_story
from gateway.usecases.plans import find_holders, make_ids
from kit.auth import Principal
from kit.clock import now, today
from kit.db import ReadSession, WriteSession
from kit.errors import RuleBroken, invalid, no_such
from kit.text import Text


def compose_plan(
    session: WriteSession, caller: Principal, request: PlanComposition
) -> PlanVersionAnswer:
    """拟定路径: a draft of the next version; whatever cannot be walked is refused at once."""
    stock = packs.find_stock_plan(request.id)
    if request.id == OWN_PLAN or (stock is not None and stock.id != request.id):
        raise invalid(
            "/id",
            "plan_id_taken",
            Text("该代码已另有用途，请换一个", "this id means something else; choose another"),
        )
    # The stock plan in the pack is version 1 of itself.
    version = take_plan_version(session, request.id, first=1 if stock is None else 2)
    plan = make_plan(request.id, Text(request.zh, request.en), request.read_groups(), version)
    find_holders(session, plan)
    add_plan_version(session, plan, request.reason, actor_of(caller, caller.uscc))
    return describe_version(_get(session, plan.id, version))


def show_plan_versions(session: ReadSession, plan_id: str) -> list[PlanVersionAnswer]:
    """Every version of a plan, newest first."""
    found = list_plan_versions(session, plan_id)
    if not found and packs.find_stock_plan(plan_id) is None:
        raise no_such("办理路径", "plan", plan_id)
    return [describe_version(one) for one in found]


def decide_plan(
    session: WriteSession,
    caller: Principal,
    plan_id: str,
    version: int,
    request: PlanVersionDecision,
) -> PlanVersionAnswer:
    """批准路径: by another officer than the one who composed it."""
    draft = _get(session, plan_id, version)
    if draft.state != DRAFT:
        raise RuleBroken(
            "plan_version_decided",
            Text(
                f"该版本已是「{draft.state}」，如需变更请拟定新版本",
                f"this version is {draft.state}; compose another one",
            ),
            state=draft.state,
        )
    if draft.made_by["client_id"] == caller.client_id:
        raise RuleBroken(
            "second_person_required",
            Text("拟定人不能批准自己的路径", "who composed a plan does not approve it"),
            made_by=draft.made_by["client_id"],
        )
    actor = actor_of(caller, caller.uscc)
    decide_plan_version(session, draft, request.outcome, actor, request.reason)
    session.refresh(draft)
    return describe_version(draft)


def migrate_cases(
    session: WriteSession, caller: Principal, plan_id: str, request: MigrationRequest
) -> MigrationReport:
    """迁移: bring running cases to the approved version; `dry_run` only says what would happen.

    Each case by itself: one that cannot be moved keeps its plan, and the report says why.
    """
    plan = next(iter(list_approved_plans(session, plan_id)), None)
    if plan is None:
        raise RuleBroken(
            "plan_not_approved",
            Text("该路径没有获批的版本", "no version of this plan is approved"),
        )
    moves = [
        _move(session, caller, case_id, plan, request)
        for case_id in list_open_cases_on(session, plan_id)
    ]
    shown = [describe_move(move) for move in moves if move.is_needed]
    return MigrationReport(
        plan_id=plan_id, to_version=plan.version, dry_run=request.dry_run, items=shown
    )


def _move(
    session: WriteSession, caller: Principal, case_id: str, plan: Plan, request: MigrationRequest
) -> Move:
    case = get_case(session, case_id) if request.dry_run else lock_case(session, case_id)
    wanted = Plan(plan.id, plan.title, plan.steps, case.plan.version + 1)
    holders = find_holders(session, wanted)
    tracks = plan_tracks(wanted, holders, make_ids(holders))
    move = judge_move(case, wanted, tracks)
    if move.is_needed and not move.blocked and not request.dry_run:
        _carry_out(session, caller, case, move, request.reason)
    return move


def _carry_out(
    session: WriteSession, caller: Principal, case: Case, move: Move, reason: str
) -> None:
    actor = actor_of(caller, case.uscc)
    story = change_plan(case, move.plan, move.tracks, reason, actor, now(), today())
    keep_story(session, story, case)


def _get(session: WriteSession, plan_id: str, version: int) -> PlanVersion:
    found = lock_plan_version(session, plan_id, version)
    if found is None:
        raise no_such("办理路径的版本", "plan version", f"{plan_id}/{version}")
    return found
