"""Events between houses: recorded with the fact, delivered at least once, effective once.

The envelope is CloudEvents 1.0 in structured JSON. A sender records an event in the transaction
of the act; a job per subscriber carries it to `POST /internal/events` there; the receiver's inbox
makes sure that a second delivery changes nothing.
"""

from dataclasses import replace
from typing import TypeVar

import structlog
from pydantic import BaseModel, ValidationError
from sqlalchemy import text

from kit.clock import now
from kit.db import ReadSession, WriteSession, new_id
from kit.envelope import Envelope as Envelope
from kit.envelope import Event as Event
from kit.errors import InvalidInput
from kit.house import House
from kit.jobs import JobBoard, Work
from kit.validation import faults_of

Data = TypeVar("Data", bound=BaseModel)

DELIVER = "events.deliver"


def record_event(session: WriteSession, event: Event, *, subject: str) -> str:
    """Record an event in the running transaction and put its deliveries on the board.

    `subject` is the uscc or the id that the event is about. Returns the event's id.
    """
    return record_packed_event(session, event.type, event.model_dump_json(), subject=subject)


def record_packed_event(session: WriteSession, kind: str, data: str, *, subject: str) -> str:
    """The same for an event whose data are JSON already; `kind` is the type of the event."""
    house: House = session.info["house"]
    event_id = new_id()
    session.execute(
        text(
            "INSERT INTO events (id, type, subject, time, data, request_id)"
            " VALUES (:id, :type, :subject, :time, CAST(:data AS jsonb), :request_id)"
        ),
        {
            "id": event_id,
            "type": kind,
            "subject": subject,
            "time": now(),
            "data": data,
            "request_id": structlog.contextvars.get_contextvars().get("request_id"),
        },
    )
    for subscriber in house.subscriptions.get(kind, ()):
        house.board.defer(session, DELIVER, event_id=event_id, subscriber=subscriber)
    return event_id


def receive(session: WriteSession, envelope: Envelope) -> bool:
    """Enter an event into the inbox; False if it was there already and must change nothing."""
    entered = session.execute(
        text(
            "INSERT INTO inbox (id, source, type, received_at)"
            " VALUES (:id, :source, :type, :received_at) ON CONFLICT (id) DO NOTHING RETURNING id"
        ),
        {
            "id": envelope.id,
            "source": envelope.source,
            "type": envelope.type,
            "received_at": now(),
        },
    )
    return entered.first() is not None


def read_data(envelope: Envelope, form: type[Data]) -> Data:
    """What the event says, in the receiver's own form; raises InvalidInput with every place."""
    try:
        return form.model_validate(envelope.data)
    except ValidationError as error:
        faults = [replace(one, pointer=f"/data{one.pointer}") for one in faults_of(error)]
        raise InvalidInput("invalid_input", faults[0].message, faults=faults) from error


def get_envelope(session: ReadSession, event_id: str, source: str) -> Envelope:
    """A recorded event, ready to send."""
    row = session.execute(
        text("SELECT id, type, subject, time, data FROM events WHERE id = :id"), {"id": event_id}
    ).one()
    return Envelope(source=source, **row._mapping)


async def deliver_event(work: Work, *, event_id: str, subscriber: str) -> None:
    """Carry one event to one subscriber; any answer but 2xx means: try again."""
    house = work.database.info["house"]
    assert isinstance(house, House)
    with work.database.read() as session:
        envelope = get_envelope(session, event_id, house.name)
    headers = await work.directory.service_headers()
    answer = await work.directory.client(subscriber).post(
        "/internal/events",
        content=envelope.model_dump_json(),
        headers=headers | {"Content-Type": "application/json"},
    )
    answer.raise_for_status()


def make_board(house: str) -> JobBoard:
    """The job board of a house, with the delivery of its events already on it."""
    board = JobBoard(house)
    board.task(DELIVER)(deliver_event)
    return board
