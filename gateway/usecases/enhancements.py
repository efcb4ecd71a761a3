"""增信: choosing how a weak 信 is made good."""

from collections.abc import Sequence

from gateway.rules import enhancements
from gateway.rules.cases import Case, Holder, Track
from gateway.rules.enhancements import GUARANTEE, PLEDGE, RISK_POOL, Choice, needs_track
from gateway.rules.stages import Stage
from gateway.schemas.cases import CaseAnswer, describe_case
from gateway.schemas.requests import EnhancementRequest
from gateway.store.cases import lock_case
from gateway.usecases.cases import actor_of, desk_of_today, find_visible_case, keep_story
from gateway.usecases.plans import find_stage_holders
from kit.auth import Principal
from kit.clock import now, today
from kit.db import WriteSession, new_id
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
    holders = _find_holders(session, case, request)
    return [Track(new_id(), Stage.INSURANCE, one) for one in holders if needs_track(case, one)]


def _find_holders(
    session: WriteSession, case: Case, request: EnhancementRequest
) -> Sequence[Holder]:
    """The guarantor that is named, or the usual one; the lenders; the bureau with its pool."""
    if request.way == RISK_POOL:
        return [case.list_live_tracks(Stage.CREDIT)[0].holder]
    lenders = [track.holder for track in case.list_live_tracks(Stage.LOAN)]
    if request.way == PLEDGE and lenders:
        return lenders
    if request.way == GUARANTEE and request.holder is None and _has_guarantor(case):
        return []
    stage = Stage.LOAN if request.way == PLEDGE else Stage.INSURANCE
    named = () if request.holder is None else (request.holder,)
    return find_stage_holders(session, stage, named)


def _has_guarantor(case: Case) -> bool:
    return any(one.holder.role == "insurer" for one in case.list_live_tracks(Stage.INSURANCE))
