"""Care plans with their visits and promises."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Select,
    Table,
    exists,
    func,
    insert,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from kit.clock import now, today
from kit.db import WriteSession
from kit.errors import no_such
from services.achievements.rules.care import PromiseState
from services.achievements.rules.filters import CareFilter, PromiseFilter
from services.achievements.rules.visibility import Viewer
from services.achievements.store.pages import after_cursor, by_id, cut_page, order_by
from services.achievements.tables import Base

_PLANS = Base.metadata.tables["care_plans"]
_VISITS = Base.metadata.tables["care_visits"]
_PROMISES = Base.metadata.tables["care_promises"]
_ORGANIZATIONS = Base.metadata.tables["organizations"]
Values = Mapping[str, str | int | date | None]
Page = tuple[list[RowMapping], str | None]


def add_plan_if_new(session: WriteSession, values: Values) -> bool:
    """Begin to care for an organisation; False where somebody does already."""
    at = now()
    row = {**values, "version": 1, "created_at": at, "updated_at": at}
    added = upsert(_PLANS).values(row).on_conflict_do_nothing().returning(_PLANS.c.id)
    return session.execute(added).first() is not None


def find_plan_of(session: Session, uscc: str) -> RowMapping | None:
    """The plan for an organisation."""
    return session.execute(select(_PLANS).where(_PLANS.c.uscc == uscc)).mappings().one_or_none()


def list_plans_of(session: Session, usccs: Sequence[str]) -> dict[str, RowMapping]:
    """The plans for some organisations, by uscc."""
    query = select(_PLANS).where(_PLANS.c.uscc.in_(usccs))
    return {row["uscc"]: row for row in session.execute(query).mappings()}


def get_plan(session: Session, plan_id: str, viewer: Viewer) -> RowMapping:
    """A plan that this viewer may see, with the organisation's name."""
    query = _named_plans(viewer).where(_PLANS.c.id == plan_id)
    return _found(session.execute(query).mappings().one_or_none(), plan_id)


def lock_plan(session: WriteSession, plan_id: str, viewer: Viewer) -> RowMapping:
    """The same, held until the end of the transaction."""
    query = select(_PLANS).where(_PLANS.c.id == plan_id, _open_to(viewer))
    row = session.execute(query.with_for_update()).mappings().one_or_none()
    return _found(row, plan_id)


def _found(row: RowMapping | None, plan_id: str) -> RowMapping:
    if row is None:
        raise no_such("服务方案", "care plan", plan_id)
    return row


def _open_to(viewer: Viewer) -> ColumnElement[bool]:
    return true() if viewer.sees_all else _PLANS.c.uscc == viewer.uscc


def _named_plans(viewer: Viewer) -> Select[tuple[object, ...]]:
    joined = _PLANS.outerjoin(_ORGANIZATIONS, _ORGANIZATIONS.c.uscc == _PLANS.c.uscc)
    name = _ORGANIZATIONS.c.name.label("organization_name")
    named: Select[tuple[object, ...]] = select(_PLANS, name)
    return named.select_from(joined).where(_open_to(viewer))


def list_plans(session: Session, viewer: Viewer, wanted: CareFilter) -> Page:
    """One page of plans, the newest first."""
    query, order = _named_plans(viewer), by_id(_PLANS)
    if wanted.uscc is not None:
        query = query.where(_PLANS.c.uscc == wanted.uscc)
    if wanted.officer is not None:
        query = query.where(_PLANS.c.officer == wanted.officer)
    if wanted.overdue is not None:
        late = exists(
            select(1).where(_PROMISES.c.plan_id == _PLANS.c.id, is_promise(PromiseState.OVERDUE))
        )
        query = query.where(late if wanted.overdue else ~late)
    if wanted.cursor is not None:
        query = query.where(after_cursor(order, _PLANS, wanted.cursor))
    query = query.add_columns(order.key.label("sort_key")).order_by(*order_by(order, _PLANS))
    return cut_page(session.execute(query.limit(wanted.limit + 1)).mappings().all(), wanted.limit)


