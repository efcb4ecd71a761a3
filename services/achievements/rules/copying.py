"""Rows in the text format of PostgreSQL's COPY: columns by tabs, lines by line breaks."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

import orjson

NOTHING = "\\N"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def render_lines(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as COPY reads them; empty for no rows."""
    return join_lines(map(render_line, rows))


def join_lines(lines: Iterable[str]) -> bytes:
    """Rendered rows as one text."""
    return "".join([f"{line}\n" for line in lines]).encode()


def render_line(row: Iterable[object]) -> str:
    """One row, without the line break."""
    # Many columns are empty, so that is seen first.
    return "\t".join(
        [
            NOTHING if value is None else _RENDERERS.get(type(value), _render_json)(value)
            for value in row
        ]
    )


def render_value(value: object) -> str:
    """One column of a row."""
    return _RENDERERS.get(type(value), _render_json)(value)


def _render_text(value: str) -> str:
    needs_escape = "\\" in value or "\t" in value or "\n" in value or "\r" in value
    return value.translate(_ESCAPES) if needs_escape else value


def _render_json(value: object) -> str:
    """Everything else is a column of JSON, or an enum, which is text."""
    if value == ():
        return "[]"
    if isinstance(value, str):
        return _render_text(str(value))
    packed = orjson.dumps(value, default=pack_value).decode()
    return packed.replace("\\", "\\\\") if "\\" in packed else packed


def pack_value(value: object) -> object:
    """Bytes and numbers in JSON as PostgreSQL reads them back."""
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"no JSON for {type(value).__name__}")


_RENDERERS: dict[type, Callable[..., str]] = {
    str: _render_text,
    type(None): lambda _value: NOTHING,
    int: str,
    bool: str,
    Decimal: str,
    date: date.isoformat,
    datetime: datetime.isoformat,
    bytes: lambda value: f"\\\\x{value.hex()}",
}
