"""Calls for nominations, and nominations."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, RowMapping, func, insert, not_, select, true, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from kit.clock import now, today
from kit.db import WriteSession
from kit.errors import no_such
from services.achievements.rules.filters import CallFilter, NominationFilter
from services.achievements.rules.nominations import NominationState
from services.achievements.rules.visibility import Viewer
from services.achievements.store.counts import Counts, count_all, count_values
from services.achievements.store.pages import after_cursor, by_id, cut_page, order_by
from services.achievements.tables import Base

_CALLS = Base.metadata.tables["award_calls"]
_NOMINATIONS = Base.metadata.tables["nominations"]
Values = Mapping[str, object]
Page = tuple[list[RowMapping], str | None]


def add_call(session: WriteSession, values: Values) -> None:
    """Add a call."""
    at = now()
    row = {**values, "version": 1, "created_at": at, "updated_at": at}
    session.execute(insert(_CALLS).values(row))


def get_call(session: Session, call_id: str) -> RowMapping:
    """A call, which is public."""
    row = session.execute(select(_CALLS).where(_CALLS.c.id == call_id)).mappings().one_or_none()
    if row is None:
        raise no_such("提名通知", "call for nominations", call_id)
    return row


def lock_call(session: WriteSession, call_id: str) -> RowMapping:
    """The same, held until the end of the transaction."""
    query = select(_CALLS).where(_CALLS.c.id == call_id).with_for_update()
    session.execute(query)
    return get_call(session, call_id)


def change_call(session: WriteSession, call_id: str, values: Values) -> None:
    """Change a call."""
    statement = update(_CALLS).where(_CALLS.c.id == call_id)
    session.execute(statement.values({**values, "updated_at": now()}))


def move_drafts(session: WriteSession, call_id: str, due_on: date) -> None:
    """Drafts are due with their call."""
    column = _NOMINATIONS.c
    drafts = (column.call_id == call_id) & (column.state == NominationState.DRAFT.value)
    session.execute(update(_NOMINATIONS).where(drafts).values(due_on=due_on))


def list_calls(session: Session, wanted: CallFilter) -> Page:
    """One page of calls, newest first."""
    order = by_id(_CALLS)
    query = select(_CALLS, order.key.label("sort_key"))
    if wanted.scheme is not None:
        query = query.where(_CALLS.c.scheme == wanted.scheme)
    if wanted.open is not None:
        is_open = _CALLS.c.due_on >= today()
        query = query.where(is_open if wanted.open else not_(is_open))
    if wanted.cursor is not None:
        query = query.where(after_cursor(order, _CALLS, wanted.cursor))
    rows = session.execute(query.order_by(*order_by(order, _CALLS)).limit(wanted.limit + 1))
    return cut_page(rows.mappings().all(), wanted.limit)


def count_nominations(session: Session, viewer: Viewer) -> Counts:
    """How many nominations this viewer may see are in each state, most first."""
    return count_values(session, _NOMINATIONS.c.state, _open_to(viewer))


def count_overdue(session: Session, viewer: Viewer) -> int:
    """How many of them are past the day of their open step."""
    wanted = NominationFilter(limit=1, overdue=True)
    return count_all(session, _NOMINATIONS.c.id, *_conditions(viewer, wanted))


def count_states(
    session: Session, call_ids: Sequence[str], viewer: Viewer
) -> dict[str, dict[str, int]]:
    """By call and state: how many nominations this viewer may see."""
    column = _NOMINATIONS.c
    query = select(column.call_id, column.state, func.count()).where(
        column.call_id.in_(call_ids), _open_to(viewer)
    )
    counts: dict[str, dict[str, int]] = {call_id: {} for call_id in call_ids}
    for call_id, state, count in session.execute(query.group_by(column.call_id, column.state)):
        counts[call_id][state] = count
    return counts


def add_nomination_if_new(session: WriteSession, values: Values) -> bool:
    """Add a nomination; False where the achievement is nominated for this call already."""
    at = now()
    row = {**values, "version": 1, "created_at": at, "updated_at": at}
    added = upsert(_NOMINATIONS).values(row).on_conflict_do_nothing()
    return session.execute(added.returning(_NOMINATIONS.c.id)).first() is not None


def get_nomination(session: Session, nomination_id: str, viewer: Viewer) -> RowMapping:
    """A nomination that this viewer may see."""
    query = select(_NOMINATIONS).where(_NOMINATIONS.c.id == nomination_id, _open_to(viewer))
    return _found(session.execute(query).mappings().one_or_none(), nomination_id)


def lock_nomination(session: WriteSession, nomination_id: str, viewer: Viewer) -> RowMapping:
    """The same, held until the end of the transaction."""
    query = select(_NOMINATIONS).where(_NOMINATIONS.c.id == nomination_id, _open_to(viewer))
    row = session.execute(query.with_for_update()).mappings().one_or_none()
    return _found(row, nomination_id)


def _found(row: RowMapping | None, nomination_id: str) -> RowMapping:
    if row is None:
        raise no_such("提名", "nomination", nomination_id)
    return row


def _open_to(viewer: Viewer) -> ColumnElement[bool]:
    return true() if viewer.sees_all else _NOMINATIONS.c.owner_uscc == viewer.uscc


def change_nomination(session: WriteSession, nomination_id: str, values: Values) -> None:
    """Set what a step or a change leaves."""
    statement = update(_NOMINATIONS).where(_NOMINATIONS.c.id == nomination_id)
    session.execute(statement.values({**values, "updated_at": now()}))


def list_nominations(session: Session, viewer: Viewer, wanted: NominationFilter) -> Page:
    """One page of the nominations this viewer may see, newest first."""
    order = by_id(_NOMINATIONS)
    query = select(_NOMINATIONS, order.key.label("sort_key")).where(*_conditions(viewer, wanted))
    if wanted.cursor is not None:
        query = query.where(after_cursor(order, _NOMINATIONS, wanted.cursor))
    rows = session.execute(query.order_by(*order_by(order, _NOMINATIONS)).limit(wanted.limit + 1))
    return cut_page(rows.mappings().all(), wanted.limit)


def _conditions(viewer: Viewer, wanted: NominationFilter) -> Iterator[ColumnElement[bool]]:
    column = _NOMINATIONS.c
    yield _open_to(viewer)
    if wanted.q is not None:
        yield column.content["title"].astext.icontains(wanted.q, autoescape=True)
    if wanted.organization is not None:
        yield column.owner_uscc == wanted.organization
    for name in ("call_id", "state", "achievement_id"):
        if getattr(wanted, name) is not None:
            yield column[name] == getattr(wanted, name)
    if wanted.overdue is not None:
        late = func.coalesce(column.due_on < today(), False)
        yield late if wanted.overdue else not_(late)
