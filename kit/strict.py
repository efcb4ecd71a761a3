"""What a request says, read strictly: its JSON, its query, the parts of an upload.

What could mean two things, or nothing that can be stored, is refused before anybody reads it.
"""

import json
import re
from typing import Any
from urllib.parse import parse_qsl

import orjson
from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.params import File, Form
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from starlette.datastructures import FormData
from starlette.types import Receive, Scope

from kit.errors import Fault, InvalidInput, UnsupportedMedia
from kit.text import Text
from kit.validation import DOUBLED, NUL, SURROGATE, TOO_DEEP

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_NAME = re.compile(rb'"([^"]*)"\s*:')
_JSON_MEDIA = re.compile(r"application/([a-z0-9.\-]+\+)?json")


class StrictRequest(Request):
    """A request whose JSON holds no NaN, no NUL, no lone surrogate and no doubled name.

    With `takes_nul` a NUL comes in, for a route that refuses the item with it and no other.
    """

    def __init__(self, scope: Scope, receive: Receive, *, takes_nul: bool = False) -> None:
        super().__init__(scope, receive)
        self._takes_nul = takes_nul

    async def json(self) -> Any:
        if not hasattr(self, "_strict_json"):
            self._strict_json = read_json(await self.body(), takes_nul=self._takes_nul)
        return self._strict_json


def read_json(body: bytes, *, takes_nul: bool = False) -> Any:
    """Parse JSON (RFC 8259) strictly; raises `json.JSONDecodeError` with the reason."""
    nul = rb"\u0000"
    if not takes_nul and nul in body and nul in body.replace(rb"\\", b""):
        raise json.JSONDecodeError(NUL, "", 0)
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        reason = SURROGATE if _SURROGATE.search(body) else error.msg
        raise json.JSONDecodeError(reason, error.doc if error.doc else "", error.pos) from error
    # A colon for every name: more of them stand in texts, or tell that a name was said twice.
    names = count_names(value)
    if body.count(b":") > names and (b"\\" in body or len(_NAME.findall(body)) > names):
        refuse_doubled_names(body)
    return value


def count_names(value: object) -> int:
    """How many names all objects within a value have together."""
    names, parts = 0, [value]
    for part in parts:
        if type(part) is dict:
            names += len(part)
            parts.extend(part.values())
        elif type(part) is list:
            parts.extend(part)
    return names


def refuse_doubled_names(body: bytes) -> None:
    """An object that says one name twice means two things; readers differ in which they take."""

    def look(pairs: list[tuple[str, object]]) -> None:
        if len(dict(pairs)) < len(pairs):
            raise json.JSONDecodeError(DOUBLED, "", 0)

    try:
        json.loads(body, object_pairs_hook=look)
    except RecursionError as error:
        raise json.JSONDecodeError(TOO_DEEP, "", 0) from error


def query_names(dependant: Dependant) -> set[str]:
    """All query parameters a route reads, those of query models included."""
    names: set[str] = set()
    for parameter in dependant.query_params:
        kind = parameter.field_info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            names |= {field.alias or name for name, field in kind.model_fields.items()}
        else:
            names.add(parameter.alias)
    return names.union(*(query_names(part) for part in dependant.dependencies))


def refuse_bad_query(request: Request, known: set[str]) -> None:
    """422 for query parameters nobody reads, and for text that cannot be stored."""
    raw: bytes = request.scope.get("query_string", b"")
    faults = []
    for name, value in parse_qsl(raw.decode("latin-1"), keep_blank_values=True, errors="replace"):
        if name not in known:
            message = Text(f"未知的查询参数「{name}」", f"unknown query parameter {name!r}")
            faults.append(Fault(f"?{name}", "unknown_parameter", message))
        elif "\x00" in value or "\ufffd" in value:
            message = Text("含有无法识别的字符", "holds characters that cannot be read")
            faults.append(Fault(f"?{name}", "text_invalid", message))
    if "\x00" in request.url.path:
        message = Text("路径含有空字符", "the path holds a NUL character")
        faults.append(Fault("", "text_invalid", message))
    if faults:
        raise InvalidInput("invalid_input", faults[0].message, faults=faults)


async def read_body(request: Request, wanted: FieldInfo | None, parts: set[str]) -> None:
    """Take the whole body in; refuse one of another kind than the route reads."""
    if isinstance(wanted, Form):
        form = await request.form()
        if isinstance(wanted, File):
            refuse_bad_parts(form, parts)
    elif await request.body() and wanted is not None:
        refuse_other_media(request)


def refuse_other_media(request: Request) -> None:
    """415 for a body that does not say it is JSON: guessing what it is has fooled many."""
    sent = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if not _JSON_MEDIA.fullmatch(sent):
        raise UnsupportedMedia(
            "media_type_unsupported",
            Text("请发送 JSON（Content-Type: application/json）", "send application/json"),
        )


def refuse_bad_parts(form: FormData, known: set[str]) -> None:
    """422 for parts of an upload that nobody reads, or of which only one would be read."""
    names = [name for name, _ in form.multi_items()]
    faults = [
        Fault(f"/{name}", "extra_forbidden", Text("未知字段", "unknown field"))
        if name not in known
        else Fault(f"/{name}", "sent_twice", Text("只能出现一次", "may be sent only once"))
        for name in dict.fromkeys(names)
        if name not in known or names.count(name) > 1
    ]
    if faults:
        raise InvalidInput("invalid_input", faults[0].message, faults=faults)
