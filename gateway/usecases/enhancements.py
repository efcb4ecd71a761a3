"""增信: choosing how a weak 信 is made good."""

from collections.abc import Sequence

from gateway.rules import enhancements
from gateway.rules.cases import Case, Track
from gateway.rules.decisions import plan_tracks
from gateway.rules.enhancements import Choice, needs_insurance
from gateway.rules.plans import Plan, PlanStep
from gateway.rules.stages import Stage
from gateway.schemas.cases import CaseAnswer, describe_case
from gateway.schemas.requests import EnhancementRequest
from gateway.store.cases import lock_case
from gateway.usecases.cases import actor_of, desk_of_today, find_visible_case, keep_story
from gateway.usecases.plans import find_holders, make_ids
from kit.auth import Principal
from kit.clock import now, today
from kit.db import WriteSession
from kit.versions import match_if_given


def choose_enhancement(
    session: WriteSession,
    caller: Principal,
    case_id: str,
    request: EnhancementRequest,
    if_match: str | None,
    *,
    discloses: bool,
) -> CaseAnswer:
    """选定增信方式: by the enterprise, or by the bureau on its behalf."""
    find_visible_case(session, caller, case_id)
    case = lock_case(session, case_id)
    match_if_given(if_match, case.version)
    choice = Choice(
        request.way, request.reason, request.evidence, _find_tracks(session, case, request)
    )
    actor = actor_of(caller, case.uscc)
    story = enhancements.choose_enhancement(case, choice, actor, now(), today())
    keep_story(session, story, case)
    return describe_case(story.case, desk_of_today(discloses=discloses))


def _find_tracks(session: WriteSession, case: Case, request: EnhancementRequest) -> Sequence[Track]:
    if not needs_insurance(case, request.way):
        return ()
    named = () if request.holder is None else (request.holder,)
    step = PlanStep(Stage.INSURANCE, (Stage.CREDIT,), holders=named)
    plan = Plan(case.plan.id, case.plan.title, (step,))
    holders = find_holders(session, plan)
    return plan_tracks(plan, holders, make_ids(holders))
