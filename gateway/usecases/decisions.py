"""Deciding a track: ask the other houses first, then lock, decide, keep, tell.

Nobody waits for another house while a row is locked: `prepare_decision` reads, rehearses the
decision on what it read and asks outside; `decide_track` locks the case and decides again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from anyio.to_thread import run_sync

from gateway.clients.achievements import (
    find_achieved,
    find_registered_contract,
    register_contract,
)
from gateway.clients.credit import ask_consent_standing, fix_credit_result
from gateway.rules import decisions
from gateway.rules.access import may_decide
from gateway.rules.cases import Case, Condition, CreditResult, Track, TradeRecord
from gateway.rules.contracts import complete_terms, list_said_terms
from gateway.rules.decisions import Order, Outside
from gateway.rules.ledger import Actor
from gateway.rules.stages import DECISIONS, Stage, TrackState
from gateway.schemas.cases import CaseAnswer, DecisionRequest, describe_case
from gateway.store import packs
from gateway.store.cases import find_case_by_contract, lock_case
from gateway.usecases.cases import (
    actor_of,
    check_reason,
    desk_of_today,
    find_visible_case,
    keep_story,
)
from kit.auth import Principal
from kit.clock import now, today
from kit.db import Database, WriteSession, new_id
from kit.directory import Directory
from kit.errors import Forbidden, RuleBroken, invalid, no_such
from kit.text import Text
from kit.versions import require_match

_REHEARSED_CREDIT = CreditResult(None, None, None, False, date.max, None)
_REHEARSED_RECORD = TradeRecord("rehearsal", None, None)


@dataclass(frozen=True, slots=True)
class Seat:
    """A caller at a track of a case it may work on."""

    case: Case
    track: Track
    caller: Principal


async def find_seat(database: Database, caller: Principal, case_id: str, track_id: str) -> Seat:
    """The caller's place at the case: 404 if it may not see it, 403 if the track is not its own."""
    case = await run_sync(_read_case, database, caller, case_id)
    track = case.find_track(track_id)
    if track is None:
        raise no_such("环节办理", "track", track_id)
    if track.holder.uscc != caller.uscc and case.uscc != caller.uscc:
        raise _not_the_holder(track)
    return Seat(case, track, caller)


async def prepare_decision(
    directory: Directory, seat: Seat, request: DecisionRequest, if_match: str | None
) -> Outside:
    """Check the words, rehearse the decision, and ask the other houses what it takes."""
    case, track = seat.case, seat.track
    order = read_order(track, request)
    if not may_decide(case, track, order.outcome, seat.caller.uscc):
        raise _not_the_holder(track)
    require_match(if_match, case.version)
    actor = actor_of(seat.caller, case.uscc)
    rehearsal = Outside(_REHEARSED_CREDIT, consent_holds=True, record=_REHEARSED_RECORD)
    decisions.decide_track(case, order, rehearsal, actor, now(), today())
    parties = sorted({one.holder.uscc for one in case.tracks if not one.superseded})
    favourable = order.outcome in (TrackState.APPROVED, TrackState.CONDITIONALLY_APPROVED)
    credit, record, consent_holds = None, None, False
    if track.stage is Stage.CREDIT and favourable:
        credit = await fix_credit_result(directory, case, actor, parties)
    elif track.stage is not Stage.CREDIT and order.outcome in DECISIONS:
        consent_holds = await ask_consent_standing(directory, case, parties)
        if consent_holds and track.stage is Stage.TRADE and order.outcome is TrackState.APPROVED:
            record = await _make_record(directory, seat, actor, request.result)
    return Outside(credit, consent_holds, record, spare_id=new_id())


def decide_track(
    session: WriteSession,
    caller: Principal,
    seat: Seat,
    request: DecisionRequest,
    outside: Outside,
    if_match: str | None,
) -> CaseAnswer:
    """办理: decide a track of a case, at the version the holder has read."""
    case = lock_case(session, seat.case.id)
    require_match(if_match, case.version)
    order = read_order(seat.track, request)
    if not may_decide(case, seat.track, order.outcome, caller.uscc):
        raise _not_the_holder(seat.track)
    _refuse_second_use(session, outside.record)
    actor = actor_of(caller, case.uscc)
    story = decisions.decide_track(case, order, outside, actor, now(), today())
    keep_story(session, story, case)
    return describe_case(story.case, desk_of_today())


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
    )


async def _make_record(
    directory: Directory, seat: Seat, actor: Actor, result: Mapping[str, Any]
) -> TradeRecord:
    """The trade record: a contract registered already, or one that is registered now."""
    case, said = seat.case, result.get("contract")
    named = said if isinstance(said, Mapping) else result
    contract_id = named.get("contract_id") or result.get("contract_id")
    number = named.get("contract_number") or result.get("contract_number")
    if contract_id is not None or number is not None:
        found = await find_registered_contract(
            directory, case, contract_id=contract_id, number=number
        )
        if found is None:
            raise invalid(
                "/result/contract_id" if contract_id is not None else "/result/contract_number",
                "contract_not_registered",
                Text(
                    "该企业没有这份已登记的技术合同",
                    "the enterprise has no such registered technology contract",
                ),
            )
        return found
    achieved = await find_achieved(directory, case.achievement_id) if case.achievement_id else None
    terms = complete_terms(list_said_terms(result), case, achieved)
    return await register_contract(directory, case, seat.track.id, terms, actor)


def _refuse_second_use(session: WriteSession, record: TradeRecord | None) -> None:
    """One contract makes one case a success."""
    if record is None or record.contract_id is None:
        return
    used = find_case_by_contract(session, record.contract_id)
    if used is not None:
        raise RuleBroken(
            "contract_used",
            Text(
                f"该合同已是办件 {used} 的交易记录",
                f"this contract is the trade record of case {used} already",
            ),
        )


def _read_case(database: Database, caller: Principal, case_id: str) -> Case:
    with database.read() as session:
        return find_visible_case(session, caller, case_id)


def _not_the_holder(track: Track) -> Forbidden:
    return Forbidden(
        "not_the_holder",
        Text(
            f"该环节由「{track.holder.name}」承办，只有它可以决定",
            f"this track is held by {track.holder.name}; nobody else decides it",
        ),
        holder={"role": track.holder.role, "uscc": track.holder.uscc},
    )
