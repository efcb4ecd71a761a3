"""异议: the enterprise objects, the fact is marked at once, the bureau answers within its clock."""

from kit.auth import Principal, Role
from kit.clock import JINAN, today
from kit.db import ReadSession, WriteSession, new_id
from kit.errors import RuleBroken, invalid, no_such
from kit.pages import Page, decode_cursor, encode_cursor
from kit.text import Text
from kit.versions import require_match
from kit.workdays import get_calendar
from services.credit.rules.catalogue import Disclosure
from services.credit.rules.disputes import DisputeState, ObjectionAct, set_clock, take_step
from services.credit.rules.facts import Unreadable, read_value, show_value
from services.credit.rules.recording import NewFact
from services.credit.rules.standing import FactAct
from services.credit.schemas.disputes import (
    Correction,
    Desk,
    DisputeQuery,
    ObjectionAnswer,
    ObjectionDecision,
    ObjectionRequest,
    describe_objection,
)
from services.credit.store.acts import list_chain
from services.credit.store.catalogue import get_catalogue
from services.credit.store.disputes import (
    add_dispute,
    find_dispute,
    find_waiting,
    list_disputes,
    lock_dispute,
)
from services.credit.tables import FactRecord, ObjectionRecord
from services.credit.usecases.acts import (
    Held,
    Order,
    act_on_fact,
    correct_content,
    hold_fact,
    tell_readers,
)

_ACTS = {ObjectionAct.CORRECTED: FactAct.CORRECTED, ObjectionAct.REMOVED: FactAct.REMOVED}


def raise_objection(
    session: WriteSession, caller: Principal, request: ObjectionRequest
) -> ObjectionAnswer:
    """提出异议: the mark stands from this moment on; all who had read the fact are told."""
    held = hold_fact(session, request.fact_id)
    require_own_fact(caller, held.head)
    if find_waiting(session, ObjectionRecord, held.head) is not None:
        raise already_waiting()
    desk = make_desk()
    objection = ObjectionRecord(
        id=new_id(),
        uscc=held.head.uscc,
        fact_id=held.head.id,
        item=held.head.item,
        reason=request.reason,
        evidence=request.evidence,
        state=DisputeState.OPEN.value,
        raised_at=held.at,
        raised_by=caller.client_id,
        due_on=set_clock(
            held.at.astimezone(JINAN).date(), DisputeState.OPEN, desk.terms, desk.calendar
        ).due_on,
        version=1,
    )
    add_dispute(session, objection)
    _tell(session, held, "disputed")
    return describe_objection(objection, desk)


def decide_objection(
    session: WriteSession,
    caller: Principal,
    objection_id: str,
    decision: ObjectionDecision,
    if_match: str | None,
) -> ObjectionAnswer:
    """异议处理: the mark goes or becomes a note, the fact changes or stays, the score refreshes."""
    objection = lock_dispute(session, ObjectionRecord, objection_id)
    if objection is None or not may_see(caller, objection.uscc):
        raise no_such("异议", "objection", objection_id)
    authority = caller.role is Role.OFFICER
    state = take_step(DisputeState(objection.state), decision.decision, is_authority=authority)
    require_match(if_match, objection.version)
    held = hold_fact(session, objection.fact_id, must_stand=decision.decision in _ACTS)
    objection.state, objection.version = state.value, objection.version + 1
    objection.note, objection.decided_by = decision.note, caller.client_id
    if state is DisputeState.WITH_OTHER_UNIT:
        _send_on(objection, decision.unit)
    else:
        objection.decided_at = held.at
        _settle(session, caller, objection, decision, held)
    session.flush()
    return describe_objection(objection, make_desk())


def show_objection(session: ReadSession, caller: Principal, objection_id: str) -> ObjectionAnswer:
    """One objection, for the enterprise, the bureau and the auditor."""
    objection = find_dispute(session, ObjectionRecord, objection_id)
    if objection is None or not may_see(caller, objection.uscc):
        raise no_such("异议", "objection", objection_id)
    return describe_objection(objection, make_desk())


