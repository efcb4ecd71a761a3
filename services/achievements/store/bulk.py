"""Many rows in one statement: by COPY where they are surely new, else as one JSON parameter.

A statement with a parameter per value is as long as the batch and costs more to prepare than the
rows cost to store; this one is the same for one row and for a thousand, and is cached.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import islice

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

Row = Mapping[str, object]

_COPY_LINES = 500
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy_rows(
    session: Session, table: FromClause, names: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    """Add rows by COPY, a piece at a time; a row that is there already breaks the transaction."""
    copy_lines(session, table, names, ("\t".join(map(_render, row)) for row in rows))


def copy_lines(
    session: Session, table: FromClause, names: Sequence[str], lines: Iterable[str]
) -> None:
    """The same for rows that stand in COPY's text format already."""
    connection = session.connection().connection.driver_connection
    assert connection is not None
    columns = ", ".join(f'"{name}"' for name in names)
    statement = f'COPY "{table.name}" ({columns}) FROM STDIN'  # type: ignore[attr-defined]
    pieces = iter(lines)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        while piece := list(islice(pieces, _COPY_LINES)):
            copy.write("\n".join(piece) + "\n")


def _render(value: object) -> str:
    """A value in COPY's text format."""
    if isinstance(value, str):
        return value.translate(_ESCAPES) if _needs_escape(value) else value
    if value is None:
        return "\\N"
    if isinstance(value, list | dict):
        packed = orjson.dumps(value, default=_pack).decode()
        return packed.replace("\\", "\\\\") if "\\" in packed else packed
    if isinstance(value, bytes):
        return f"\\\\x{value.hex()}"
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)


def _needs_escape(text: str) -> bool:
    return "\\" in text or "\t" in text or "\n" in text or "\r" in text


def rows_as_table(table: SqlTable, names: Sequence[str], rows: Sequence[Row]) -> TableValuedAlias:
    """Rows in the shape of a table, to select from; `names` are the columns they hold."""
    packed = orjson.dumps([{name: row[name] for name in names} for row in rows], default=_pack)
    return func.json_populate_recordset(
        literal_column(f"NULL::{table.name}"), cast(literal(packed.decode(), String), JSON)
    ).table_valued(*[table.c[name] for name in names], name="sent")


def _pack(value: object) -> str:
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"no JSON for {type(value).__name__}")
