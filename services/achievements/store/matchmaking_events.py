"""Events, and who signed up for them."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, RowMapping, func, insert, or_, select, true, update
from sqlalchemy.orm import Session

from kit.clock import now
from kit.db import WriteSession
from kit.errors import no_such
from services.achievements.rules.matchmaking_events import (
    EventFilter,
    EventState,
    SignUpFilter,
    SignUpState,
)
from services.achievements.rules.visibility import Viewer, open_levels
from services.achievements.store.counts import (
    Counts,
    count_values,
    holds_words,
)
from services.achievements.store.pages import after_cursor, by_id, cut_page, order_by, rising
from services.achievements.store.unique import write_unless_taken
from services.achievements.tables import Base

_EVENTS = Base.metadata.tables["matchmaking_events"]
_SIGN_UPS = Base.metadata.tables["event_sign_ups"]


def add_event(session: WriteSession, values: Mapping[str, object]) -> None:
    """Add a draft."""
    at = now()
    row = {**values, "version": 1, "created_at": at, "updated_at": at}
    session.execute(insert(_EVENTS).values(row))


def get_event(session: Session, event_id: str, viewer: Viewer) -> RowMapping:
    """An event that this viewer may see."""
    query = select(_EVENTS).where(_EVENTS.c.id == event_id, open_to(viewer))
    return _found(session.execute(query).mappings().one_or_none(), event_id)


def lock_event(session: WriteSession, event_id: str, viewer: Viewer) -> RowMapping:
    """The same, held until the end: places are given one after the other."""
    query = select(_EVENTS).where(_EVENTS.c.id == event_id, open_to(viewer)).with_for_update()
    return _found(session.execute(query).mappings().one_or_none(), event_id)


def _found(row: RowMapping | None, event_id: str) -> RowMapping:
    if row is None:
        raise no_such("活动", "event", event_id)
    return row


def open_to(viewer: Viewer) -> ColumnElement[bool]:
    """Drafts are the organiser's and the bureau's; the rest as its visibility says."""
    column = _EVENTS.c
    if viewer.sees_all:
        return true()
    levels = [level.value for level in open_levels(viewer)]
    shown = (column.state != EventState.DRAFT.value) & column.visibility.in_(levels)
    return or_(shown, column.owner_uscc == viewer.uscc)


def change_event(
    session: WriteSession, event_id: str, version: int, values: Mapping[str, object]
) -> None:
    """Set what an act changes; `version` is the new one."""
    statement = update(_EVENTS).where(_EVENTS.c.id == event_id)
    session.execute(statement.values({**values, "version": version, "updated_at": now()}))


def list_events(
    session: Session, viewer: Viewer, wanted: EventFilter
) -> tuple[list[RowMapping], str | None]:
    """One page of events, newest first."""
    column, order = _EVENTS.c, by_id(_EVENTS)
    query = select(_EVENTS, order.key.label("sort_key")).where(open_to(viewer))
    for name, value in (
        ("state", wanted.state), ("kind", wanted.kind), ("owner_uscc", wanted.organization),
    ):  # fmt: skip
        if value is not None:
            query = query.where(column[name] == value)
    if wanted.q is not None:
        query = query.where(holds_words(wanted.q, column.title, column.place, column.owner_name))
    if wanted.cursor is not None:
        query = query.where(after_cursor(order, _EVENTS, wanted.cursor))
    rows = session.execute(query.order_by(*order_by(order, _EVENTS)).limit(wanted.limit + 1))
    return cut_page(rows.mappings().all(), wanted.limit)


def count_events(session: Session, viewer: Viewer, column: str) -> Counts:
    """How many events this viewer may see have each value of a column, most first."""
    return count_values(session, _EVENTS.c[column], open_to(viewer))


def count_places(session: Session, event_ids: list[str]) -> dict[tuple[str, str], int]:
    """How many sign-ups of each state events have, by event and state."""
    column = _SIGN_UPS.c
    query = (
        select(column.event_id, column.state, func.count())
        .where(column.event_id.in_(event_ids))
        .group_by(column.event_id, column.state)
    )
    return {(event, state): count for event, state, count in session.execute(query)}


def add_sign_up(session: WriteSession, values: Mapping[str, object]) -> bool:
    """Add a sign-up; False where this person is signed up already."""
    row = {**values, "created_at": now()}
    return write_unless_taken(session, insert(_SIGN_UPS).values(row))


def next_number(session: WriteSession, event_id: str) -> int:
    """The next number in the order of arrival; the event is held."""
    query = select(func.coalesce(func.max(_SIGN_UPS.c.number), 0) + 1)
    return int(session.execute(query.where(_SIGN_UPS.c.event_id == event_id)).scalar_one())


def get_sign_up(session: Session, event_id: str, sign_up_id: str) -> RowMapping:
    """A sign-up for this event."""
    query = select(_SIGN_UPS).where(_SIGN_UPS.c.event_id == event_id, _SIGN_UPS.c.id == sign_up_id)
    row = session.execute(query).mappings().one_or_none()
    if row is None:
        raise no_such("报名", "sign-up", sign_up_id)
    return row


def change_sign_up(session: WriteSession, sign_up_id: str, **values: object) -> None:
    """Set what becomes of a sign-up."""
    session.execute(update(_SIGN_UPS).where(_SIGN_UPS.c.id == sign_up_id).values(values))


def find_first_waiting(session: WriteSession, event_id: str) -> RowMapping | None:
    """Who is next for a place."""
    column = _SIGN_UPS.c
    query = (
        select(_SIGN_UPS)
        .where(column.event_id == event_id, column.state == SignUpState.WAITING.value)
        .order_by(column.number)
        .limit(1)
    )
    return session.execute(query).mappings().one_or_none()


def list_sign_ups(
    session: Session, event_id: str, wanted: SignUpFilter
) -> tuple[list[RowMapping], str | None]:
    """One page of sign-ups in the order of arrival."""
    column, order = _SIGN_UPS.c, rising(_SIGN_UPS)
    query = select(_SIGN_UPS, order.key.label("sort_key")).where(column.event_id == event_id)
    if wanted.state is not None:
        query = query.where(column.state == wanted.state)
    if wanted.uscc is not None:
        query = query.where(column.uscc == wanted.uscc)
    if wanted.cursor is not None:
        query = query.where(after_cursor(order, _SIGN_UPS, wanted.cursor))
    rows = session.execute(query.order_by(*order_by(order, _SIGN_UPS)).limit(wanted.limit + 1))
    return cut_page(rows.mappings().all(), wanted.limit)


def list_guests(session: Session, event_id: str) -> list[str]:
    """The organisations that signed up and did not cancel."""
    column = _SIGN_UPS.c
    query = (
        select(column.uscc)
        .where(column.event_id == event_id, column.state != SignUpState.CANCELLED.value)
        .distinct()
        .order_by(column.uscc)
    )
    return list(session.execute(query).scalars())
