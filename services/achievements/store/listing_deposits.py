"""Deposits of bidders."""

from collections.abc import Mapping

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.orm import Session

from kit.clock import now
from kit.db import WriteSession, new_id
from kit.errors import no_such
from services.achievements.rules.visibility import Viewer
from services.achievements.tables import Base

_TABLE = Base.metadata.tables["listing_deposits"]


def add_deposit(session: WriteSession, values: Mapping[str, object]) -> str:
    """Add a deposit that is due."""
    deposit_id, at = new_id(), now()
    row = {**values, "id": deposit_id, "version": 1, "created_at": at, "updated_at": at}
    session.execute(insert(_TABLE).values(row))
    return deposit_id


def find_deposit(session: Session, listing_id: str, uscc: str) -> RowMapping | None:
    """The deposit of an organisation for a listing."""
    query = select(_TABLE).where(_TABLE.c.listing_id == listing_id, _TABLE.c.uscc == uscc)
    return session.execute(query).mappings().one_or_none()


def get_deposit(session: Session, listing_id: str, deposit_id: str) -> RowMapping:
    """A deposit of this listing."""
    query = select(_TABLE).where(_TABLE.c.id == deposit_id, _TABLE.c.listing_id == listing_id)
    row = session.execute(query).mappings().one_or_none()
    if row is None:
        raise no_such("保证金", "deposit", deposit_id)
    return row


def change_deposit(session: WriteSession, deposit_id: str, values: Mapping[str, object]) -> None:
    """Set the outcome of a step."""
    statement = update(_TABLE).where(_TABLE.c.id == deposit_id)
    session.execute(statement.values({**values, "updated_at": now()}))


def list_deposits(session: Session, listing_id: str, viewer: Viewer) -> list[RowMapping]:
    """All deposits of a listing, or the viewer's own."""
    query = select(_TABLE).where(_TABLE.c.listing_id == listing_id)
    if not viewer.sees_all:
        query = query.where(_TABLE.c.uscc == viewer.uscc)
    return list(session.execute(query.order_by(_TABLE.c.id)).mappings())
