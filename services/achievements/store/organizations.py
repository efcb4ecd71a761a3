"""Organisations by their uscc."""

from collections.abc import Mapping, Sequence

import orjson
from sqlalchemy import RowMapping, delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from kit.clock import now
from kit.db import WriteSession, new_id
from kit.errors import no_such
from kit.pages import encode_cursor, read_key
from services.achievements.rules.filters import OrganizationFilter
from services.achievements.tables import RECORD_TABLES, Base

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


def restore_organization(
    session: WriteSession, uscc: str, version: int, before: Mapping[str, object]
) -> None:
    """Put an organisation back as it was, to the instant of its change; versions go on."""
    names = [name for name in before if name not in {"uscc", "version"}]
    settings = ", ".join(f'"{name}" = b."{name}"' for name in names)
    statement = text(
        f"UPDATE organizations AS o SET {settings}, version = :version"  # noqa: S608
        " FROM jsonb_populate_record(NULL::organizations, CAST(:before AS jsonb)) AS b"
        " WHERE o.uscc = :uscc"
    )
    values = {"uscc": uscc, "version": version, "before": orjson.dumps(before).decode()}
    session.execute(statement, values)


def remove_organization(session: WriteSession, uscc: str) -> None:
    """Take an organisation out that nothing stands on."""
    forget_facts(session, uscc, after="")
    session.execute(delete(_TABLE).where(_TABLE.c.uscc == uscc))


def forget_facts(session: WriteSession, uscc: str, *, after: str) -> None:
    """Drop dated facts that were recorded after another one, because they never held."""
    session.execute(delete(_FACTS).where(_FACTS.c.uscc == uscc, _FACTS.c.id > after))


def list_leaning(session: Session, usccs: Sequence[str]) -> list[tuple[str, str]]:
    """Which of some organisations something stands on, each with what it is."""
    named = {
        **{kind.value: (table, ("owner_uscc",)) for kind, table in RECORD_TABLES.items()},
        "contract": (Base.metadata.tables["contracts"], ("seller_uscc", "buyer_uscc")),
        "care_plan": (Base.metadata.tables["care_plans"], ("uscc",)),
        "successor": (_TABLE, ("successor_uscc",)),
    }
    return [
        (uscc, because)
        for because, (table, columns) in named.items()
        for column in columns
        for uscc in session.execute(
            select(table.c[column]).where(table.c[column].in_(usccs)).distinct().limit(20)
        ).scalars()
    ]


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


def list_named_organizations(session: Session, usccs: Sequence[str]) -> Sequence[RowMapping]:
    """Those of some that are in the register."""
    query = select(_TABLE).where(_TABLE.c.uscc.in_(usccs))
    return session.execute(query).mappings().all()


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
    after = read_key(wanted.cursor)
    if after is not None:
        query = query.where(column.uscc > after)
    rows = session.execute(query).mappings().all()
    more = len(rows) > wanted.limit
    page = rows[: wanted.limit]
    return page, encode_cursor(page[-1]["uscc"]) if more else None