def show_objections(
    session: ReadSession, caller: Principal, query: DisputeQuery
) -> Page[ObjectionAnswer]:
    """Newest first; an enterprise sees its own."""
    found = list_disputes(
        session,
        ObjectionRecord,
        uscc=query.uscc if caller.sees_all else caller.uscc,
        state=query.state.value if query.state else None,
        before=str(decode_cursor(query.cursor, 1)[0]) if query.cursor else None,
        limit=query.limit + 1,
    )
    shown, desk = found[: query.limit], make_desk()
    return Page(
        items=[describe_objection(each, desk) for each in shown],
        next_cursor=encode_cursor(shown[-1].id) if len(found) > query.limit else None,
    )


def make_desk() -> Desk:
    """Today, the calendar and the terms."""
    return Desk(today(), get_calendar(), get_catalogue().terms)


def may_see(caller: Principal, uscc: str) -> bool:
    """The enterprise itself, the bureau and the auditor."""
    return caller.sees_all or caller.uscc == uscc


def require_own_fact(caller: Principal, fact: FactRecord) -> None:
    """Only the enterprise a fact is about may dispute or repair it, and only what it may see."""
    item = get_catalogue().items.get(fact.item)
    hidden = item is None or item.disclosure is Disclosure.GOVERNMENT_ONLY
    if fact.uscc != caller.uscc or hidden:
        raise no_such("关于本企业的信用信息", "fact about your enterprise", fact.id)


def already_waiting() -> RuleBroken:
    """Two requests about one fact would race each other."""
    return RuleBroken(
        "dispute_waiting",
        Text(
            "关于该信息已有办理中的申请，请等待结果",
            "a request about this fact is still being examined; wait for its outcome",
        ),
    )


def _settle(
    session: WriteSession,
    caller: Principal,
    objection: ObjectionRecord,
    decision: ObjectionDecision,
    held: Held,
) -> None:
    act = _ACTS.get(decision.decision)
    if act is None:
        session.flush()
        _tell(session, held, decision.decision.value)
        return
    order = Order(act, today(), decision.note or objection.reason, None, caller)
    correction = _read_correction(held.head, decision.correction)
    changed = act_on_fact(session, held, order, correction)
    objection.result_fact_id = changed.record.id
    objection.score_before, objection.score_after = changed.score_before, changed.score_after


def _send_on(objection: ObjectionRecord, unit: str | None) -> None:
    desk = make_desk()
    received_on = objection.raised_at.astimezone(JINAN).date()
    deadline = set_clock(received_on, DisputeState.WITH_OTHER_UNIT, desk.terms, desk.calendar)
    objection.other_unit, objection.due_on = unit, deadline.due_on


def _tell(session: WriteSession, held: Held, kind: str) -> None:
    chain = [record.id for record in list_chain(session, held.head)]
    tell_readers(session, held.head, chain, kind, held.at)


def _read_correction(head: FactRecord, correction: Correction | None) -> NewFact | None:
    if correction is None:
        return None
    item = get_catalogue().items[head.item]
    said = {name: getattr(correction, name) for name in correction.model_fields_set}
    changes: dict[str, object] = {name: given for name, given in said.items() if given is not None}
    if "value" in correction.model_fields_set:
        value = read_value(item, correction.value)
        if isinstance(value, Unreadable):
            raise invalid("/correction/value", value.code, value.message)
        changes["value"] = show_value(item.value, value)
    corrected = correct_content(head, changes)
    if corrected.content_hash == head.content_hash:
        raise invalid(
            "/correction",
            "changes_nothing",
            Text("更正内容与现有内容相同", "the correction says what is on record already"),
        )
    if corrected.valid_to is not None and corrected.valid_to < corrected.valid_from:
        raise invalid(
            "/correction/valid_to",
            "valid_order",
            Text("valid_to 早于 valid_from", "valid_to lies before valid_from"),
        )
    return corrected
