"""What an import changed, and the way back: whole rows as they were before.

What an import created is known from history; what it changed or withdrew lies in `import_undo`,
with the version that the change made (0 where the row was withdrawn).
"""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import RowMapping, Table, text
from sqlalchemy.orm import Session

from kit.db import WriteSession
from services.achievements.rules.kinds import Kind
from services.achievements.store.bulk import copy_rows
from services.achievements.tables import RECORD_TABLES, Base

WITHDRAWN = 0
_TABLE = Base.metadata.tables["import_undo"]
_CREATED = (
    "SELECT h.thing_id, h.version FROM history h"
    " WHERE h.import_id = :import_id AND h.noun = :noun AND h.act = 'created'"
)
_LATER = f"""
    WITH made AS ({_CREATED} UNION ALL
        SELECT thing_id, version FROM import_undo
        WHERE import_id = :import_id AND version > 0)
    SELECT made.thing_id, t.source_id,
        CASE WHEN t.id IS NULL THEN 'removed' ELSE 'changed' END AS because
    FROM made LEFT JOIN {{table}} t ON t.id = made.thing_id
    WHERE t.id IS NULL OR t.version <> made.version
    UNION ALL
    SELECT u.thing_id, t.source_id, 'entered_again'
    FROM import_undo u JOIN {{table}} t
        ON t.owner_uscc = u.before->>'owner_uscc' AND t.source_id = u.before->>'source_id'
    WHERE u.import_id = :import_id AND u.version = 0
    UNION ALL
    SELECT c.achievement_id, NULL, 'contract' FROM contracts c
    WHERE c.achievement_id IN (SELECT thing_id FROM ({_CREATED}) AS created)
    UNION ALL
    SELECT c.achievement_id, NULL, 'financing_case' FROM achievement_cases c
    WHERE c.achievement_id IN (SELECT thing_id FROM ({_CREATED}) AS created)
    LIMIT 20
"""  # noqa: S608 made of constants only


def add_undo(
    session: WriteSession,
    import_id: str,
    changed: Iterable[tuple[str, int, Mapping[str, object]]],
) -> None:
    """Keep rows as they were: id, the version that the import made of it, the row before."""
    lines = ((import_id, thing_id, version, dict(row)) for thing_id, version, row in changed)
    copy_rows(session, _TABLE, ("import_id", "thing_id", "version", "before"), lines)


def list_later_changes(session: WriteSession, kind: Kind, import_id: str) -> Sequence[RowMapping]:
    """Up to twenty things that stand on an import by now, each with the reason; locks the rest."""
    table = RECORD_TABLES[kind].name
    values = {"import_id": import_id, "noun": kind.value}
    lock = (
        f"SELECT id FROM {table} WHERE id IN (SELECT thing_id FROM ({_CREATED}) AS created"  # noqa: S608
        " UNION ALL SELECT thing_id FROM import_undo WHERE import_id = :import_id)"
        " ORDER BY id FOR UPDATE"
    )
    session.execute(text(lock), values)
    return session.execute(text(_LATER.format(table=table)), values).mappings().all()


def list_created(session: Session, kind: Kind, import_id: str) -> list[str]:
    """What an import created."""
    values = {"import_id": import_id, "noun": kind.value}
    return [row[0] for row in session.execute(text(f"{_CREATED} ORDER BY h.thing_id"), values)]


def list_undo(session: Session, import_id: str, *, after: str, limit: int) -> Sequence[RowMapping]:
    """The kept rows of an import, in the order of their ids, a piece at a time."""
    query = text(
        "SELECT thing_id, version, before FROM import_undo"
        " WHERE import_id = :import_id AND thing_id > :after ORDER BY thing_id LIMIT :limit"
    )
    values = {"import_id": import_id, "after": after, "limit": limit}
    return session.execute(query, values).mappings().all()


def restore_rows(
    session: WriteSession, kind: Kind, import_id: str, documents: Mapping[str, int]
) -> None:
    """Put rows (by id) back as they were, under new document numbers; versions go on."""
    table = RECORD_TABLES[kind]
    own = {"id", "version", "document"}
    kept = [one.name for one in table.c if one.name not in own and one.computed is None]
    values = {
        "import_id": import_id,
        "ids": list(documents),
        "documents": list(documents.values()),
    }
    source = (
        "FROM unnest(CAST(:ids AS text[]), CAST(:documents AS bigint[])) AS n (id, document)"
        " JOIN import_undo u ON u.import_id = :import_id AND u.thing_id = n.id"
        f" CROSS JOIN LATERAL jsonb_populate_record(NULL::{table.name}, u.before) AS b"
    )
    settings = ", ".join(f'"{name}" = b."{name}"' for name in kept)
    session.execute(
        text(
            f"UPDATE {table.name} AS t SET {settings}, version = t.version + 1,"  # noqa: S608
            f" document = n.document {source} WHERE t.id = u.thing_id"
        ),
        values,
    )
    session.execute(text(_insert_withdrawn(table, kept, source)), values)


def _insert_withdrawn(table: Table, kept: Sequence[str], source: str) -> str:
    names = ", ".join(f'"{name}"' for name in kept)
    olds = ", ".join(f'b."{name}"' for name in kept)
    return (
        f"INSERT INTO {table.name} (id, version, document, {names})"
        f" SELECT u.thing_id, b.version + 2, n.document, {olds} {source}"
        " WHERE u.version = 0"
    )
