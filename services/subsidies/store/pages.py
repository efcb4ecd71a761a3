"""One page of a list that is sorted by a unique column."""

from typing import TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute

Row = TypeVar("Row")


def take_page(
    wanted: Select[Row],
    column: InstrumentedAttribute[str],
    *,
    falling: bool,
    after: str | None,
    limit: int,
) -> Select[Row]:
    """The next rows after a value of the column, in rising or falling order."""
    if after is not None:
        wanted = wanted.where(column < after if falling else column > after)
    return wanted.order_by(column.desc() if falling else column).limit(limit)