def list_promises(session: Session, viewer: Viewer, wanted: PromiseFilter) -> Page:
    """One page of promises of all plans, each with the organisation it was made to."""
    order = by_id(_PROMISES)
    joined = _PROMISES.join(_PLANS, _PLANS.c.id == _PROMISES.c.plan_id)
    query = select(_PROMISES, _PLANS.c.uscc, _PLANS.c.officer, order.key.label("sort_key"))
    query = query.select_from(joined).where(_open_to(viewer))
    if wanted.uscc is not None:
        query = query.where(_PLANS.c.uscc == wanted.uscc)
    if wanted.state is not None:
        query = query.where(is_promise(wanted.state))
    if wanted.cursor is not None:
        query = query.where(after_cursor(order, _PROMISES, wanted.cursor))
    rows = session.execute(query.order_by(*order_by(order, _PROMISES)).limit(wanted.limit + 1))
    return cut_page(rows.mappings().all(), wanted.limit)


def is_promise(state: PromiseState) -> ColumnElement[bool]:
    """Promises in a state, as `rules/care.py` has it."""
    due, done = _PROMISES.c.due_on, _PROMISES.c.done_on
    match state:
        case PromiseState.OPEN:
            return done.is_(None) & (due >= today())
        case PromiseState.OVERDUE:
            return done.is_(None) & (due < today())
        case PromiseState.KEPT:
            return done <= due
        case PromiseState.KEPT_LATE:
            return done > due


def count_promises(session: Session, plan_ids: Sequence[str]) -> dict[str, RowMapping]:
    """By plan: how many promises are open in time and how many overdue."""
    counts = [
        func.count().filter(is_promise(state)).label(state.value)
        for state in (PromiseState.OPEN, PromiseState.OVERDUE)
    ]
    query = select(_PROMISES.c.plan_id, *counts).where(_PROMISES.c.plan_id.in_(plan_ids))
    rows = session.execute(query.group_by(_PROMISES.c.plan_id)).mappings()
    return {row["plan_id"]: row for row in rows}


def list_last_visits(session: Session, plan_ids: Sequence[str]) -> dict[str, date]:
    """By plan: the day of the last visit."""
    last = func.max(_VISITS.c.visited_on)
    query = select(_VISITS.c.plan_id, last).where(_VISITS.c.plan_id.in_(plan_ids))
    return {str(row[0]): row[1] for row in session.execute(query.group_by(_VISITS.c.plan_id))}


def list_parts(session: Session, plan_ids: Sequence[str]) -> tuple[list[RowMapping], ...]:
    """The visits and the promises of some plans, in the order of their days."""
    return (
        _list_of(session, _VISITS, _VISITS.c.visited_on, plan_ids),
        _list_of(session, _PROMISES, _PROMISES.c.due_on, plan_ids),
    )


def _list_of(
    session: Session, table: Table, day: ColumnElement[date], plan_ids: Sequence[str]
) -> list[RowMapping]:
    query = select(table).where(table.c.plan_id.in_(plan_ids)).order_by(day, table.c.id)
    return list(session.execute(query).mappings())


def change_plan(session: WriteSession, plan_id: str, version: int, values: Values) -> None:
    """Change a plan, or only note by its version that something of it has changed."""
    statement = update(_PLANS).where(_PLANS.c.id == plan_id)
    session.execute(statement.values({**values, "version": version, "updated_at": now()}))


def add_visit(session: WriteSession, values: Values) -> None:
    """Keep a visit."""
    session.execute(insert(_VISITS).values({**values, "created_at": now()}))


def add_promise(session: WriteSession, values: Values) -> None:
    """Keep a promise."""
    session.execute(insert(_PROMISES).values({**values, "created_at": now()}))


def get_promise(session: Session, plan_id: str, promise_id: str) -> RowMapping:
    """A promise of this plan."""
    column = _PROMISES.c
    query = select(_PROMISES).where(column.id == promise_id, column.plan_id == plan_id)
    row = session.execute(query).mappings().one_or_none()
    if row is None:
        raise no_such("承诺事项", "promise", promise_id)
    return row


def keep_promise(session: WriteSession, promise_id: str, done_on: date) -> None:
    """A promise was kept on a day."""
    statement = update(_PROMISES).where(_PROMISES.c.id == promise_id)
    session.execute(statement.values(done_on=done_on))
