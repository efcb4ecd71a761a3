"""信用修复: the enterprise applies, the bureau decides; a repaired fact is gone in every place."""

from kit.auth import Principal
from kit.clock import today
from kit.db import ReadSession, WriteSession, new_id
from kit.errors import invalid
from kit.pages import Page
from kit.text import Text
from services.credit.rules.catalogue import Severity
from services.credit.rules.disputes import Breach, DisputeState, check_repairable
from services.credit.rules.standing import FactAct
from services.credit.schemas.disputes import (
    DisputeQuery,
    RepairAnswer,
    RepairDecision,
    RepairRequest,
    describe_repair,
)
from services.credit.store.catalogue import get_catalogue
from services.credit.store.disputes import add_dispute
from services.credit.tables import FactRecord, RepairRecord
from services.credit.usecases.acts import Order, act_on_fact, hold_fact
from services.credit.usecases.disputes import (
    due_on,
    find_own,
    hold_own_fact,
    keep_decision,
    list_own,
    lock_for_decision,
    make_desk,
    require_none_waiting,
)


def apply_for_repair(
    session: WriteSession, caller: Principal, request: RepairRequest
) -> RepairAnswer:
    """申请修复: only of a breach, and not before its least term has passed."""
    severity = _find_severity(request.severity)
    held = hold_own_fact(session, caller, request.fact_id)
    check_repairable(_breach_of(held.head), severity, request.corrected_on, today())
    require_none_waiting(session, RepairRecord, held.head)
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
        due_on=due_on(held.at, DisputeState.OPEN),
        version=1,
    )
    add_dispute(session, repair)
    return describe_repair(repair, make_desk())


def decide_repair(
    session: WriteSession,
    caller: Principal,
    repair_id: str,
    decision: RepairDecision,
    if_match: str | None,
) -> RepairAnswer:
    """修复决定: once approved the fact is neither shown, shared nor used; the score refreshes."""
    repair, state = lock_for_decision(
        session, RepairRecord, repair_id, caller, decision.decision, if_match
    )
    held = hold_fact(session, repair.fact_id, must_stand=state is DisputeState.APPROVED)
    keep_decision(repair, state, caller, decision.note, held.at)
    if state is DisputeState.WITH_OTHER_UNIT:
        repair.other_unit, repair.due_on = decision.unit, due_on(repair.applied_at, state)
    if state is DisputeState.APPROVED:
        order = Order(FactAct.REPAIRED, today(), repair.commitment, None, caller)
        changed = act_on_fact(session, held, order)
        repair.score_before, repair.score_after = changed.score_before, changed.score_after
    session.flush()
    return describe_repair(repair, make_desk())


def show_repair(session: ReadSession, caller: Principal, repair_id: str) -> RepairAnswer:
    """One application, for the enterprise, the bureau and the auditor."""
    return describe_repair(find_own(session, RepairRecord, caller, repair_id), make_desk())


def show_repairs(
    session: ReadSession, caller: Principal, query: DisputeQuery
) -> Page[RepairAnswer]:
    """Newest first; an enterprise sees its own."""
    shown, following = list_own(session, RepairRecord, caller, query)
    desk = make_desk()
    return Page(items=[describe_repair(each, desk) for each in shown], next_cursor=following)


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
