"""Instruments and platforms in figures."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, RowMapping, Select, and_, exists, extract, func, select
from sqlalchemy.orm import Session

from services.achievements.rules.bookings import LOCAL
from services.achievements.rules.filters import UseFilter
from services.achievements.rules.kinds import Kind
from services.achievements.rules.visibility import Viewer
from services.achievements.store.pages import after_cursor, by_id, cut_page, order_by
from services.achievements.store.visibility import visible_to
from services.achievements.tables import RECORD_TABLES, Base

_INSTRUMENTS = RECORD_TABLES[Kind.INSTRUMENTS]
_PLATFORMS = RECORD_TABLES[Kind.PLATFORMS]
_HOURS = Base.metadata.tables["instrument_hours"]
_BOOKINGS = Base.metadata.tables["bookings"]
_CERTIFICATIONS = Base.metadata.tables["platform_certifications"]
_GRADES = Base.metadata.tables["platform_grades"]


def list_bookable(session: Session, viewer: Viewer, organization: str | None) -> list[RowMapping]:
    """The hours of all visible instruments that can be booked."""
    query = _bookable(viewer, organization).with_only_columns(_INSTRUMENTS.c.id, _HOURS.c.slots)
    return list(session.execute(query).mappings())


def list_bookable_page(
    session: Session, viewer: Viewer, wanted: UseFilter
) -> tuple[list[RowMapping], str | None]:
    """One page of them, newest first, with their names."""
    order = by_id(_INSTRUMENTS)
    query = _bookable(viewer, wanted.organization).add_columns(order.key.label("sort_key"))
    if wanted.cursor is not None:
        query = query.where(after_cursor(order, _INSTRUMENTS, wanted.cursor))
    rows = session.execute(query.order_by(*order_by(order, _INSTRUMENTS)).limit(wanted.limit + 1))
    return cut_page(rows.mappings().all(), wanted.limit)


def _bookable(viewer: Viewer, organization: str | None) -> Select[tuple[object, ...]]:
    column = _INSTRUMENTS.c
    query: Select[tuple[object, ...]] = (
        select(column.id, column.name, column.owner_uscc, _HOURS.c.slots)
        .join(_HOURS, _HOURS.c.instrument_id == column.id)
        .where(_HOURS.c.slots != [], visible_to(_INSTRUMENTS, viewer))
    )
    if organization is not None:
        query = query.where(column.owner_uscc == organization)
    return query


def count_bookings(
    session: Session, instrument_ids: Sequence[str], first: date, last: date
) -> dict[str, tuple[int, int]]:
    """By instrument: how many bookings touch these days, and how many of their minutes they take.

    Each booking counts whole minutes, as `rules/bookings.py` does.
    """
    begin = datetime.combine(first, time(), LOCAL)
    end = datetime.combine(last + timedelta(days=1), time(), LOCAL)
    column = _BOOKINGS.c
    span = func.least(column.ends_at, end) - func.greatest(column.starts_at, begin)
    minutes = func.sum(func.floor(extract("epoch", span) / 60))
    query = select(column.instrument_id, func.count(), minutes).where(
        column.instrument_id.in_(instrument_ids),
        column.state == "booked",
        column.starts_at < end,
        column.ends_at > begin,
    )
    rows = session.execute(query.group_by(column.instrument_id))
    return {row[0]: (int(row[1]), int(row[2])) for row in rows}


def count_platforms(
    session: Session, viewer: Viewer, organization: str | None
) -> Sequence[RowMapping]:
    """By kind, most first: how many visible platforms, how many of them certified."""
    certified = exists(select(1).where(_CERTIFICATIONS.c.platform_id == _PLATFORMS.c.id))
    query = select(
        _PLATFORMS.c.kind,
        func.count().label("platforms"),
        func.count().filter(certified).label("certified"),
    ).where(*_visible(viewer, organization))
    ordered = query.group_by(_PLATFORMS.c.kind).order_by(func.count().desc(), _PLATFORMS.c.kind)
    return session.execute(ordered).mappings().all()


def count_grades(
    session: Session, viewer: Viewer, organization: str | None, of: Mapping[str, object]
) -> Sequence[RowMapping]:
    """By kind and grade: how many visible platforms were graded so; `of` a year, an assessor."""
    joined = _PLATFORMS.join(
        _GRADES,
        and_(
            _GRADES.c.platform_id == _PLATFORMS.c.id,
            *(_GRADES.c[name] == value for name, value in of.items() if value is not None),
        ),
    )
    query = select(
        _PLATFORMS.c.kind,
        _GRADES.c.grade,
        func.count(_PLATFORMS.c.id.distinct()).label("platforms"),
    ).select_from(joined)
    query = query.where(*_visible(viewer, organization))
    grouped = query.group_by(_PLATFORMS.c.kind, _GRADES.c.grade)
    return session.execute(grouped.order_by(_PLATFORMS.c.kind, _GRADES.c.grade)).mappings().all()


def _visible(viewer: Viewer, organization: str | None) -> list[ColumnElement[bool]]:
    conditions = [visible_to(_PLATFORMS, viewer)]
    if organization is not None:
        conditions.append(_PLATFORMS.c.owner_uscc == organization)
    return conditions
