"""Pages by key: the next page begins after the last row, wherever it stands by then."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from sqlalchemy import (
    CTE,
    ColumnElement,
    RowMapping,
    Table,
    and_,
    func,
    literal,
    or_,
)

from kit.errors import invalid
from kit.pages import CursorValue, decode_cursor, encode_cursor
from kit.text import Text
from services.achievements.store.visibility import hidden_price


@dataclass(frozen=True, slots=True)
class Order:
    """An order of a list: by an expression (never null), then by id in the same direction."""

    name: str
    key: ColumnElement[object]
    descending: bool
    read: Callable[[str], object]


def order_by(order: Order, table: Table) -> tuple[ColumnElement[object], ColumnElement[object]]:
    """The two expressions to sort by."""
    if order.descending:
        return order.key.desc(), table.c.id.desc()
    return order.key.asc(), table.c.id.asc()


def after_cursor(order: Order, table: Table, cursor: str) -> ColumnElement[bool]:
    """The rows that come after the cursor's."""
    key, identity = read_place(order, decode_cursor(cursor, 2))
    last = (literal(key, order.key.type), literal(identity))
    return after_key(order, order.key, table.c.id, *last)


def read_place(order: Order, place: Sequence[CursorValue]) -> tuple[object, str]:
    """The key and the id of a cursor's place."""
    raw, identity = place
    try:
        return order.read(str(raw)), str(identity)
    except (ValueError, InvalidOperation) as error:
        message = Text("游标与排序方式不符", "the cursor belongs to another order")
        raise invalid("?cursor", "cursor_invalid", message) from error


def after_key(
    order: Order,
    key: ColumnElement[object],
    identity: ColumnElement[object],
    last: ColumnElement[object],
    last_identity: ColumnElement[str],
) -> ColumnElement[bool]:
    """The rows that come after a key and an id."""
    if order.descending:
        return or_(key < last, and_(key == last, identity < last_identity))
    return or_(key > last, and_(key == last, identity > last_identity))


def cut_page(rows: Sequence[RowMapping], limit: int) -> tuple[list[RowMapping], str | None]:
    """The page, and the cursor of the next; rows carry their key as `sort_key`."""
    page = list(rows[:limit])
    if len(rows) <= limit:
        return page, None
    return page, encode_cursor(str(page[-1]["sort_key"]), page[-1]["id"])


def by_score(hits: CTE) -> Order:
    """Best match first."""
    return Order("relevance", hits.c.score, True, read_score)


def read_score(text: str) -> float:
    """A score out of a cursor; what is no number would sort nowhere."""
    score = float(text)
    if not math.isfinite(score):
        raise ValueError(text)
    return score


def by_id(table: Table) -> Order:
    """Newest first: ids sort by time."""
    return Order("newest", table.c.id, True, str)


def rising(table: Table) -> Order:
    """Oldest first."""
    return Order("oldest", table.c.id, False, str)


_HIGH_DATE, _LOW_DATE = date(9999, 12, 31), date(1, 1, 1)
_HIGH_PRICE, _LOW_PRICE = Decimal(10**17), Decimal(-1)


def list_orders(table: Table) -> dict[str, Order]:
    """The orders of a list by name; what is unknown comes last either way."""
    column = table.c
    plain: list[tuple[str, ColumnElement[object], ColumnElement[object], Callable[[str], object]]]
    plain = [("updated_at", column.updated_at, column.updated_at, datetime.fromisoformat)]
    if "asking_price_yuan" in column:
        plain += _achievement_keys(table)
    rising = {name: Order(name, key, False, read) for name, key, _, read in plain}
    falling = {f"-{name}": Order(f"-{name}", key, True, read) for name, _, key, read in plain}
    return rising | falling


def _achievement_keys(
    table: Table,
) -> list[tuple[str, ColumnElement[object], ColumnElement[object], Callable[[str], object]]]:
    column = table.c
    return [
        ("title", column.title, column.title, str),
        ("trl", func.coalesce(column.trl, 99), func.coalesce(column.trl, -1), int),
        (
            "completed_on",
            func.coalesce(column.completed_on, _HIGH_DATE),
            func.coalesce(column.completed_on, _LOW_DATE),
            date.fromisoformat,
        ),
        (
            "asking_price_yuan",
            func.coalesce(hidden_price(table), _HIGH_PRICE),
            func.coalesce(hidden_price(table), _LOW_PRICE),
            Decimal,
        ),
    ]
