"""Lists in pages: `limit`, an opaque `cursor`, and `{items, next_cursor}`."""

import base64
import binascii
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Generic, TypeVar
from urllib.parse import parse_qsl

import orjson
from pydantic import BaseModel, ConfigDict, Field
from starlette.types import Scope

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


_REQUEST: ContextVar[Scope | None] = ContextVar("request_of_a_list", default=None)


@contextmanager
def open_list(scope: Scope) -> Iterator[None]:
    """The cursors of this request belong to its address and its `sort`."""
    token = _REQUEST.set(scope)
    try:
        yield
    finally:
        _REQUEST.reset(token)


def encode_cursor(*values: CursorValue) -> str:
    """The place after which the next page begins, in this list and in this order."""
    return encode_values(*values, _mark_of_list())


def decode_cursor(cursor: str, count: int) -> list[CursorValue]:
    """The values of a cursor; refuses anything that `encode_cursor` did not make for this list."""
    *values, mark = decode_values(cursor, count + 1)
    if mark != _mark_of_list():
        raise unknown_cursor()
    return values


def encode_values(*values: CursorValue) -> str:
    """An opaque place that outlives its list: a reader may keep it for years."""
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def decode_values(place: str, count: int) -> list[CursorValue]:
    """The values of a place; refuses anything that `encode_values` did not make."""
    try:
        padded = place + "=" * (-len(place) % 4)
        values = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise unknown_cursor() from error
    if not isinstance(values, list) or len(values) != count:
        raise unknown_cursor()
    if not all(isinstance(value, str | int | None) for value in values):
        raise unknown_cursor()
    if any(isinstance(value, str) and "\x00" in value for value in values):
        raise unknown_cursor()
    return values


def _mark_of_list() -> int:
    """Tells the list and the order of the request that is being answered from all others."""
    scope = _REQUEST.get()
    if scope is None:
        return 0
    sort = [
        value
        for name, value in parse_qsl(scope["query_string"].decode("latin-1"))
        if name == "sort"
    ]
    return zlib.crc32(repr((scope["path"], sort)).encode())


_LAST_PLACE = 2**31 - 1


def read_place(cursor: str | None) -> int | None:
    """The place in an ordered list after which the next page begins; None for the first page."""
    if cursor is None:
        return None
    place = decode_cursor(cursor, 1)[0]
    if not isinstance(place, int) or not 0 <= place <= _LAST_PLACE:
        raise unknown_cursor()
    return place


def read_key(cursor: str | None) -> str | None:
    """The key of the row after which the next page begins; None for the first page."""
    if cursor is None:
        return None
    key = decode_cursor(cursor, 1)[0]
    if not isinstance(key, str):
        raise unknown_cursor()
    return key


def unknown_cursor() -> InvalidInput:
    """No cursor of this list."""
    return invalid(
        "?cursor",
        "cursor_invalid",
        Text("游标无效，请从第一页重新开始", "not a cursor of this list; start at the first page"),
    )
