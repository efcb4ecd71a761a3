"""How achievements turn into use: those with a registered contract, and after how many days."""

from collections.abc import Sequence

from sqlalchemy import (
    ColumnElement,
    Date,
    RowMapping,
    Select,
    Subquery,
    cast,
    func,
    select,
)
from sqlalchemy.orm import Session

from services.achievements.rules.figures import AchievementGroup
from services.achievements.rules.filters import ConversionFilter
from services.achievements.rules.kinds import Kind
from services.achievements.rules.visibility import Viewer
from services.achievements.store.converted import CONTRACTED
from services.achievements.store.narrowing import belongs_to
from services.achievements.store.pages import after_cursor, by_id, cut_page, order_by
from services.achievements.store.visibility import visible_to
from services.achievements.tables import RECORD_TABLES

_ACHIEVEMENTS = RECORD_TABLES[Kind.ACHIEVEMENTS]


def _first_contracts() -> Subquery:
    column = CONTRACTED.c
    first = select(column.achievement_id, func.min(column.contracted_on).label("contracted_on"))
    return first.group_by(column.achievement_id).subquery("first_contracts")


def _entered_on() -> ColumnElement[object]:
    """The day on which an achievement was entered into the registry, in Jinan."""
    return cast(func.timezone("Asia/Shanghai", _ACHIEVEMENTS.c.created_at), Date)


def measure_conversion(session: Session, viewer: Viewer) -> tuple[int, float | None]:
    """How many visible achievements have a registered contract; median days to the first."""
    row = session.execute(_measured(viewer, None)).mappings().one()
    median = row["median_days"]
    return int(row["converted"]), None if median is None else float(median)


def list_groups(
    session: Session, viewer: Viewer, by: AchievementGroup, organization: str | None
) -> Sequence[RowMapping]:
    """Visible achievements by a value, most first: how many, how many converted, in how long."""
    value = _ACHIEVEMENTS.c[by.value]
    query = _measured(viewer, organization).add_columns(value.label("value")).group_by(value)
    ordered = query.order_by(func.count().desc(), value)
    return session.execute(ordered).mappings().all()


def _measured(viewer: Viewer, organization: str | None) -> Select[tuple[object, ...]]:
    first = _first_contracts()
    days = first.c.contracted_on - _entered_on()
    query: Select[tuple[object, ...]] = select(
        func.count().label("achievements"),
        func.count(first.c.contracted_on).label("converted"),
        func.min(days).label("least_days"),
        func.percentile_cont(0.5).within_group(days).label("median_days"),
        func.avg(days).label("mean_days"),
        func.max(days).label("most_days"),
    )
    joined = _ACHIEVEMENTS.outerjoin(first, first.c.achievement_id == _ACHIEVEMENTS.c.id)
    query = query.select_from(joined).where(visible_to(_ACHIEVEMENTS, viewer))
    if organization is not None:
        query = query.where(belongs_to(_ACHIEVEMENTS, organization))
    return query


def list_conversions(
    session: Session, viewer: Viewer, wanted: ConversionFilter
) -> tuple[list[RowMapping], str | None]:
    """One page of the visible achievements with a registered contract, newest first."""
    first, column, order = _first_contracts(), _ACHIEVEMENTS.c, by_id(_ACHIEVEMENTS)
    query = select(
        column.id,
        column.title,
        column.field,
        column.trl,
        column.owner_uscc,
        _entered_on().label("entered_on"),
        first.c.contracted_on,
        (first.c.contracted_on - _entered_on()).label("days"),
        order.key.label("sort_key"),
    ).join(first, first.c.achievement_id == column.id)
    query = query.where(visible_to(_ACHIEVEMENTS, viewer))
    if wanted.organization is not None:
        query = query.where(belongs_to(_ACHIEVEMENTS, wanted.organization))
    for name in ("field", "trl"):
        if getattr(wanted, name) is not None:
            query = query.where(column[name] == getattr(wanted, name))
    if wanted.lacking is not None:
        query = query.where(column[wanted.lacking].is_(None))
    if wanted.cursor is not None:
        query = query.where(after_cursor(order, _ACHIEVEMENTS, wanted.cursor))
    rows = session.execute(query.order_by(*order_by(order, _ACHIEVEMENTS)).limit(wanted.limit + 1))
    return cut_page(rows.mappings().all(), wanted.limit)
