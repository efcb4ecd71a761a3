"""The layer before the gateway's own app: what belongs to a service goes straight to it."""

import time
from typing import cast

import orjson
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.clients.calls import service_down
from gateway.proxy.forwarding import CallerGone, Forwarder, ServiceDown
from gateway.proxy.headers import find_header
from gateway.rules.addresses import find_owner, is_plain_path
from kit.db import new_id
from kit.directory import Directory
from kit.errors import DomainError, no_such
from kit.logs import log
from kit.metrics import count_request
from kit.problems import MEDIA_TYPE, describe_problem, status_of
from kit.text import choose_language


class ProxyLayer:
    """Plain ASGI. A service in this process is handed the request; else it is forwarded by URL."""

    def __init__(self, app: ASGIApp, directory: Directory, forwarder: Forwarder) -> None:
        self._app = app
        self._directory = directory
        self._forwarder = forwarder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        house = find_owner(scope["path"]) if scope["type"] == "http" else None
        if house is None:
            await self._app(scope, receive, send)
        elif not is_plain_path(scope["path"]):
            await _answer_problem(no_such("地址", "address", scope["path"]), scope, receive, send)
        else:
            await self._pass_on(house, scope, receive, send)

    async def _pass_on(self, house: str, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._directory.app_of(house)
        if app is not None:
            await app(scope, receive, send)
            return
        started = time.perf_counter()
        status = await self._forward(house, scope, receive, send)
        seconds = time.perf_counter() - started
        route = f"/v1/{scope['path'].split('/')[2]} → {house}"
        count_request("gateway", scope["method"], route, status, seconds)

    async def _forward(self, house: str, scope: Scope, receive: Receive, send: Send) -> int:
        url = self._directory.url_of(house)
        request_id = _request_id(scope)
        if url is not None:
            try:
                return await self._forwarder.forward(url, request_id, scope, receive, send)
            except ServiceDown as error:
                log.warning("a service does not answer", service=house, error=str(error))
            except CallerGone:
                return 499
        scope["request_id"] = request_id.decode("ascii")
        await _answer_problem(service_down(house), scope, receive, send)
        return 503


def _request_id(scope: Scope) -> bytes:
    given = find_header(scope["headers"], b"x-request-id")
    usable = given is not None and 1 <= len(given) <= 100 and given.isascii()
    if (
        usable
        and cast(bytes, given).decode("ascii").isprintable()
        and b" " not in cast(bytes, given)
    ):
        return cast(bytes, given)
    return new_id().encode("ascii")


async def _answer_problem(error: DomainError, scope: Scope, receive: Receive, send: Send) -> None:
    request_id = scope.get("request_id") or _request_id(scope).decode("ascii")
    members = describe_problem(
        error,
        {},
        choose_language(Headers(scope=scope).get("accept-language")),
        instance=scope["path"],
        request_id=request_id,
    )
    headers = {"X-Request-ID": request_id}
    response = Response(orjson.dumps(members), status_of(error), headers, MEDIA_TYPE)
    await response(scope, receive, send)
