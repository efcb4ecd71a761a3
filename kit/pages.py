"""Lists in pages: `limit`, an opaque `cursor`, and `{items, next_cursor}`."""

import base64
import binascii
from typing import Generic, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, Field

from kit.errors import InvalidInput, invalid
from kit.text import Text

Item = TypeVar("Item")
CursorValue = str | int | None


class PageQuery(BaseModel):
    """How much of a list, from where. Lists with filters extend it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(20, ge=1, le=200, description="how many items at most")
    cursor: str | None = Field(
        None, max_length=2000, description="`next_cursor` of the page before"
    )


class Page(BaseModel, Generic[Item]):
    """One page of a list; `next_cursor` is null on the last."""

    items: list[Item]
    next_cursor: str | None = None


def encode_cursor(*values: CursorValue) -> str:
    """The place after which the next page begins."""
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def decode_cursor(cursor: str, count: int) -> list[CursorValue]:
    """The values of a cursor; refuses anything that `encode_cursor` did not make."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise _unknown_cursor() from error
    if not isinstance(values, list) or len(values) != count:
        raise _unknown_cursor()
    if not all(isinstance(value, str | int | None) for value in values):
        raise _unknown_cursor()
    if any(isinstance(value, str) and "\x00" in value for value in values):
        raise _unknown_cursor()
    return values


_LAST_PLACE = 2**31 - 1


def read_place(cursor: str | None) -> int | None:
    """The place in an ordered list after which the next page begins; None for the first page."""
    if cursor is None:
        return None
    place = decode_cursor(cursor, 1)[0]
    if not isinstance(place, int) or not 0 <= place <= _LAST_PLACE:
        raise _unknown_cursor()
    return place


def _unknown_cursor() -> InvalidInput:
    return invalid(
        "?cursor",
        "cursor_invalid",
        Text("游标无效，请从第一页重新开始", "not a cursor of this list; start at the first page"),
    )
