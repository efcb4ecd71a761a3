"""Many rows in one statement: they travel as one JSON parameter.

A statement with a parameter per value is as long as the batch and costs more to prepare than the
rows cost to store; this one is the same for one row and for a thousand, and is cached.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import orjson
from sqlalchemy import JSON, String, TableValuedAlias, cast, func, literal, literal_column
from sqlalchemy import Table as SqlTable

Row = Mapping[str, object]


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
