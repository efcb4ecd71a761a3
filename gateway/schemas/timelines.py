"""The ledger of a case on the wire."""

from datetime import datetime
from typing import Any

from pydantic import Field

from gateway.rules.cases import Case, Track
from gateway.rules.ledger import CaseEvent, EventKind
from gateway.rules.stages import Stage
from kit.pages import Page, PageQuery
from kit.schemas import AnswerModel


class TimelineQuery(PageQuery):
    """How much of the ledger."""

    limit: int = Field(200, ge=1, le=200, description="how many events at most")


class ActorAnswer(AnswerModel):
    """Who acted, and for which organisation."""

    client_id: str
    role: str
    uscc: str
    name: str
    on_behalf_of: str | None


class EventAnswer(AnswerModel):
    """One event of the ledger."""

    sequence: int
    kind: str
    at: datetime
    stage: Stage | None
    track_id: str | None
    actor: ActorAnswer
    reason_code: str | None
    reason: str | None
    data: dict[str, Any]
    prev_hash: str
    hash: str
    hidden: bool = Field(description="no consent stands: what credit found is not shown")


class Timeline(AnswerModel):
    """The ledger of a case, and whether its chain of hashes is whole."""

    items: list[EventAnswer]
    next_cursor: str | None
    intact: bool


def describe_event(event: CaseEvent, case: Case, *, discloses: bool = True) -> EventAnswer:
    """An event with the stage its track belongs to; what 信 found only while it may be shown."""
    track = case.find_track(event.track_id) if event.track_id else None
    actor = event.actor
    hidden = not discloses and _tells_credit(event, track)
    return EventAnswer(
        sequence=event.sequence,
        kind=event.kind.value,
        at=event.at,
        stage=track.stage if track else None,
        track_id=event.track_id,
        actor=ActorAnswer(
            client_id=actor.client_id,
            role=actor.role,
            uscc=actor.uscc,
            name=actor.name,
            on_behalf_of=actor.on_behalf_of,
        ),
        reason_code=None if hidden else event.reason_code,
        reason=None if hidden else event.reason,
        data={"on": event.data["on"]} if hidden else dict(event.data),
        prev_hash=event.prev_hash,
        hash=event.hash,
        hidden=hidden,
    )


def _tells_credit(event: CaseEvent, track: Track | None) -> bool:
    """Whether the event carries what 信 found."""
    about = track is not None and track.stage is Stage.CREDIT
    return about or event.kind in (EventKind.ENHANCEMENT_OPENED, EventKind.ENHANCEMENT_CHOSEN)


class ReceiptAnswer(AnswerModel):
    """One question to the exchange, and its answer."""

    id: str
    at: datetime
    track_id: str
    attempts: int
    simulated: bool
    request: dict[str, Any]
    status: int | None
    answer: dict[str, Any] | None


class ReceiptList(Page[ReceiptAnswer]):
    """The receipts of a case, oldest first."""
