"""Notices: what an organisation is told; the same key tells it once."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from kit.clock import now
from kit.db import WriteSession, new_id
from kit.errors import no_such
from kit.text import Text
from services.achievements.rules.filters import NoticeFilter
from services.achievements.store.pages import after_cursor, by_id, cut_page, order_by
from services.achievements.tables import Base

_TABLE = Base.metadata.tables["notices"]


@dataclass(frozen=True, slots=True)
class NewNotice:
    """What to tell whom; `link` is the address of the thing, `key` says when it is the same."""

    uscc: str
    key: str
    code: str
    text: Text
    link: str


def add_notices(session: WriteSession, notices: Sequence[NewNotice]) -> None:
    """Tell each organisation what it has not been told before."""
    if not notices:
        return
    at = now()
    rows = [
        {
            "id": new_id(),
            "uscc": notice.uscc,
            "key": notice.key,
            "code": notice.code,
            "text_zh": notice.text.zh[:500],
            "text_en": notice.text.en[:500],
            "link": notice.link,
            "created_at": at,
        }
        for notice in notices
    ]
    session.execute(insert(_TABLE).on_conflict_do_nothing(), rows)


def list_notices(
    session: Session, uscc: str, wanted: NoticeFilter
) -> tuple[list[RowMapping], str | None]:
    """One page of what an organisation was told, newest first."""
    order = by_id(_TABLE)
    query = select(_TABLE, order.key.label("sort_key")).where(_TABLE.c.uscc == uscc)
    if wanted.unread:
        query = query.where(_TABLE.c.read_at.is_(None))
    if wanted.code is not None:
        query = query.where(_TABLE.c.code == wanted.code)
    if wanted.cursor is not None:
        query = query.where(after_cursor(order, _TABLE, wanted.cursor))
    rows = session.execute(query.order_by(*order_by(order, _TABLE)).limit(wanted.limit + 1))
    return cut_page(rows.mappings().all(), wanted.limit)


def count_unread(session: Session, uscc: str) -> int:
    """How many notices an organisation has not read."""
    query = select(func.count()).where(_TABLE.c.uscc == uscc, _TABLE.c.read_at.is_(None))
    return int(session.execute(query).scalar_one())


def mark_read(session: WriteSession, uscc: str, notice_id: str) -> RowMapping:
    """Note that an organisation has read a notice; the first time counts."""
    statement = (
        update(_TABLE)
        .where(_TABLE.c.id == notice_id, _TABLE.c.uscc == uscc)
        .values(read_at=func.coalesce(_TABLE.c.read_at, now()))
        .returning(*_TABLE.c)
    )
    row = session.execute(statement).mappings().one_or_none()
    if row is None:
        raise no_such("告知", "notice", notice_id)
    return row
