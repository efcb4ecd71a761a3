"""Routes: one request is one transaction, committed before the answer goes out.

`HouseRouter` makes every route of a house behave alike: strict JSON, no unknown query
parameters, one unit of work, idempotency keys on POST.
"""

import functools
import hashlib
import inspect
import re
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from enum import Enum
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.datastructures import FormData

from kit.auth import Allow, find_principal, guards_of
from kit.db import Database, ReadSession, WriteSession
from kit.errors import DomainError
from kit.idempotency import (
    HEADER,
    KEPT_HEADERS,
    Attempt,
    KeptAnswer,
    begin_attempt,
    describe_attempt,
    keep_answer,
)
from kit.strict import StrictRequest, query_names, read_body, refuse_bad_query
from kit.threads import run_in_thread
from kit.versions import etag_of, names_tag

MAX_BODY = 16 * 1024 * 1024
"""Bytes of a request, unless a route says otherwise (`max_body_size=`)."""

_UNIT: ContextVar["UnitOfWork"] = ContextVar("unit_of_work")
"""The unit of the request that is being answered, also in the thread that works for it."""


class UnitOfWork:
    """The sessions of one request; at most one writes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._write: WriteSession | None = None
        self._read: ReadSession | None = None
        self.attempt: Attempt | None = None

    def write(self) -> WriteSession:
        if self._write is None:
            self._write = self._database.open_write()
        return self._write

    def read(self) -> ReadSession:
        if self._read is None:
            self._read = self._database.open_read()
        return self._read

    @property
    def opened(self) -> bool:
        return self._write is not None or self._read is not None

    def begin(self, attempt: Attempt) -> KeptAnswer | None:
        self.attempt = attempt
        return begin_attempt(self.write(), attempt)

    def finish(self, response: Response) -> None:
        """Keep the answer under its key, commit, give the connections back."""
        try:
            if self._write is not None:
                if self.attempt is not None and response.status_code < 500:
                    keep_answer(self._write, self.attempt, _kept(response))
                self._write.commit()
        finally:
            self.close()

    def commit(self) -> None:
        """Keep what was written although an error is answered."""
        try:
            if self._write is not None:
                self._write.commit()
        finally:
            self.close()

    def close(self) -> None:
        """Give the connections back; what was not committed is undone."""
        sessions, self._write, self._read = (self._write, self._read), None, None
        for session in sessions:
            if session is not None:
                session.close()


def _kept(response: Response) -> KeptAnswer:
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    return KeptAnswer(response.status_code, headers, bytes(response.body))


class HouseRoute(APIRoute):
    """A route with strict input and one unit of work."""

    strict_query: ClassVar[bool] = True
    _guards: list[Allow]

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        if not inspect.iscoroutinefunction(self.endpoint):
            self.dependant.call = work_in_one_trip(self)
        handler = super().get_route_handler()
        known = query_names(self.dependant)
        self._guards = guards = list(guards_of(self.dependant))
        wanted = self.body_field.field_info if self.body_field is not None else None
        parts = {part.alias for part in self.dependant.body_params}
        takes_nul = getattr(getattr(wanted, "annotation", None), "judges_items", False)

        async def handle(plain: Request) -> Response:
            request = StrictRequest(plain.scope, plain.receive, takes_nul=takes_nul)
            # Who may not come in learns nothing about the form of the question.
            for guard in guards:
                await guard(request)
            if self.strict_query:
                refuse_bad_query(request, known)
            try:
                # The body first: a slow sender must not hold one of the slots.
                await read_body(request, wanted, parts)
                # A slot is a connection: who is in never waits for the pool with a thread in hand.
                async with request.app.state.slots:
                    unit = begin_unit(request)
                    work = _answer(request, handler, unit)
                    return say_not_modified(request, await work_and_finish(request, unit, work))
            finally:
                await request.close()

        return handle


def work_in_one_trip(route: APIRoute) -> Callable[..., object]:
    """The endpoint of a route, its answer rendered and its work committed in the same thread.

    FastAPI would travel between the event loop and a thread for each of the three.
    """
    name, field = route.dependant.response_param_name, route.response_field
    endpoint: Callable[..., object] = route.endpoint

    @functools.wraps(endpoint)
    def run(**arguments: object) -> object:
        said = endpoint(**arguments)
        if isinstance(said, BaseModel) and field is not None:
            told = arguments.get(name) if name is not None else None
            said = _render(field.serialize_json(said), told, route.status_code)
        if isinstance(said, Response):
            _UNIT.get().finish(said)
        return said

    return run


def _render(content: bytes, told: object, usual_status: int | None) -> Response:
    """The answer with the status and the headers that the endpoint has set beside it."""
    if not isinstance(told, Response):
        return Response(content, usual_status or 200, media_type="application/json")
    status = told.status_code or usual_status or 200
    answer = Response(content, status, media_type="application/json")
    answer.raw_headers.extend(told.raw_headers)
    return answer


def begin_unit(request: Request) -> UnitOfWork:
    """The unit of work of a request, where its endpoint and its dependencies find it."""
    unit = UnitOfWork(request.app.state.database)
    request.scope["unit_of_work"] = unit
    _UNIT.set(unit)
    return unit


async def _answer(
    request: Request,
    handler: Callable[[Request], Coroutine[Any, Any, Response]],
    unit: UnitOfWork,
) -> Response:
    """What the endpoint answers, or what it answered before under the same key."""
    if request.method == "POST" and HEADER in request.headers:
        kept = await _begin(request, unit)
        if kept is not None:
            await run_in_thread(request, unit.close)
            headers = kept.headers | {"Idempotency-Replayed": "true"}
            return Response(kept.body, kept.status, headers)
    return await handler(request)


async def work_and_finish(
    request: Request, unit: UnitOfWork, work: Coroutine[Any, Any, Response]
) -> Response:
    """Do the work; commit before the answer, or undo (but keep what an error wants kept)."""
    try:
        response = await work
        # Opened still: what an asynchronous endpoint, or FastAPI's own rendering, has left.
        if unit.opened:
            await run_in_thread(request, unit.finish, response)
        return response
    except BaseException as error:
        if unit.opened:
            keep = isinstance(error, DomainError) and error.keep
            await run_in_thread(request, unit.commit if keep else unit.close)
        raise


async def _begin(request: Request, unit: UnitOfWork) -> KeptAnswer | None:
    principal = await find_principal(request)
    if principal is None:
        return None
    attempt = describe_attempt(
        principal.client_id,
        request.headers[HEADER],
        f"{request.method} {request.url.path}",
        await _hash_body(request),
    )
    return await run_in_thread(request, unit.begin, attempt)


async def _hash_body(request: Request) -> str:
    """What a retry must say again: of a form its parts, whose boundary is new each time."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return hashlib.sha256(await request.body()).hexdigest()
    return await run_in_thread(request, _hash_parts, await request.form())


