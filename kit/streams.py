"""NDJSON both ways: lines are answered while more of them still come, in bounded memory."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from enum import Enum
from tempfile import SpooledTemporaryFile
from typing import Any

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from kit.errors import UnsupportedMedia
from kit.http import HouseRouter
from kit.strict import query_names, refuse_bad_query
from kit.text import Text

NDJSON = "application/x-ndjson"
MAX_STREAM = 4 * 1024**3
MAX_LINE = 1024 * 1024
_PIECE = 64 * 1024
_IN_MEMORY = 1024 * 1024


class StreamRoute(APIRoute):
    """A route that reads its body itself; no unit of work, because nothing is stored."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()
        known = query_names(self.dependant)

        async def handle(request: Request) -> Response:
            refuse_bad_query(request, known)
            sent = request.headers.get("content-type", "").split(";")[0].strip().lower()
            if sent != NDJSON:
                reason = Text(f"请发送 {NDJSON}", f"send {NDJSON}")
                raise UnsupportedMedia("media_type_unsupported", reason)
            return await handler(request)

        return handle


class StreamRouter(HouseRouter):
    """A router whose routes are all `StreamRoute`s."""

    def __init__(self, *, prefix: str = "", tags: list[str | Enum]) -> None:
        super().__init__(prefix=prefix, tags=tags, max_body_size=MAX_STREAM)
        self.route_class = StreamRoute


class DuplexResponse(StreamingResponse):
    """Answers while the request is still being read: nobody else may ask for its messages."""

    async def __call__(
        self,
        scope: Scope,  # noqa: ARG002 the answer does not look at the request
        receive: Receive,  # noqa: ARG002
        send: Send,
    ) -> None:
        await self.stream_response(send)


@dataclass(frozen=True, slots=True)
class Line:
    """One line by its number; no content where it is longer than `MAX_LINE`."""

    number: int
    content: bytes | None


async def read_lines(request: Request) -> AsyncIterator[list[Line]]:
    """The lines of a body in blocks; empty lines count but are left out.

    What has come is put aside on disk when the answer goes out more slowly than the request comes
    in: a caller that sends everything before it reads anything is never waited for in vain.
    """
    spool = _Spool()
    filling = asyncio.create_task(spool.fill(request))
    number, rest, too_long = 0, b"", False
    try:
        async for piece in spool.pieces():
            *whole, rest = (rest + piece).split(b"\n")
            block = []
            for content in whole:
                number += 1
                refused, too_long = too_long or len(content) > MAX_LINE, False
                if refused or content.strip():
                    block.append(Line(number, None if refused else content))
            if len(rest) > MAX_LINE:
                rest, too_long = b"", True
            if block:
                yield block
        if too_long or rest.strip():
            yield [Line(number + 1, None if too_long else rest)]
    finally:
        filling.cancel()
        with contextlib.suppress(asyncio.CancelledError, ClientDisconnect):
            await filling
        spool.close()


class _Spool:
    """Bytes that have come and are not read yet."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 closed by close()
        self._written = self._read = 0
        self._changed = asyncio.Event()
        self._ended = False
        self._error: BaseException | None = None

    async def fill(self, request: Request) -> None:
        try:
            async for piece in request.stream():
                self._file.seek(self._written)
                self._file.write(piece)
                self._written += len(piece)
                self._changed.set()
        except BaseException as error:
            self._error = error
            raise
        finally:
            self._ended = True
            self._changed.set()

    async def pieces(self) -> AsyncIterator[bytes]:
        while True:
            if self._read < self._written:
                self._file.seek(self._read)
                piece = self._file.read(_PIECE)
                self._read += len(piece)
                yield piece
            elif self._error is not None:
                raise self._error
            elif self._ended:
                return
            else:
                self._changed.clear()
                await self._changed.wait()

    def close(self) -> None:
        self._file.close()
