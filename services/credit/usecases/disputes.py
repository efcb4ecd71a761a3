"""What objections and repairs have in common: one desk, one clock, one way to be decided."""

from datetime import date, datetime
from typing import TypeVar

from kit.auth import Principal, Role
from kit.clock import JINAN, today
from kit.db import ReadSession, WriteSession
from kit.errors import NotFound, RuleBroken, no_such
from kit.pages import encode_cursor, read_key
from kit.text import Text
from kit.versions import require_match
from kit.workdays import get_calendar
from services.credit.rules.catalogue import Disclosure
from services.credit.rules.disputes import (
    DisputeState,
    ObjectionAct,
    RepairAct,
    set_clock,
    take_step,
)
from services.credit.schemas.disputes import Desk, DisputeQuery
from services.credit.store.catalogue import get_catalogue
from services.credit.store.disputes import find_dispute, find_waiting, list_disputes, lock_dispute
from services.credit.tables import FactRecord, ObjectionRecord, RepairRecord
from services.credit.usecases.acts import Held, hold_fact

Dispute = TypeVar("Dispute", ObjectionRecord, RepairRecord)
_NAMES: dict[type, tuple[str, str]] = {
    ObjectionRecord: ("异议", "objection"),
    RepairRecord: ("信用修复申请", "application for repair"),
}


def make_desk() -> Desk:
    """Today, the calendar and the terms."""
    return Desk(today(), get_calendar(), get_catalogue().terms)


def hold_own_fact(session: WriteSession, caller: Principal, fact_id: str) -> Held:
    """Lock a fact about the caller's own enterprise, that it may see."""
    held = hold_fact(session, fact_id)
    item = get_catalogue().items.get(held.head.item)
    hidden = item is None or item.disclosure is Disclosure.GOVERNMENT_ONLY
    if held.head.uscc != caller.uscc or hidden:
        raise no_such("关于本企业的信用信息", "fact about your enterprise", held.head.id)
    return held


def require_none_waiting(session: WriteSession, kind: type[Dispute], fact: FactRecord) -> None:
    """Two requests about one fact would race each other."""
    if find_waiting(session, kind, fact) is not None:
        raise RuleBroken(
            "dispute_waiting",
            Text(
                "关于该信息已有办理中的申请，请等待结果",
                "a request about this fact is still being examined; wait for its outcome",
            ),
        )


def due_on(received_at: datetime, state: DisputeState) -> date:
    """办理期限 of what came in at an instant, alone or with another unit."""
    desk, received_on = make_desk(), received_at.astimezone(JINAN).date()
    return set_clock(received_on, state, desk.terms, desk.calendar).due_on


def lock_for_decision(
    session: WriteSession,
    kind: type[Dispute],
    dispute_id: str,
    caller: Principal,
    act: ObjectionAct | RepairAct,
    if_match: str | None,
) -> tuple[Dispute, DisputeState]:
    """What is to be decided, locked, and the state that the act leads to."""
    dispute = lock_dispute(session, kind, dispute_id)
    if dispute is None or not _may_see(caller, dispute.uscc):
        raise _unknown(kind, dispute_id)
    authority = caller.role is Role.OFFICER
    state = take_step(DisputeState(dispute.state), act, is_authority=authority)
    require_match(if_match, dispute.version)
    return dispute, state


def keep_decision(
    dispute: ObjectionRecord | RepairRecord,
    state: DisputeState,
    caller: Principal,
    note: str | None,
    at: datetime,
) -> None:
    """The new state with who brought it about; the clock ends unless another unit is asked."""
    dispute.state, dispute.version = state.value, dispute.version + 1
    dispute.note, dispute.decided_by = note, caller.client_id
    if state is not DisputeState.WITH_OTHER_UNIT:
        dispute.decided_at = at


def find_own(
    session: ReadSession, kind: type[Dispute], caller: Principal, dispute_id: str
) -> Dispute:
    """One of them, for the enterprise, the bureau and the auditor."""
    dispute = find_dispute(session, kind, dispute_id)
    if dispute is None or not _may_see(caller, dispute.uscc):
        raise _unknown(kind, dispute_id)
    return dispute


def list_own(
    session: ReadSession, kind: type[Dispute], caller: Principal, query: DisputeQuery
) -> tuple[list[Dispute], str | None]:
    """A page of them, newest first, and where the next begins; an enterprise sees its own."""
    found = list_disputes(
        session,
        kind,
        uscc=query.uscc if caller.sees_all else caller.uscc,
        state=query.state.value if query.state else None,
        before=read_key(query.cursor),
        limit=query.limit + 1,
    )
    shown = found[: query.limit]
    return shown, encode_cursor(shown[-1].id) if len(found) > query.limit else None


def _may_see(caller: Principal, uscc: str) -> bool:
    return caller.sees_all or caller.uscc == uscc


def _unknown(kind: type, dispute_id: str) -> NotFound:
    return no_such(*_NAMES[kind], dispute_id)
