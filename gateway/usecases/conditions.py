"""Conditions between tracks: "loan if insurance >= 80 %", and what happens when they fall."""

from decimal import Decimal

from gateway.rules.cases import Case, CaseState
from gateway.rules.decisions import reopen_dependents
from gateway.rules.guarantees import COVERING, UNDECIDED, Guarantee
from gateway.rules.ledger import Actor, EventKind
from gateway.rules.loans import COMMITTED, CoverCondition, Loan, is_covered
from gateway.rules.packing import unpack
from gateway.rules.stages import FAVOURABLE, Stage
from gateway.rules.story import go_on
from gateway.rules.supports import Noun
from gateway.store.cases import lock_case
from gateway.store.supports import list_case_supports
from gateway.usecases.cases import keep_story
from kit.clock import now, today
from kit.db import WriteSession
from kit.errors import RuleBroken
from kit.text import Text


def require_conditions(session: WriteSession, case: Case, loan: Loan) -> None:
    """放款前提: every condition of the approval is met now."""
    cover = _find_cover(session, case, loan.approved_yuan or Decimal(0))
    unmet = [one for one in loan.conditions if not _is_met(case, one, cover)]
    if unmet:
        raise RuleBroken(
            "conditions_not_met",
            Text(
                "尚有放款条件未满足：" + "；".join(one.text for one in unmet),
                "conditions are not met: " + "; ".join(one.text for one in unmet),
            ),
            cover_ratio=format(cover, "f"),
        )


def withdraw_support(session: WriteSession, case_id: str, track_id: str, actor: Actor) -> None:
    """A support that was given is taken back: its track falls, and what depended on it reopens."""
    case = lock_case(session, case_id)
    track = case.find_track(track_id)
    if case.state is not CaseState.OPEN or track is None or track.state not in FAVOURABLE:
        return
    story = go_on(case, actor, now(), today())
    story.tell(EventKind.TRACK_WITHDRAWN, track_id=track_id, reason="承办机构撤回支持")
    reopen_dependents(story, track.stage)
    keep_story(session, story, case)


def reopen_uncovered(session: WriteSession, case_id: str, actor: Actor) -> None:
    """Once 保 is settled, approvals whose cover is too small go back to the bank."""
    case = lock_case(session, case_id)
    files = list_case_supports(session, case_id, Noun.GUARANTEE)
    if case.state is not CaseState.OPEN or any(one.state in UNDECIDED for one in files):
        return
    story = go_on(case, actor, now(), today())
    for support in list_case_supports(session, case_id, Noun.LOAN):
        track = story.case.find_track(support.track_id)
        loan = unpack(Loan, support.terms)
        cover = _find_cover(session, case, loan.approved_yuan or Decimal(0))
        enough = all(is_covered(one, cover) for one in loan.conditions)
        if support.state in COMMITTED and not enough and track and track.state in FAVOURABLE:
            story.tell(
                EventKind.TRACK_REOPENED,
                track_id=support.track_id,
                reason=f"保障比例 {format(cover.normalize(), 'f')} 未达到批准条件",
            )
    if story.events:
        keep_story(session, story, case)


def _find_cover(session: WriteSession, case: Case, amount: Decimal) -> Decimal:
    """The part of the loan that 保 covers: of all that is in force at the case."""
    if amount <= 0:
        return Decimal(0)
    covered = Decimal(0)
    for support in list_case_supports(session, case.id, Noun.GUARANTEE):
        guarantee = unpack(Guarantee, support.terms)
        in_time = guarantee.in_force_until is None or today() <= guarantee.in_force_until
        if support.state in COVERING and in_time:
            covered += min(guarantee.principal_yuan or Decimal(0), amount) * guarantee.cover_ratio
    return min(Decimal(1), covered / amount)


def _is_met(case: Case, condition: CoverCondition, cover: Decimal) -> bool:
    if not is_covered(condition, cover):
        return False
    if condition.stage is None or condition.at_least_cover_ratio is not None:
        return True
    tracks = case.list_live_tracks(Stage(condition.stage))
    return any(track.state in FAVOURABLE for track in tracks)
