"""Cursors that are a place in an ordered list."""

from kit.errors import invalid
from kit.pages import decode_cursor
from kit.text import Text

_LAST_PLACE = 2**31 - 1


def read_place(cursor: str | None) -> int | None:
    """The place after which the next page begins; None for the first page."""
    if cursor is None:
        return None
    place = decode_cursor(cursor, 1)[0]
    if isinstance(place, int) and 0 <= place <= _LAST_PLACE:
        return place
    raise invalid(
        "?cursor",
        "cursor_invalid",
        Text("游标无效，请从第一页重新开始", "not a cursor of this list; start at the first page"),
    )
