"""Technology demands: what the registry's generic records do not know of them."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, String, and_, cast, func, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from kit.clock import now
from kit.db import WriteSession
from services.achievements.rules.demands import OPEN_STATES, DemandState
from services.achievements.rules.kinds import Kind
from services.achievements.rules.match_texts import Row
from services.achievements.rules.visibility import Viewer
from services.achievements.store.visibility import visible_to
from services.achievements.tables import RECORD_TABLES

_TABLE = RECORD_TABLES[Kind.DEMANDS]


def find_settled(
    session: Session, owner_uscc: str, hashes: Mapping[str, bytes]
) -> dict[str, DemandState]:
    """Of contents by source_id, those that differ from a demand which is no draft any more."""
    column = _TABLE.c
    query = select(column.source_id, column.state, column.content_hash).where(
        column.owner_uscc == owner_uscc,
        column.source_id == func.any(cast(list(hashes), ARRAY(String))),
    )
    # Held, so that none is published between this look and the change.
    held = session.execute(query.order_by(column.source_id).with_for_update())
    return {
        source_id: DemandState(state)
        for source_id, state, kept in held
        if state != DemandState.DRAFT and bytes(kept) != hashes[source_id]
    }


def change_demand(
    session: WriteSession, demand_id: str, version: int, values: Mapping[str, object]
) -> None:
    """Set what a step of a demand changes; `version` is the new one."""
    statement = update(_TABLE).where(_TABLE.c.id == demand_id)
    session.execute(statement.values({**values, "version": version, "updated_at": now()}))


def find_open_demand(session: Session, demand_id: str) -> Row | None:
    """A demand that looks for answers just now."""
    query = select(_TABLE).where(_TABLE.c.id == demand_id, _is_open(now()))
    row = session.execute(query).mappings().one_or_none()
    return None if row is None else {str(name): value for name, value in row.items()}


def list_open_demands(session: Session, at: datetime) -> list[Row]:
    """All demands that look for answers at an instant, oldest first."""
    query = select(_TABLE).where(_is_open(at)).order_by(_TABLE.c.id)
    found = session.execute(query).mappings()
    return [{str(name): value for name, value in row.items()} for row in found]


def _is_open(at: datetime) -> ColumnElement[bool]:
    until = _TABLE.c.bids_until
    return and_(
        _TABLE.c.state.in_([state.value for state in OPEN_STATES]),
        or_(until.is_(None), until > at),
    )


def count_demands(session: Session, viewer: Viewer, column: str) -> list[tuple[str, int]]:
    """In how many demands that this viewer may see each value of a column stands, most first."""
    value = _TABLE.c[column]
    query = (
        select(value, func.count())
        .where(and_(visible_to(_TABLE, viewer), value.is_not(None)))
        .group_by(value)
        .order_by(func.count().desc(), value)
    )
    return [(str(found), count) for found, count in session.execute(query)]
