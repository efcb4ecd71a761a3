"""Who may see which rows, and which of their columns, as conditions of a query.

One place for all: lists, search, counts, exports and feeds use the same expressions.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Table,
    and_,
    case,
    func,
    literal,
    not_,
    null,
    or_,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.achievements.rules.kinds import HIDEABLE
from services.achievements.rules.visibility import HideableField, Viewer, Visibility, open_levels
from services.achievements.store.days import day_of_asking
from services.achievements.store.mandates import SUBJECTS, appointed_to

_HIDEABLE: Mapping[str, frozenset[str]] = {kind.value: names for kind, names in HIDEABLE.items()}


def open_to(table: FromClause, viewer: Viewer) -> ColumnElement[bool]:
    """Rows this viewer may read: its own, those that are open to it and not under embargo, those it
    is a party to, and those it was appointed to as an agency.
    """
    levels = [level.value for level in open_levels(viewer)]
    opened: ColumnElement[bool] = table.c.visibility.in_(levels)
    if "embargo_until" in table.c and not viewer.sees_all:
        until = table.c.embargo_until
        opened = and_(opened, or_(until.is_(None), until <= day_of_asking()))
    if "invited" in table.c and viewer.uscc is not None:
        asked = and_(table.c.published_on.is_not(None), table.c.invited.contains([viewer.uscc]))
        opened = or_(opened, asked)
    if "buyer_uscc" in table.c and viewer.uscc is not None:
        sides = table.c.seller_uscc, table.c.buyer_uscc
        opened = or_(opened, *(side == viewer.uscc for side in sides))
    if viewer.as_agency and viewer.uscc is not None and getattr(table, "name", None) in SUBJECTS:
        opened = or_(opened, appointed_to(table, viewer.uscc, day_of_asking()))
    return or_(opened, table.c.owner_uscc == viewer.uscc)


def is_open(table: FromClause) -> ColumnElement[bool]:
    """Rows that are not classified: what these are about stands in no figure of others."""
    shut: ColumnElement[bool] = table.c.visibility != Visibility.CLASSIFIED.value
    return shut


def unmerged(table: Table) -> ColumnElement[bool]:
    """Rows for which no other stands."""
    return table.c.merged_into.is_(None) if "merged_into" in table.c else true()


def visible_to(table: Table, viewer: Viewer) -> ColumnElement[bool]:
    """Rows that stand in this viewer's lists and counts."""
    return and_(open_to(table, viewer), unmerged(table))


@lru_cache(maxsize=2048)
def columns_for(table: Table, viewer: Viewer) -> Sequence[ColumnElement[object]]:
    """The columns as this viewer sees them: hidden fields are empty but for owner and bureau."""
    if viewer.sees_all:
        return list(table.c)
    if "invited" in table.c:
        # Who is invited learns nothing of the others.
        foreign = table.c.owner_uscc.is_distinct_from(viewer.uscc)
        veiled = case((foreign, literal([], JSONB)), else_=table.c.invited).label("invited")
        return [veiled if column.key == "invited" else column for column in table.c]
    if "hidden_fields" not in table.c:
        return list(table.c)
    return [_shown(table, column, viewer) for column in table.c]


def shown_column(table: Table, name: str, viewer: Viewer) -> ColumnElement[object]:
    """One column as this viewer sees it."""
    by_name = {str(column.key): column for column in columns_for(table, viewer)}
    return by_name[name]


def _shown(table: Table, column: ColumnElement[object], viewer: Viewer) -> ColumnElement[object]:
    foreign = not_(table.c.owner_uscc == viewer.uscc)
    name = str(column.key)
    if name == "hidden_fields":
        return case((foreign, null()), else_=column).label(name)
    if name not in _HIDEABLE[table.name]:
        return column
    # A list that must be there is shown as one of nothing.
    listed = isinstance(column.type, JSONB) and not table.c[name].nullable
    hidden = and_(foreign, table.c.hidden_fields.contains([name]))
    return case((hidden, literal([], JSONB) if listed else null()), else_=column).label(name)


def hidden_price(table: Table) -> ColumnElement[object]:
    """The asking price for sorting: a hidden one sorts as unknown, also for its owner."""
    hidden = table.c.hidden_fields.contains([HideableField.ASKING_PRICE.value])
    return case((hidden, null()), else_=table.c.asking_price_yuan)


def shows_field(table: FromClause, viewer: Viewer, field: HideableField) -> ColumnElement[bool]:
    """Whether this viewer may read a field that can be hidden, row by row."""
    if viewer.sees_all:
        return true()
    hidden = func.coalesce(table.c.hidden_fields, literal([], JSONB)).contains([field.value])
    return or_(table.c.owner_uscc == viewer.uscc, not_(hidden))
