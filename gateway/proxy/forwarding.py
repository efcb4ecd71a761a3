"""Forwarding to a service at a URL: both bodies are streamed, nothing is kept or changed.

A service that does not answer gives a 503 problem; one that breaks in the middle of its answer
ends the caller's connection, because half an answer must not look like a whole one.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import aiohttp
from starlette.types import Message, Receive, Scope, Send
from yarl import URL

from gateway.proxy.headers import Header, drop_hop_by_hop, find_header

# Less than the five seconds after which uvicorn hangs up on an idle connection, so that no
# request is ever sent into a connection that is just being closed.
_KEEP_IDLE = 3.0
_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=3.0, sock_read=300.0)
_NOT_ADDED = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type")


class ServiceDown(Exception):
    """The service did not begin to answer."""


class AnswerBroken(Exception):
    """The service stopped in the middle of its answer."""


class CallerGone(Exception):
    """The caller hung up before its request was whole."""


class Forwarder:
    """One pool of connections to the services, for the life of the process."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def forward(
        self, base_url: str, request_id: bytes, scope: Scope, receive: Receive, send: Send
    ) -> int:
        """Pass the request on and the answer back; the status. Stops when the caller hangs up."""
        whole = asyncio.Event()
        exchange = asyncio.ensure_future(
            self._exchange(base_url, request_id, scope, _read_body(receive, whole), whole, send)
        )
        watch = asyncio.ensure_future(_wait_for_hang_up(receive, whole))
        try:
            await asyncio.wait({exchange, watch}, return_when=asyncio.FIRST_COMPLETED)
            if not exchange.done():
                exchange.cancel()
            return await exchange
        except asyncio.CancelledError:
            if watch.done() and not watch.cancelled():
                return 499
            raise
        finally:
            for task in (exchange, watch):
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watch

    async def _exchange(
        self,
        base_url: str,
        request_id: bytes,
        scope: Scope,
        body: AsyncIterator[bytes],
        whole: asyncio.Event,
        send: Send,
    ) -> int:
        headers = _request_headers(scope, request_id)
        has_body = any(
            name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"]
        )
        if not has_body:
            whole.set()
        started = False
        try:
            async with self._open().request(
                scope["method"],
                _target(base_url, scope),
                headers=[
                    (name.decode("latin-1"), value.decode("latin-1")) for name, value in headers
                ],
                data=body if has_body else None,
                skip_auto_headers=_NOT_ADDED,
                allow_redirects=False,
            ) as answer:
                await send(_start_message(answer))
                started = True
                async for chunk in answer.content.iter_any():
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
                await send({"type": "http.response.body", "body": b""})
                return answer.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise (AnswerBroken if started else ServiceDown)(repr(error)) from error

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEEP_IDLE),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=_TIMEOUT,
                auto_decompress=False,
            )
        return self._session


def _target(base_url: str, scope: Scope) -> URL:
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope.get("query_string", b"")
    target = raw.split(b"?")[0].decode("latin-1")
    if query:
        target += f"?{query.decode('latin-1')}"
    # `encoded`: the service sees the very path that was checked, not a tidied one.
    return URL(f"{base_url.rstrip('/')}{target}", encoded=True)


def _request_headers(scope: Scope, request_id: bytes) -> list[Header]:
    left_out = (
        b"host", b"x-request-id", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto",
        b"expect",
    )  # fmt: skip
    kept = [pair for pair in drop_hop_by_hop(scope["headers"]) if pair[0] not in left_out]
    client = scope.get("client")
    forwarded = find_header(scope["headers"], b"x-forwarded-for")
    addresses = [
        *([forwarded] if forwarded else []),
        *([client[0].encode("ascii")] if client else []),
    ]
    if addresses:
        kept.append((b"x-forwarded-for", b", ".join(addresses)))
    host = find_header(scope["headers"], b"host")
    if host is not None:
        kept.append((b"x-forwarded-host", host))
    kept.append((b"x-forwarded-proto", scope.get("scheme", "http").encode("ascii")))
    return [*kept, (b"x-request-id", request_id)]


def _start_message(answer: aiohttp.ClientResponse) -> Message:
    return {
        "type": "http.response.start",
        "status": answer.status,
        "headers": drop_hop_by_hop(answer.raw_headers),
    }


async def _read_body(receive: Receive, whole: asyncio.Event) -> AsyncIterator[bytes]:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise CallerGone
        if message.get("body"):
            yield message["body"]
        if not message.get("more_body", False):
            whole.set()
            return


async def _wait_for_hang_up(receive: Receive, whole: asyncio.Event) -> None:
    """Until the request is whole its reader hears of a hang-up; afterwards nobody else does."""
    await whole.wait()
    while (await receive())["type"] != "http.disconnect":
        pass