def _hash_parts(form: FormData) -> str:
    whole = hashlib.sha256()
    for name, part in form.multi_items():
        if isinstance(part, str):
            whole.update(repr((name, part)).encode())
        else:
            content = hashlib.file_digest(part.file, "sha256").hexdigest()  # type: ignore[arg-type]
            part.file.seek(0)
            whole.update(repr((name, part.filename, content)).encode())
    return whole.hexdigest()


def say_not_modified(request: Request, response: Response) -> Response:
    """304 to a reader who has this version already (RFC 9110 §13.1.2)."""
    asked, tag = request.headers.get("if-none-match"), response.headers.get("etag")
    if request.method != "GET" or asked is None or tag is None or response.status_code != 200:
        return response
    return Response(status_code=304, headers={"ETag": tag}) if names_tag(asked, tag) else response


async def _write_session(request: Request) -> WriteSession:
    unit: UnitOfWork = request.scope["unit_of_work"]
    return unit.write()


async def _read_session(request: Request) -> ReadSession:
    unit: UnitOfWork = request.scope["unit_of_work"]
    return unit.read()


async def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


Write = Annotated[WriteSession, Depends(_write_session)]
Read = Annotated[ReadSession, Depends(_read_session)]
WholeDatabase = Annotated[Database, Depends(_database)]
"""For streams that outlive the request's own session."""

IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description='the ETag you read, as `"3"`; `*` for any version'),
]


class ProtocolRoute(HouseRoute):
    """A route whose protocol has its own words for what is wrong with a question."""

    strict_query = False


_HOST = re.compile(r"[A-Za-z0-9.\-]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?")


def public_origin(request: Request) -> str:
    """Scheme and host as the caller sees them, also behind the gateway."""
    host = request.headers.get("x-forwarded-host", request.headers.get("host", ""))
    scheme = request.headers.get("x-forwarded-proto", request.url.scheme)
    known = scheme if scheme in {"http", "https"} else "http"
    return f"{known}://{host}" if _HOST.fullmatch(host) else f"{known}://localhost"


class HouseRouter(APIRouter):
    """A router whose routes are all `HouseRoute`s."""

    def __init__(
        self,
        *,
        prefix: str = "",
        tags: list[str | Enum],
        max_body_size: int = MAX_BODY,
        strict_query: bool = True,
    ) -> None:
        kind = HouseRoute if strict_query else ProtocolRoute
        super().__init__(prefix=prefix, tags=tags, route_class=kind, max_body_size=max_body_size)


def etag(response: Response, version: int) -> None:
    """Name the version of the thing that is answered."""
    response.headers["ETag"] = etag_of(version)


def created(response: Response, location: str, version: int | None = None) -> None:
    """201 with the place of the new thing."""
    response.status_code = 201
    response.headers["Location"] = location
    if version is not None:
        etag(response, version)
