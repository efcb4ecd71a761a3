"""Many rows in one statement: by COPY where they are surely new, else as one JSON parameter.

A statement with a parameter per value is as long as the batch and costs more to prepare than the
rows cost to store; this one is the same for one row and for a thousand, and is cached.
"""

from collections.abc import Iterable, Mapping, Sequence

import orjson
from sqlalchemy import (
    JSON,
    FromClause,
    String,
    TableValuedAlias,
    cast,
    func,
    literal,
    literal_column,
)
from sqlalchemy import Table as SqlTable
from sqlalchemy.orm import Session

from services.achievements.rules.copying import pack_value, render_lines

Row = Mapping[str, object]

_COPY_BYTES = 256_000


def copy_rows(
    session: Session, table: FromClause, names: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    """Add rows by COPY; a row that is there already breaks the transaction."""
    copy_bytes(session, table, names, render_lines(rows))


def copy_bytes(
    session: Session,
    table: FromClause,
    names: Sequence[str],
    content: bytes,
    *,
    binary: bool = False,
) -> None:
    """The same for rows that stand in COPY's format already."""
    connection = session.connection().connection.driver_connection
    assert connection is not None
    columns = ", ".join(f'"{name}"' for name in names)
    statement = f'COPY "{table.name}" ({columns}) FROM STDIN'  # type: ignore[attr-defined]
    if binary:
        statement += " (FORMAT binary)"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for start in range(0, len(content), _COPY_BYTES):
            copy.write(content[start : start + _COPY_BYTES])


def rows_as_table(table: SqlTable, names: Sequence[str], rows: Sequence[Row]) -> TableValuedAlias:
    """Rows in the shape of a table, to select from; `names` are the columns they hold."""
    packed = orjson.dumps([{name: row[name] for name in names} for row in rows], default=pack_value)
    return func.json_populate_recordset(
        literal_column(f"NULL::{table.name}"), cast(literal(packed.decode(), String), JSON)
    ).table_valued(*[table.c[name] for name in names], name="sent")
