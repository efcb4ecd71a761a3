"""Listings."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, and_, func, insert, or_, select, update
from sqlalchemy.orm import Session

from kit.clock import now
from kit.db import WriteSession
from kit.errors import no_such
from services.achievements.rules.listings import (
    ON_THE_BOARD,
    ListingFilter,
    ListingState,
    ListingWay,
)
from services.achievements.rules.visibility import Viewer
from services.achievements.store.counts import holds_words
from services.achievements.store.days import day_of_asking
from services.achievements.store.mandates import appointed_to
from services.achievements.store.pages import after_cursor, by_id, cut_page, order_by
from services.achievements.tables import Base

_TABLE = Base.metadata.tables["listings"]
_FILTERED = ("state", "way", "achievement_id", "owner_uscc", "contract_id")


def add_listing(session: WriteSession, values: Mapping[str, object]) -> None:
    """Add a draft."""
    at = now()
    counts = {"version": 1, "extensions": 0, "told_version": 0, "heard_revision": 0}
    row = {**values, **counts, "created_at": at, "updated_at": at}
    session.execute(insert(_TABLE).values(row))


def get_listing(session: Session, listing_id: str, viewer: Viewer) -> RowMapping:
    """A listing on the board, or one that this viewer takes part in."""
    return _one(session, select(_TABLE).where(_TABLE.c.id == listing_id), listing_id, viewer)


def lock_listing(session: WriteSession, listing_id: str, viewer: Viewer) -> RowMapping:
    """The same, held until the end of the transaction: acts on a listing come one by one."""
    query = select(_TABLE).where(_TABLE.c.id == listing_id).with_for_update()
    return _one(session, query, listing_id, viewer)


def _one(session: Session, query: object, listing_id: str, viewer: Viewer) -> RowMapping:
    row = session.execute(query.where(open_to(viewer))).mappings().one_or_none()  # type: ignore[attr-defined]
    if row is None:
        raise no_such("挂牌", "listing", listing_id)
    found: RowMapping = row
    return found


def open_to(viewer: Viewer) -> ColumnElement[bool]:
    """What is on the board is for everybody; the rest for the sides, agencies and the bureau."""
    column = _TABLE.c
    board = column.state.in_([state.value for state in ON_THE_BOARD])
    if viewer.sees_all:
        return column.id.is_not(None)
    if viewer.uscc is None:
        return board
    ours = or_(column.owner_uscc == viewer.uscc, column.lister_uscc == viewer.uscc)
    buys = column.buyer["uscc"].astext == viewer.uscc
    seen = or_(board, ours, and_(column.buyer.is_not(None), buys))
    return (
        or_(seen, appointed_to(_TABLE, viewer.uscc, day_of_asking())) if viewer.as_agency else seen
    )


def change_listing(session: WriteSession, listing_id: str, values: Mapping[str, object]) -> None:
    """Set what an act changes."""
    statement = update(_TABLE).where(_TABLE.c.id == listing_id)
    session.execute(statement.values({**values, "updated_at": now()}))


def list_listings(
    session: Session, viewer: Viewer, wanted: ListingFilter
) -> tuple[list[RowMapping], str | None]:
    """One page of listings, newest first."""
    order = by_id(_TABLE)
    query = select(_TABLE, order.key.label("sort_key")).where(*_conditions(viewer, wanted))
    if wanted.cursor is not None:
        query = query.where(after_cursor(order, _TABLE, wanted.cursor))
    rows = session.execute(query.order_by(*order_by(order, _TABLE)).limit(wanted.limit + 1))
    return cut_page(rows.mappings().all(), wanted.limit)


def count_listings(session: Session, viewer: Viewer) -> list[RowMapping]:
    """How many listings there are of each way and state, and their prices added up."""
    column = _TABLE.c
    price = func.coalesce(func.sum(column.price_yuan), 0).label("price_yuan")
    query = select(column.way, column.state, func.count().label("listings"), price)
    grouped = query.where(open_to(viewer)).group_by(column.way, column.state)
    return list(session.execute(grouped.order_by(column.way, column.state)).mappings())


def _conditions(viewer: Viewer, wanted: ListingFilter) -> Sequence[ColumnElement[bool]]:
    asked = {name: getattr(wanted, name) for name in _FILTERED}
    conditions = [open_to(viewer)]
    conditions += [_TABLE.c[name] == value for name, value in asked.items() if value is not None]
    if wanted.q is not None:
        conditions.append(holds_words(wanted.q, _TABLE.c.title, _TABLE.c.owner_name))
    return conditions


def list_due_contests(session: Session, at: datetime) -> list[str]:
    """Contests whose time is over and whose winner has not been named."""
    column = _TABLE.c
    query = select(column.id).where(
        column.state == ListingState.LISTED.value,
        column.way != ListingWay.AGREEMENT.value,
        column.closes_at <= at,
    )
    return list(session.execute(query.order_by(column.closes_at)).scalars())
