"""Technology demands: what the registry's generic records do not know of them."""

from collections.abc import Mapping

from sqlalchemy import String, and_, cast, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from kit.clock import now
from kit.db import WriteSession
from services.achievements.rules.demands import DemandState
from services.achievements.rules.kinds import Kind
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
