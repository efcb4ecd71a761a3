"""信用修复: the enterprise applies, the bureau decides; a repaired fact is gone in every place."""

from kit.auth import Principal, Role
from kit.clock import JINAN, today
from kit.db import ReadSession, WriteSession, new_id
from kit.errors import invalid, no_such
from kit.pages import Page, decode_cursor, encode_cursor
from kit.text import Text
from kit.versions import require_match
from services.credit.rules.catalogue import Severity
from services.credit.rules.disputes import (
    Breach,
    DisputeState,
    check_repairable,
    set_clock,
    take_step,
)
from services.credit.rules.standing import FactAct
from services.credit.schemas.disputes import (
    DisputeQuery,
    RepairAnswer,
    RepairDecision,
    RepairRequest,
    describe_repair,
)
from services.credit.store.catalogue import get_catalogue
from services.credit.store.disputes import (
    add_dispute,
    find_dispute,
    find_waiting,
    list_disputes,
    lock_dispute,
)
from services.credit.tables import FactRecord, RepairRecord
from services.credit.usecases.acts import Order, act_on_fact, hold_fact
from services.credit.usecases.objections import (
    already_waiting,
    make_desk,
    may_see,
    require_own_fact,
)


def apply_for_repair(
    session: WriteSession, caller: Principal, request: RepairRequest
) -> RepairAnswer:
    """申请修复: only of a breach, and not before its least term has passed."""
    severity = _find_severity(request.severity)
    held = hold_fact(session, request.fact_id)
    require_own_fact(caller, held.head)
    check_repairable(_breach_of(held.head), severity, request.corrected_on, today())
    if find_waiting(session, RepairRecord, held.head) is not None:
        raise already_waiting()
    desk, received_on = make_desk(), held.at.astimezone(JINAN).date()
    deadline = set_clock(received_on, DisputeState.OPEN, desk.terms, desk.calendar)
    repair = RepairRecord(
        id=new_id(),
        uscc=held.head.uscc,
        fact_id=held.head.id,
        item=held.head.item,
        severity=severity.code,
        corrected_on=request.corrected_on,
        commitment=request.commitment,
        evidence=request.evidence,
        state=DisputeState.OPEN.value,
        applied_at=held.at,
        applied_by=caller.client_id,
        due_on=deadline.due_on,
        version=1,
    )
    add_dispute(session, repair)
    return describe_repair(repair, desk)


def decide_repair(
    session: WriteSession,
    caller: Principal,
    repair_id: str,
    decision: RepairDecision,
    if_match: str | None,
) -> RepairAnswer:
    """修复决定: once approved the fact is neither shown, shared nor used; the score refreshes."""
    repair = lock_dispute(session, RepairRecord, repair_id)
    if repair is None or not may_see(caller, repair.uscc):
        raise no_such("信用修复申请", "application for repair", repair_id)
    authority = caller.role is Role.OFFICER
    state = take_step(DisputeState(repair.state), decision.decision, is_authority=authority)
    require_match(if_match, repair.version)
    held = hold_fact(session, repair.fact_id, must_stand=state is DisputeState.APPROVED)
    repair.state, repair.version = state.value, repair.version + 1
    repair.note, repair.decided_by = decision.note, caller.client_id
    if state is DisputeState.WITH_OTHER_UNIT:
        _send_on(repair, decision.unit)
    else:
        repair.decided_at = held.at
    if state is DisputeState.APPROVED:
        order = Order(FactAct.REPAIRED, today(), repair.commitment, None, caller)
        changed = act_on_fact(session, held, order)
        repair.score_before, repair.score_after = changed.score_before, changed.score_after
    session.flush()
    return describe_repair(repair, make_desk())


def show_repair(session: ReadSession, caller: Principal, repair_id: str) -> RepairAnswer:
    """One application, for the enterprise, the bureau and the auditor."""
    repair = find_dispute(session, RepairRecord, repair_id)
    if repair is None or not may_see(caller, repair.uscc):
        raise no_such("信用修复申请", "application for repair", repair_id)
    return describe_repair(repair, make_desk())


def show_repairs(
    session: ReadSession, caller: Principal, query: DisputeQuery
) -> Page[RepairAnswer]:
    """Newest first; an enterprise sees its own."""
    found = list_disputes(
        session,
        RepairRecord,
        uscc=query.uscc if caller.sees_all else caller.uscc,
        state=query.state.value if query.state else None,
        before=str(decode_cursor(query.cursor, 1)[0]) if query.cursor else None,
        limit=query.limit + 1,
    )
    shown, desk = found[: query.limit], make_desk()
    return Page(
        items=[describe_repair(each, desk) for each in shown],
        next_cursor=encode_cursor(shown[-1].id) if len(found) > query.limit else None,
    )


def _find_severity(code: str) -> Severity:
    known = get_catalogue().severities
    if code not in known:
        listed = ", ".join(known)
        message = Text(f"未知代码「{code}」，可用：{listed}", f"{code!r} is not one of {listed}")
        raise invalid("/severity", "code_unknown", message)
    return known[code]


def _breach_of(fact: FactRecord) -> Breach:
    """Public since the day it was observed, as far as the supplier says."""
    return Breach(get_catalogue().items[fact.item], fact.observed_on)


def _send_on(repair: RepairRecord, unit: str | None) -> None:
    desk = make_desk()
    received_on = repair.applied_at.astimezone(JINAN).date()
    deadline = set_clock(received_on, DisputeState.WITH_OTHER_UNIT, desk.terms, desk.calendar)
    repair.other_unit, repair.due_on = unit, deadline.due_on
