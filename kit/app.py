"""A house as a web application: the same health, logs, metrics, problems and API pages for all."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any

import anyio.to_thread
import structlog
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi_offline import FastAPIOffline
from sqlalchemy import text
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kit.auth import KeyRing
from kit.db import Database, new_id
from kit.directory import Directory, carry
from kit.house import House
from kit.http import HouseRouter
from kit.lanes import Lane
from kit.logs import log
from kit.metrics import count_request, render_metrics
from kit.openapi import describe
from kit.pages import open_list
from kit.problems import crash_response, install_problems, too_large_response
from kit.settings import Settings

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

VERSION = "1.0.0"


def create_house_app(
    house: House,
    settings: Settings,
    routers: Sequence[HouseRouter],
    *,
    directory: Directory | None = None,
    lifespan: Lifespan | None = None,
) -> FastAPI:
    """The web application of a house. `app.state` holds database, key_ring, directory, settings."""
    database = open_database(house, settings)

    @asynccontextmanager
    async def live(app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = settings.threads
        async with AsyncExitStack() as stack:
            stack.push_async_callback(run_in_threadpool, database.close)
            stack.push_async_callback(app.state.directory.close)
            if lifespan is not None:
                await stack.enter_async_context(lifespan(app))
            yield

    app = FastAPIOffline(
        title=house.title.en,
        summary=house.title.zh,
        description=f"{house.description.zh}\n\n{house.description.en}",
        version=VERSION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        lifespan=live,
        redirect_slashes=False,
        separate_input_output_schemas=True,
    )
    app.state.house = house
    app.state.settings = settings
    app.state.database = database
    app.state.slots = asyncio.Semaphore(settings.threads)
    app.state.lane = Lane()
    app.state.threads = ThreadPoolExecutor(settings.threads, thread_name_prefix=house.name)
    app.state.key_ring = KeyRing(settings)
    app.state.directory = directory or Directory(settings)
    install_problems(app, house.problems)
    # Flat, not `include_router`: the description and the Allow header walk the routes; in front
    # of the pages of the description, which are asked for rarely.
    app.router.routes[:0] = [route for router in routers for route in router.routes]
    _add_health(app, house)
    _describe_once(app, house)
    app.add_middleware(RequestLayer, house=house.name)
    return app


def open_database(house: House, settings: Settings) -> Database:
    """The house's own database, with the house travelling in every session."""
    return Database(
        settings.database_of(house.name), pool_size=settings.threads, info={"house": house}
    )


def _add_health(app: FastAPI, house: House) -> None:
    async def live(_request: Request) -> Response:
        return JSONResponse({"status": "ok", "house": house.name})

    async def ready(_request: Request) -> Response:
        try:
            await run_in_threadpool(_ask_database, app.state.database)
        except Exception as error:  # noqa: BLE001 whatever it is, the answer is "not ready"
            log.warning("not ready", error=repr(error))
            return JSONResponse({"status": "database unavailable", "house": house.name}, 503)
        return JSONResponse({"status": "ok", "house": house.name})

    async def metrics(_request: Request) -> Response:
        return Response(render_metrics(), media_type="text/plain; version=0.0.4")

    for path, endpoint in (("/livez", live), ("/readyz", ready), ("/metrics", metrics)):
        app.add_route(path, endpoint, methods=["GET"], include_in_schema=False)


def _ask_database(database: Database) -> None:
    with database.read() as session:
        session.execute(text("SELECT 1"))


def _describe_once(app: FastAPI, house: House) -> None:
    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            plain = get_openapi(
                title=app.title,
                version=app.version,
                summary=app.summary,
                description=app.description,
                routes=app.routes,
                license_info=app.license_info,
            )
            app.openapi_schema = describe(plain, app.routes, house.problems)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


class RequestLayer:
    """Plain ASGI around everything: request id, log line, metrics, HEAD, crashes as problems."""

    def __init__(self, app: ASGIApp, house: str) -> None:
        self.app = app
        self.house = house

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answer = _Answer(scope, receive, send)
        tokens = structlog.contextvars.bind_contextvars(
            request_id=answer.scope["request_id"], house=self.house
        )
        try:
            with carry(answer.scope), open_list(answer.scope):
                await self.app(answer.scope, receive, answer.send)
        except Exception as error:
            log.error("unexpected error", exc_info=error, path=scope["path"])
            if answer.started:
                raise
            await answer.replace(crash_response(answer.scope))
        finally:
            answer.note(self.house, scope["method"])
            structlog.contextvars.reset_contextvars(**tokens)


class _Answer:
    """One answer on its way out. HEAD is answered as GET, without the body (RFC 9110 §9.3.2)."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = {**scope, "request_id": _request_id(scope)}
        self.is_head = scope["method"] == "HEAD"
        if self.is_head:
            self.scope["method"] = "GET"
        self.started = False
        self._replaced = False
        self._status = 500
        self._began = time.perf_counter()
        self._receive, self._send = receive, send

    async def send(self, message: Message) -> None:
        if self._replaced:
            return
        if message["type"] == "http.response.start":
            if message["status"] == 413 and not _is_problem(message):
                # The body limiter refuses in plain text before any handler of ours.
                await self.replace(too_large_response(self.scope))
                return
            self._begin(message)
        elif self.is_head and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self._send(message)

    async def replace(self, response: Response) -> None:
        """Answer this instead, and let nothing else through."""
        await response(self.scope, self._receive, self.send)
        self._replaced = True

    def note(self, house: str, method: str) -> None:
        """Count the answer and write its line in the log."""
        seconds = time.perf_counter() - self._began
        route = getattr(self.scope.get("route"), "path", "unmatched")
        count_request(house, method, route, self._status, seconds)
        principal = self.scope.get("principal")
        log.info(
            "request",
            method=method,
            path=self.scope["path"],
            status=self._status,
            ms=round(seconds * 1000, 2),
            client=principal.client_id if principal else None,
        )

    def _begin(self, message: Message) -> None:
        self.started = True
        self._status = message["status"]
        request_id = self.scope["request_id"].encode("ascii")
        headers = [pair for pair in message["headers"] if pair[0] != b"x-request-id"]
        if self._status == 405 and "app" in self.scope:
            allowed = allowed_methods(self.scope["app"].routes, self.scope["path"])
            headers = [pair for pair in headers if pair[0] != b"allow"]
            headers.append((b"allow", ", ".join(allowed).encode("ascii")))
        message["headers"] = [*headers, (b"x-request-id", request_id)]


def _is_problem(message: Message) -> bool:
    return any(value.startswith(b"application/problem") for _, value in message["headers"])


def allowed_methods(routes: Sequence[BaseRoute], path: str) -> list[str]:
    """All methods a path answers to: Starlette's 405 names those of one route only.

    A path of its own (`/batches`) is not the thing of that name (`/{record_id}`).
    """
    matching = [
        route for route in routes if isinstance(route, Route) and route.path_regex.match(path)
    ]
    fewest = min((len(route.param_convertors) for route in matching), default=0)
    methods: set[str] = set()
    for route in matching:
        if len(route.param_convertors) == fewest:
            methods |= route.methods or set()
    if "GET" in methods:
        methods.add("HEAD")
    return sorted(methods)


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and 1 <= len(value) <= 100 and value.isascii():
            text_value: str = value.decode("ascii")
            if text_value.isprintable() and " " not in text_value:
                return text_value
    return new_id()
