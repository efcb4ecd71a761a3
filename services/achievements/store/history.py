"""Lines of history: only ever added."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from kit.clock import now
from kit.db import WriteSession, new_id
from services.achievements.rules.filters import ActFilter
from services.achievements.rules.history import HISTORY_COLUMNS, Actor, Change, render_history
from services.achievements.store.bulk import copy_bytes
from services.achievements.store.pages import after_cursor, by_id, cut_page, order_by
from services.achievements.tables import Base

_TABLE = Base.metadata.tables["history"]


def add_history(session: WriteSession, noun: str, actor: Actor, changes: Sequence[Change]) -> None:
    """Write down what an actor did to things of one noun."""
    if not changes:
        return
    lines = render_history(noun, actor, now(), [(new_id(), change) for change in changes])
    copy_bytes(session, _TABLE, HISTORY_COLUMNS, lines)


def list_history(session: Session, noun: str, thing_id: str) -> Sequence[RowMapping]:
    """All lines of a thing, oldest first."""
    query = (
        select(_TABLE)
        .where(_TABLE.c.noun == noun, _TABLE.c.thing_id == thing_id)
        .order_by(_TABLE.c.version, _TABLE.c.id)
    )
    return session.execute(query).mappings().all()


def list_histories(
    session: Session, noun: str, thing_ids: Collection[str]
) -> Mapping[str, Sequence[RowMapping]]:
    """By thing: all its lines, oldest first."""
    query = select(_TABLE).where(_TABLE.c.noun == noun, _TABLE.c.thing_id.in_(thing_ids))
    found: dict[str, list[RowMapping]] = {}
    for row in session.execute(query.order_by(_TABLE.c.version, _TABLE.c.id)).mappings():
        found.setdefault(row["thing_id"], []).append(row)
    return found


def list_acts(session: Session, wanted: ActFilter) -> tuple[list[RowMapping], str | None]:
    """One page of all that was done, the latest first."""
    column, order = _TABLE.c, by_id(_TABLE)
    query = select(_TABLE, order.key.label("sort_key"))
    for name in ("noun", "thing_id", "act", "client_id", "organization_uscc", "import_id"):
        if getattr(wanted, name) is not None:
            query = query.where(column[name] == getattr(wanted, name))
    if wanted.since is not None:
        query = query.where(column.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(column.at < wanted.until)
    if wanted.cursor is not None:
        query = query.where(after_cursor(order, _TABLE, wanted.cursor))
    rows = session.execute(query.order_by(*order_by(order, _TABLE)).limit(wanted.limit + 1))
    return cut_page(rows.mappings().all(), wanted.limit)
