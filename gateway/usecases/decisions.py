"""Deciding a track: ask the other houses first, then lock, decide, keep, tell.

Nobody waits for another house while a row is locked: `prepare_decision` reads and asks outside,
`decide_track` locks the case and decides. What leaves a trace outside (a look at the profile, a
contract that is registered) is rehearsed first on what was read.
"""

from dataclasses import dataclass
from datetime import date

from gateway.clients.consents import ask_consent_standing
from gateway.clients.credit import fix_credit_result
from gateway.rules import decisions
from gateway.rules.access import may_decide
from gateway.rules.cases import Condition, CreditResult, Track, TradeRecord
from gateway.rules.orders import Order, Outside
from gateway.rules.stages import DECISIONS, Stage, TrackState
from gateway.schemas.cases import CaseAnswer, describe_case
from gateway.schemas.requests import DecisionRequest
from gateway.store import packs
from gateway.store.cases import lock_case
from gateway.usecases.cases import actor_of, check_reason, desk_of_today, keep_story
from gateway.usecases.seats import Seat, not_the_holder
from gateway.usecases.trade_records import make_record, refuse_second_use
from kit.clock import now, today
from kit.db import Database, WriteSession, new_id
from kit.directory import Directory
from kit.errors import invalid
from kit.text import Text
from kit.versions import require_match

_REHEARSED_CREDIT = CreditResult(None, None, None, False, date.max, None)
_REHEARSED_RECORD = TradeRecord("rehearsal", None, None)


@dataclass(frozen=True, slots=True)
class Bench:
    """All that a decision takes: who decides what at which version, and what the others said."""

    seat: Seat
    request: DecisionRequest
    if_match: str | None
    outside: Outside


async def prepare_decision(
    directory: Directory,
    database: Database,
    seat: Seat,
    request: DecisionRequest,
    if_match: str | None,
) -> Bench:
    """Check the words, and ask the other houses what the decision takes."""
    case, track = seat.case, seat.track
    order = read_order(track, request)
    if not may_decide(case, track, order.outcome, seat.caller.uscc):
        raise not_the_holder(track)
    require_match(if_match, case.version)
    actor = actor_of(seat.caller, case.uscc)
    parties = sorted({one.holder.uscc for one in case.tracks if not one.superseded})
    favourable = order.outcome in (TrackState.APPROVED, TrackState.CONDITIONALLY_APPROVED)
    credit, record, consent_holds = None, None, False
    if favourable and track.stage in (Stage.CREDIT, Stage.TRADE):
        rehearsal = _from_registers(seat, _REHEARSED_CREDIT, _REHEARSED_RECORD, consent_holds=True)
        decisions.decide_track(case, order, rehearsal, actor, now(), today())
    if track.stage is Stage.CREDIT and favourable:
        credit = await fix_credit_result(directory, case, actor, parties)
    elif track.stage is not Stage.CREDIT and order.outcome in DECISIONS:
        consent_holds = await ask_consent_standing(directory, case.uscc, parties)
        if consent_holds and track.stage is Stage.TRADE and order.outcome is TrackState.APPROVED:
            record = await make_record(directory, database, seat, actor, request.result)
    outside = _from_registers(seat, credit, record, consent_holds=consent_holds)
    return Bench(seat, request, if_match, outside)


def decide_track(session: WriteSession, bench: Bench) -> CaseAnswer:
    """办理: decide a track of a case, at the version the holder has read."""
    seat, outside, caller = bench.seat, bench.outside, bench.seat.caller
    case = lock_case(session, seat.case.id)
    require_match(bench.if_match, case.version)
    order = read_order(seat.track, bench.request)
    if not may_decide(case, seat.track, order.outcome, caller.uscc):
        raise not_the_holder(seat.track)
    refuse_second_use(session, outside.record)
    actor = actor_of(caller, case.uscc)
    story = decisions.decide_track(case, order, outside, actor, now(), today())
    keep_story(session, story, case)
    discloses = outside.consent_holds or outside.credit is not None or caller.uscc == case.uscc
    return describe_case(story.case, desk_of_today(discloses=discloses))


def read_order(track: Track, request: DecisionRequest) -> Order:
    """The decision in the words of the rules; refuses one without its reason or conditions."""
    outcome = TrackState(request.outcome)
    if outcome is TrackState.REJECTED and request.reason_code is None:
        raise invalid(
            "/reason_code",
            "reason_code_missing",
            Text("拒绝须给出理由代码", "a refusal needs a reason_code"),
        )
    if request.reason_code is not None:
        check_reason(request.reason_code, request.reason, packs.list_reject_reasons(), track.stage)
    if outcome is TrackState.CONDITIONALLY_APPROVED and not request.conditions:
        raise invalid(
            "/conditions",
            "conditions_missing",
            Text("附条件同意须写明条件", "a conditional approval needs its conditions"),
        )
    return Order(
        track_id=track.id,
        outcome=outcome,
        reason_code=request.reason_code,
        reason=request.reason,
        conditions=tuple(
            Condition(one) if isinstance(one, str) else Condition(one.text, one.stage)
            for one in request.conditions
        ),
        result=request.result,
        items=tuple(dict.fromkeys(request.items)),
    )


def _from_registers(
    seat: Seat, credit: CreditResult | None, record: TradeRecord | None, *, consent_holds: bool
) -> Outside:
    return Outside(
        credit,
        consent_holds,
        record,
        spare_id=new_id(),
        four_eyes=seat.four_eyes,
        related=seat.related,
    )
