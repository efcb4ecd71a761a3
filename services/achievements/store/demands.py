"""Technology demands: what the registry's generic records do not know of them."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from kit.clock import now
from kit.db import WriteSession
from services.achievements.rules.demands import OPEN_STATES
from services.achievements.rules.kinds import Kind
from services.achievements.rules.match_texts import Row
from services.achievements.tables import RECORD_TABLES

_TABLE = RECORD_TABLES[Kind.DEMANDS]


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
