"""Matches made at events, and the days on which they are asked after."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.orm import Session

from kit.clock import now
from kit.db import WriteSession
from kit.errors import no_such
from services.achievements.rules.matchmaking_events import FollowUpState
from services.achievements.tables import Base

_MATCHES = Base.metadata.tables["event_matches"]
_FOLLOW_UPS = Base.metadata.tables["follow_ups"]


def add_event_match(
    session: WriteSession, values: Mapping[str, object], follow_ups: Sequence[Mapping[str, object]]
) -> None:
    """Keep a match made at an event, with its follow-ups."""
    session.execute(insert(_MATCHES).values({**values, "created_at": now()}))
    session.execute(insert(_FOLLOW_UPS), [dict(row) for row in follow_ups])


def list_event_matches(session: Session, event_id: str) -> Sequence[RowMapping]:
    """The matches made at an event, in their order."""
    query = select(_MATCHES).where(_MATCHES.c.event_id == event_id).order_by(_MATCHES.c.id)
    return session.execute(query).mappings().all()


def list_follow_ups(session: Session, event_id: str) -> Sequence[RowMapping]:
    """The follow-ups of an event, by day."""
    column = _FOLLOW_UPS.c
    query = select(_FOLLOW_UPS).where(column.event_id == event_id)
    return session.execute(query.order_by(column.due_on, column.id)).mappings().all()


def lock_due_follow_ups(session: WriteSession, day: date, limit: int) -> Sequence[RowMapping]:
    """Follow-ups whose day has come and that are no task yet; two jobs take different ones."""
    column = _FOLLOW_UPS.c
    query = (
        select(_FOLLOW_UPS, _MATCHES.c.supplier, _MATCHES.c.seeker)
        .join(_MATCHES, _MATCHES.c.id == column.event_match_id)
        .where(column.state == FollowUpState.PLANNED.value, column.due_on <= day)
        .order_by(column.due_on, column.id)
        .limit(limit)
        .with_for_update(of=_FOLLOW_UPS, skip_locked=True)
    )
    return session.execute(query).mappings().all()


def lock_follow_up(session: WriteSession, event_id: str, follow_up_id: str) -> RowMapping:
    """A follow-up of this event, held until the end of the transaction."""
    query = select(_FOLLOW_UPS).where(
        _FOLLOW_UPS.c.event_id == event_id, _FOLLOW_UPS.c.id == follow_up_id
    )
    row = session.execute(query.with_for_update()).mappings().one_or_none()
    if row is None:
        raise no_such("回访", "follow-up", follow_up_id)
    return row


def change_follow_up(
    session: WriteSession, follow_up_id: str, values: Mapping[str, object]
) -> None:
    """Set what becomes of a follow-up."""
    session.execute(update(_FOLLOW_UPS).where(_FOLLOW_UPS.c.id == follow_up_id).values(values))
