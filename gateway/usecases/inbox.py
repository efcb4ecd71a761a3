"""Events from the other houses, each with one effect."""

from collections.abc import Callable, Mapping
from typing import Any

from gateway.rules.ledger import Actor, EventKind
from gateway.rules.story import go_on
from gateway.schemas.inbox import AppointmentMoved, ConsentMoved, TaskDone, TaskGiven
from gateway.store.case_agencies import keep_case_agency
from gateway.store.cases import list_cases_within_consent, lock_case
from gateway.store.errands import add_errand, close_errand
from gateway.usecases.cases import keep_story
from kit.clock import now, today
from kit.db import WriteSession
from kit.events import Envelope, receive

_STATES_TOLD = ("revoked", "suspended", "expired", "superseded", "granted")


def take_event(session: WriteSession, envelope: Envelope) -> None:
    """Hand an event on, unless it was here before."""
    handler = _HANDLERS.get(envelope.type)
    if receive(session, envelope) and handler is not None:
        handler(session, envelope.data)


def note_consent(session: WriteSession, data: dict[str, Any]) -> None:
    """授权变化: into the ledger of every open case whose credit result stands on the consent.

    What is shown does not wait for this: it is asked of credit at each look (`disclosures.py`).
    """
    moved = ConsentMoved.model_validate(data)
    if moved.state not in _STATES_TOLD:
        return
    for case_id in list_cases_within_consent(session, moved.uscc, moved.consent_id):
        case = lock_case(session, case_id)
        actor = Actor("credit", "service", case.uscc, case.enterprise_name)
        story = go_on(case, actor, now(), today())
        story.tell(EventKind.CONSENT_CHANGED, reason_code=moved.state, consent_id=moved.consent_id)
        keep_story(session, story, case)


def note_task(session: WriteSession, data: dict[str, Any]) -> None:
    """待办: what another house gives an organisation to do."""
    given = TaskGiven.model_validate(data)
    add_errand(session, {"id": given.task_id, **given.model_dump(exclude={"task_id"})})


def note_task_done(session: WriteSession, data: dict[str, Any]) -> None:
    """办结: what was done over there leaves the inbox."""
    done = TaskDone.model_validate(data)
    close_errand(session, done.task_id, done.uscc, done.closed_on)


def note_appointment(session: WriteSession, data: dict[str, Any]) -> None:
    """委托变化: an agency appointed to a case sees it as long as the appointment stands."""
    moved = AppointmentMoved.model_validate(data)
    if moved.subject_kind == "case":
        values = moved.model_dump(exclude={"subject_kind", "subject_id"})
        keep_case_agency(session, {"case_id": moved.subject_id, **values})


_HANDLERS: Mapping[str, Callable[[WriteSession, dict[str, Any]], None]] = {
    "credit.consent-changed": note_consent,
    "achievements.task-opened": note_task,
    "achievements.task-closed": note_task_done,
    "achievements.appointment-moved": note_appointment,
}
