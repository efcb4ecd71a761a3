"""Organisations by their uscc."""

from collections.abc import Mapping

from sqlalchemy import RowMapping, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from kit.clock import now
from kit.db import WriteSession
from kit.errors import no_such
from services.achievements.tables import Base

_TABLE = Base.metadata.tables["organizations"]


def find_organization(session: Session, uscc: str) -> RowMapping | None:
    """An organisation, or None."""
    query = select(_TABLE).where(_TABLE.c.uscc == uscc)
    return session.execute(query).mappings().one_or_none()


def get_organization(session: Session, uscc: str) -> RowMapping:
    """An organisation that is there."""
    row = find_organization(session, uscc)
    if row is None:
        raise no_such("机构", "organization", uscc)
    return row


def lock_organization(session: WriteSession, uscc: str) -> RowMapping | None:
    """An organisation, held until the end of the transaction; None where it is new.

    The lock is on the key, so that two who add the same one wait for each other.
    """
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"org:{uscc}", 0))))
    query = select(_TABLE).where(_TABLE.c.uscc == uscc).with_for_update()
    return session.execute(query).mappings().one_or_none()


def add_organization(session: WriteSession, values: Mapping[str, object]) -> None:
    """Add a new organisation."""
    at = now()
    session.execute(
        insert(_TABLE).values({**values, "version": 1, "created_at": at, "updated_at": at})
    )


def add_organization_if_new(session: WriteSession, values: Mapping[str, object]) -> bool:
    """Add an organisation that first shows itself by its token; True where it was new."""
    at = now()
    statement = (
        upsert(_TABLE)
        .values({**values, "version": 1, "created_at": at, "updated_at": at})
        .on_conflict_do_nothing()
        .returning(_TABLE.c.uscc)
    )
    return session.execute(statement).first() is not None


def change_organization(
    session: WriteSession, uscc: str, version: int, values: Mapping[str, object]
) -> None:
    """Set what an organisation says of itself; `version` is the new one."""
    statement = update(_TABLE).where(_TABLE.c.uscc == uscc)
    session.execute(statement.values({**values, "version": version, "updated_at": now()}))
