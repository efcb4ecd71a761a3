"""How many rows have each value of something: one way for all lists that are counted."""

from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

Counts = list[tuple[str | int, int]]


def count_values(
    session: Session, value: ColumnElement[Any], *conditions: ColumnElement[bool]
) -> Counts:
    """Each value that rows under these conditions have, most first; those without are left out."""
    found = select(value.label("value")).where(*conditions).subquery()
    query = (
        select(found.c.value, func.count())
        .where(found.c.value.is_not(None))
        .group_by(found.c.value)
        .order_by(func.count().desc(), found.c.value)
    )
    return [(one, count) for one, count in session.execute(query)]


def holds_words(words: str, *columns: ColumnElement[str | None]) -> ColumnElement[bool]:
    """Rows in which every word stands somewhere: for short lists that need no index of words."""
    return and_(
        *(or_(*(one.icontains(word, autoescape=True) for one in columns)) for word in words.split())
    )


def count_all(
    session: Session, key: ColumnElement[object], *conditions: ColumnElement[bool]
) -> int:
    """How many rows there are under these conditions."""
    query = select(func.count()).select_from(select(key).where(*conditions).subquery())
    return int(session.execute(query).scalar_one())
