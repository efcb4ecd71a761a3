"""Organisations by their uscc."""

from collections.abc import Mapping, Sequence

from sqlalchemy import RowMapping, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from kit.clock import now
from kit.db import WriteSession, new_id
from kit.errors import no_such
from kit.pages import decode_cursor, encode_cursor
from services.achievements.rules.filters import OrganizationFilter
from services.achievements.tables import Base

_TABLE = Base.metadata.tables["organizations"]
_FACTS = Base.metadata.tables["organization_facts"]
_FILTERS = (
    "kind",
    "district",
    "in_district",
    "is_industrial",
    "is_above_designated_size",
)


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


def add_facts(session: WriteSession, rows: Sequence[Mapping[str, object]]) -> None:
    """Add dated facts."""
    if rows:
        session.execute(insert(_FACTS), [{"id": new_id(), **row} for row in rows])


def list_facts(session: Session, uscc: str) -> Sequence[RowMapping]:
    """All dated facts of an organisation, in the order in which they were recorded."""
    query = select(_FACTS).where(_FACTS.c.uscc == uscc).order_by(_FACTS.c.id)
    return session.execute(query).mappings().all()


def list_predecessors(session: Session, uscc: str) -> list[str]:
    """Those that were merged into an organisation."""
    query = select(_TABLE.c.uscc).where(_TABLE.c.successor_uscc == uscc).order_by(_TABLE.c.uscc)
    return list(session.execute(query).scalars())


def list_organizations(
    session: Session, wanted: OrganizationFilter
) -> tuple[Sequence[RowMapping], str | None]:
    """One page of organisations in the order of their codes."""
    column = _TABLE.c
    query = select(_TABLE).order_by(column.uscc).limit(wanted.limit + 1)
    if wanted.q is not None:
        query = query.where(column.name.icontains(wanted.q, autoescape=True))
    if wanted.ended is not None:
        query = query.where(
            column.ended_on.is_not(None) if wanted.ended else column.ended_on.is_(None)
        )
    for name in _FILTERS:
        if getattr(wanted, name) is not None:
            query = query.where(column[name] == getattr(wanted, name))
    if wanted.cursor is not None:
        query = query.where(column.uscc > str(decode_cursor(wanted.cursor, 1)[0]))
    rows = session.execute(query).mappings().all()
    more = len(rows) > wanted.limit
    page = rows[: wanted.limit]
    return page, encode_cursor(page[-1]["uscc"]) if more else None
