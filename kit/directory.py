"""Where the other houses are: by URL (many machines) or as apps in this process (one machine)."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlencode

import httpx
import orjson
from httpx_aiohttp import AiohttpTransport
from starlette.types import ASGIApp, Message, Scope

from kit.errors import Unavailable
from kit.keys import service_secret
from kit.logs import log
from kit.settings import Settings
from kit.text import Text

TIMEOUT = httpx.Timeout(10.0, connect=3.0)
SERVICE_CLIENT = "liurong-service"

Params = Mapping[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class ServiceToken:
    """A token, from when it is renewed and until when it is shown (monotonic seconds)."""

    text: str
    renew_from: float
    ends: float


_CARRIED: ContextVar[Mapping[str, str]] = ContextVar("carried", default=MappingProxyType({}))
_CARRIED_NAMES = (b"accept-language", b"traceparent", b"tracestate")


@contextmanager
def carry(scope: Scope) -> Iterator[None]:
    """A request's id, language and trace go with every question that is asked on its behalf."""
    said = {
        name.decode(): value.decode()
        for name, value in scope["headers"]
        if name in _CARRIED_NAMES and value.isascii()
    }
    token = _CARRIED.set(said | {"x-request-id": scope["request_id"]})
    try:
        yield
    finally:
        _CARRIED.reset(token)


class Directory:
    """Gives an HTTP client for a house, and the token that services show each other."""

    def __init__(self, settings: Settings, apps: Mapping[str, ASGIApp] | None = None) -> None:
        self._settings = settings
        self._apps = dict(apps or {})
        self._clients: dict[str, httpx.AsyncClient] = {}
        self._token: ServiceToken | None = None
        self._renewal: asyncio.Task[None] | None = None

    def add_app(self, house: str, app: ASGIApp) -> None:
        """From now on hand requests for `house` to an app in this process."""
        self._apps[house] = app

    def app_of(self, house: str) -> ASGIApp | None:
        return self._apps.get(house)

    def url_of(self, house: str) -> str | None:
        return self._settings.url_of(house)

    async def ask(
        self,
        house: str,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        body: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """What a house answers; one in this process is asked without a client in between.

        Raises httpx.HTTPError where it does not answer.
        """
        app = self._apps.get(house)
        headers = {**_CARRIED.get(), **(headers or {})}
        if app is None:
            client = self.client(house)
            return await client.request(method, path, params=params, json=body, headers=headers)
        return await hand_over(app, method, path, params or {}, body, headers)

    def client(self, house: str) -> httpx.AsyncClient:
        """A client for one house; belongs to the running event loop."""
        if house not in self._clients:
            self._clients[house] = self._open(house)
        return self._clients[house]

    async def service_headers(self) -> dict[str, str]:
        """`Authorization` of the role `service`.

        It is renewed in good time and beside the work: callers that wait for a token hold the very
        places at the gateway that its answer needs.
        """
        at = time.monotonic()
        if self._token is None or self._token.ends <= at:
            self._token = await self._fetch_token()
        elif self._token.renew_from <= at and (self._renewal is None or self._renewal.done()):
            self._renewal = asyncio.create_task(self._renew_token())
        return {"Authorization": f"Bearer {self._token.text}"}

    async def _renew_token(self) -> None:
        try:
            self._token = await self._fetch_token()
        except httpx.HTTPError as error:
            log.warning("the service token could not be renewed yet", error=repr(error))

    async def close(self) -> None:
        for client in self._clients.values():
            await client.aclose()
        self._clients.clear()

    def _open(self, house: str) -> httpx.AsyncClient:
        app = self._apps.get(house)
        if app is not None:
            transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
            return httpx.AsyncClient(
                transport=transport, base_url=f"http://{house}", timeout=TIMEOUT
            )
        url = self._settings.url_of(house)
        if url is None:
            raise Unavailable(
                "service_unknown",
                Text(
                    f"未配置服务 {house} 的地址（LIURONG_{house.upper()}_URL）",
                    f"the address of {house} is not set (LIURONG_{house.upper()}_URL)",
                ),
            )
        return httpx.AsyncClient(transport=AiohttpTransport(), base_url=url, timeout=TIMEOUT)

    async def _fetch_token(self) -> ServiceToken:
        answer = await self.client("gateway").post(
            "/v1/oauth/token",
            data={
                "grant_type": "client_credentials",
                "client_id": SERVICE_CLIENT,
                "client_secret": service_secret(self._settings),
            },
        )
        answer.raise_for_status()
        body = answer.json()
        at, seconds = time.monotonic(), float(body["expires_in"])
        return ServiceToken(
            body["access_token"], at + seconds * 0.8, at + max(seconds - 60, seconds * 0.9)
        )


async def hand_over(
    app: ASGIApp,
    method: str,
    path: str,
    params: Params,
    body: Mapping[str, object] | None,
    headers: Mapping[str, str],
) -> httpx.Response:
    """A request to an app in this process, as ASGI wants it; its whole answer."""
    content = b"" if body is None else orjson.dumps(body)
    raw_headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    if body is not None:
        raw_headers += [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(content)).encode()),
        ]
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": urlencode(params, doseq=True).encode(),
        "headers": raw_headers,
        "client": ("127.0.0.1", 0),
        "server": ("localhost", 80),
    }
    said: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": content, "more_body": False}

    async def send(message: Message) -> None:
        said.append(message)

    await app(scope, receive, send)
    start = next(message for message in said if message["type"] == "http.response.start")
    answer = b"".join(message.get("body", b"") for message in said if message is not start)
    return httpx.Response(start["status"], headers=start["headers"], content=answer)
