"""Imports: the file in parts, the progress, and the rows that did not go in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from itertools import count

import zstandard
from sqlalchemy import RowMapping, delete, func, insert, literal, select, update
from sqlalchemy.orm import Session

from kit.clock import now
from kit.db import WriteSession
from kit.errors import no_such
from services.achievements.rules.rows import LeftOut
from services.achievements.rules.visibility import Viewer
from services.achievements.store.bulk import copy_rows
from services.achievements.store.pages import after_cursor, by_id, cut_page, order_by
from services.achievements.tables import Base, ImportPart

PART_BYTES = 1_000_000
_QUICKLY = 1
COUNTERS = ("created", "updated", "unchanged", "failed", "duplicates")
_TABLE = Base.metadata.tables["imports"]
_ROWS = Base.metadata.tables["import_rows"]


def add_import(session: WriteSession, values: Mapping[str, object]) -> None:
    """Enter an import that waits for the worker."""
    session.execute(insert(_TABLE).values({**values, "created_at": now()}))


def add_part(session: WriteSession, import_id: str, part: int, content: bytes) -> None:
    """Keep one part of the file, packed: a table of texts takes a third of its place or less."""
    packed = zstandard.compress(content, level=_QUICKLY)
    values = {"import_id": import_id, "part": part, "content": packed, "is_packed": True}
    session.execute(insert(ImportPart).values(values))


def copy_parts(session: WriteSession, import_id: str, source_id: str) -> None:
    """Give an import the file of another; no part of it leaves the database."""
    column = ImportPart.__table__.c
    parts = select(literal(import_id), column.part, column.content, column.is_packed)
    parts = parts.where(column.import_id == source_id)
    names = ["import_id", "part", "content", "is_packed"]
    session.execute(insert(ImportPart).from_select(names, parts))


def list_parts(session: Session, import_id: str) -> Iterator[bytes]:
    """The file, part by part, so that it never lies in memory twice.

    Asked for in the driver's binary format: as text every byte would travel as two digits.
    """
    connection = session.connection().connection.driver_connection
    assert connection is not None
    query = "SELECT content, is_packed FROM import_parts WHERE import_id = %s AND part = %s"
    with connection.cursor(binary=True) as cursor:
        for part in count():
            row = cursor.execute(query, (import_id, part)).fetchone()
            if row is None:
                return
            content, is_packed = row
            yield zstandard.decompress(content) if is_packed else content


def get_import(session: Session, import_id: str, viewer: Viewer) -> RowMapping:
    """An import of the viewer's organisation (officers and auditors see all)."""
    row = session.execute(select(_TABLE).where(_TABLE.c.id == import_id)).mappings().one_or_none()
    if row is None or not (viewer.sees_all or row["owner_uscc"] == viewer.uscc):
        raise no_such("导入", "import", import_id)
    return row


def lock_import(session: WriteSession, import_id: str) -> RowMapping:
    """The import, held until the end of the transaction: one worker at a time moves it on."""
    query = select(_TABLE).where(_TABLE.c.id == import_id).with_for_update()
    return session.execute(query).mappings().one()


def change_import(session: WriteSession, import_id: str, values: Mapping[str, object]) -> None:
    """Set state, progress or counts."""
    session.execute(update(_TABLE).where(_TABLE.c.id == import_id).values(values))


def add_rows(session: WriteSession, import_id: str, rows: Sequence[LeftOut]) -> None:
    """Write down rows that did not go in."""
    names = [field.name for field in fields(LeftOut)]
    lines = ((import_id, *[getattr(row, name) for name in names]) for row in rows)
    copy_rows(session, _ROWS, ("import_id", *names), lines)


def clear_rows(session: WriteSession, import_id: str) -> None:
    """Forget the rows that did not go in: the import begins anew."""
    session.execute(delete(_ROWS).where(_ROWS.c.import_id == import_id))


def has_nameless_rows(session: Session, import_id: str) -> bool:
    """Whether some row failed whose source_id could not be read."""
    nameless = select(_ROWS).where(_ROWS.c.import_id == import_id, _ROWS.c.source_id.is_(None))
    return bool(session.execute(select(nameless.exists())).scalar_one())


def take_over(session: WriteSession, import_id: str) -> None:
    """Hold an import till the end of the transaction without locking its row: others read on."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"import {import_id}"))))


def list_imports(
    session: Session, viewer: Viewer, *, kind: str | None, limit: int, cursor: str | None
) -> tuple[list[RowMapping], str | None]:
    """One page of imports, newest first."""
    order = by_id(_TABLE)
    query = select(_TABLE, order.key.label("sort_key"))
    if not viewer.sees_all:
        query = query.where(_TABLE.c.owner_uscc == viewer.uscc)
    if kind is not None:
        query = query.where(_TABLE.c.kind == kind)
    if cursor is not None:
        query = query.where(after_cursor(order, _TABLE, cursor))
    rows = session.execute(query.order_by(*order_by(order, _TABLE)).limit(limit + 1))
    return cut_page(rows.mappings().all(), limit)


def list_rows(
    session: Session, import_id: str, result: str, *, limit: int, after: int
) -> Sequence[RowMapping]:
    """Rows that did not go in, in the order of the file; one more than the limit."""
    query = (
        select(_ROWS)
        .where(_ROWS.c.import_id == import_id, _ROWS.c.result == result, _ROWS.c.row > after)
        .order_by(_ROWS.c.row)
        .limit(limit + 1)
    )
    return session.execute(query).mappings().all()


def stream_rows(session: Session, import_id: str) -> Iterator[RowMapping]:
    """All rows that did not go in, in the order of the file, without holding them at once."""
    query = select(_ROWS).where(_ROWS.c.import_id == import_id).order_by(_ROWS.c.row)
    # Closed, too, where the reader stops before the end.
    with session.execute(query.execution_options(yield_per=500)) as found:
        yield from found.mappings()
