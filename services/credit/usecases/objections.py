"""异议: the enterprise objects, the fact is marked at once, the bureau answers within its clock."""

from kit.auth import Principal
from kit.clock import today
from kit.db import ReadSession, WriteSession, new_id
from kit.errors import invalid
from kit.pages import Page
from kit.text import Text
from services.credit.rules.disputes import DisputeState, ObjectionAct
from services.credit.rules.facts import Unreadable, read_value, show_value
from services.credit.rules.recording import NewFact
from services.credit.rules.standing import FactAct
from services.credit.schemas.disputes import (
    Correction,
    DisputeQuery,
    ObjectionAnswer,
    ObjectionDecision,
    ObjectionRequest,
    describe_objection,
)
from services.credit.store.acts import list_chain
from services.credit.store.catalogue import get_catalogue
from services.credit.store.disputes import add_dispute
from services.credit.tables import FactRecord, ObjectionRecord
from services.credit.usecases.acts import (
    Held,
    Order,
    act_on_fact,
    correct_content,
    hold_fact,
    tell_readers,
)
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

_ACTS = {ObjectionAct.CORRECTED: FactAct.CORRECTED, ObjectionAct.REMOVED: FactAct.REMOVED}


def raise_objection(
    session: WriteSession, caller: Principal, request: ObjectionRequest
) -> ObjectionAnswer:
    """提出异议: the mark stands from this moment on; all who had read the fact are told."""
    held = hold_own_fact(session, caller, request.fact_id)
    require_none_waiting(session, ObjectionRecord, held.head)
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
        due_on=due_on(held.at, DisputeState.OPEN),
        version=1,
    )
    add_dispute(session, objection)
    _tell(session, held, "disputed")
    return describe_objection(objection, make_desk())


def decide_objection(
    session: WriteSession,
    caller: Principal,
    objection_id: str,
    decision: ObjectionDecision,
    if_match: str | None,
) -> ObjectionAnswer:
    """异议处理: the mark goes or becomes a note, the fact changes or stays, the score refreshes."""
    objection, state = lock_for_decision(
        session, ObjectionRecord, objection_id, caller, decision.decision, if_match
    )
    held = hold_fact(session, objection.fact_id, must_stand=decision.decision in _ACTS)
    keep_decision(objection, state, caller, decision.note, held.at)
    if state is DisputeState.WITH_OTHER_UNIT:
        objection.other_unit = decision.unit
        objection.due_on = due_on(objection.raised_at, state)
    else:
        _settle(session, caller, objection, decision, held)
    session.flush()
    return describe_objection(objection, make_desk())


def show_objection(session: ReadSession, caller: Principal, objection_id: str) -> ObjectionAnswer:
    """One objection, for the enterprise, the bureau and the auditor."""
    return describe_objection(find_own(session, ObjectionRecord, caller, objection_id), make_desk())


def show_objections(
    session: ReadSession, caller: Principal, query: DisputeQuery
) -> Page[ObjectionAnswer]:
    """Newest first; an enterprise sees its own."""
    shown, following = list_own(session, ObjectionRecord, caller, query)
    desk = make_desk()
    return Page(items=[describe_objection(each, desk) for each in shown], next_cursor=following)


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
