"""Routes that are asked often: one unit of work, past the framework.

A `HotRoute` is described and refuses like any other route, because it *is* one (as `kit.pure`): a
question that is plain, well-formed and asked with a token that is known already is worked on, and
committed, in a single visit to a thread; everything else takes the ordinary way.

What such an endpoint may ask for: its body, texts of the path and of headers, the request, the
response, the caller, a session, and dependencies that ask for no more than these themselves.
"""

from collections.abc import Iterator
from enum import Enum
from typing import Any

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from pydantic import BaseModel
from starlette.types import Receive, Scope, Send

from kit.auth import Allow, KeyRing, Principal
from kit.http import HouseRoute, HouseRouter, begin_unit, work_and_finish
from kit.pure import is_plain, once_more, read_whole
from kit.threads import run_in_thread


class HotRoute(HouseRoute):
    """An endpoint that writes (or reads), for some roles."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        refuse_unsolvable(self.dependant)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        caller = self._recall_caller(scope) if is_plain(scope) else None
        if caller is None:
            await super().handle(scope, receive, send)
            return
        message = await receive()
        body = read_whole(self, message)
        if body is None:
            await super().handle(scope, once_more(message, receive), send)
            return
        scope["principal"] = caller
        response = await self._work(Request(scope), body)
        await response(scope, receive, send)

    async def _work(self, request: Request, body: BaseModel) -> Response:
        async with request.app.state.slots:
            unit = begin_unit(request)
            return await work_and_finish(request, unit, self._answer(request, body))

    def _recall_caller(self, scope: Scope) -> Principal | None:
        """A caller whose token was verified before and who may come in."""
        ring: KeyRing = scope["app"].state.key_ring
        sent = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        scheme, _, token = sent.decode("latin-1").partition(" ")
        caller = ring.recall(token) if scheme.lower() == "bearer" else None
        if caller is None:
            return None
        allowed = all(not guard.roles or caller.role in guard.roles for guard in self._guards)
        return caller if allowed else None

    async def _answer(self, request: Request, body: BaseModel) -> Response:
        told = make_told()
        values = await _solve(self.dependant, request, told, body)
        assert self.dependant.call is not None
        response: Response = await run_in_thread(request, self.dependant.call, **values)
        return response


class LaneRoute(HotRoute):
    """A hot route of much arithmetic: its requests wait in the lane of the house (`kit.lanes`)."""

    async def _work(self, request: Request, body: BaseModel) -> Response:
        async with request.app.state.lane.place():
            return await super()._work(request, body)


def make_told() -> Response:
    """What an endpoint may set beside its answer: headers, and a status of its own."""
    told = Response()
    del told.headers["content-length"]
    told.status_code = None  # type: ignore[assignment]  # as FastAPI hands it out: the route's own
    return told


async def _solve(
    part: Dependant, request: Request, told: Response, body: BaseModel
) -> dict[str, Any]:
    """The arguments of an endpoint or of a dependency, by their names."""
    path, headers = request.path_params, request.headers
    values: dict[str, Any] = {field.name: path[field.alias] for field in part.path_params}
    values |= {field.name: headers.get(field.alias) for field in part.header_params}
    values |= {field.name: body for field in part.body_params}
    for name, value in (
        (part.request_param_name, request),
        (part.response_param_name, told),
    ):
        if name is not None:
            values[name] = value
    for needed in part.dependencies:
        if needed.name is not None:
            values[needed.name] = await _ask(needed, request, told, body)
    return values


async def _ask(needed: Dependant, request: Request, told: Response, body: BaseModel) -> Any:
    if isinstance(needed.call, Allow):
        return request.scope["principal"]
    assert needed.call is not None
    return await needed.call(**await _solve(needed, request, told, body))


def refuse_unsolvable(part: Dependant) -> None:
    """Raises TypeError where an endpoint asks for what a hot route does not give."""
    for one in _walk(part):
        texts = [*one.path_params, *one.header_params]
        if one.query_params or one.cookie_params or one.background_tasks_param_name:
            raise TypeError("a hot route reads no query, no cookie and starts no task")
        if any(field.field_info.annotation not in (str, str | None) for field in texts):
            raise TypeError("a hot route takes path and headers as texts")


def _walk(part: Dependant) -> Iterator[Dependant]:
    yield part
    for needed in part.dependencies:
        if not isinstance(needed.call, Allow):
            yield from _walk(needed)


class HotRouter(HouseRouter):
    """A router whose routes are all `HotRoute`s, or all `LaneRoute`s."""

    def __init__(self, *, prefix: str = "", tags: list[str | Enum], in_lane: bool = False) -> None:
        super().__init__(prefix=prefix, tags=tags)
        self.route_class = LaneRoute if in_lane else HotRoute
