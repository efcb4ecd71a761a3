"""Web servers: a socket taken early, uvicorn on it, and one place that hears the signals."""

import asyncio
import contextlib
import gc
import os
import signal
import socket
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from typing import Any

import uvicorn
import uvloop
from starlette.types import ASGIApp

_LAST_ANSWERS = 3  # seconds that open requests get when the server stops
_LAST_CALL = 12.0  # seconds after a signal within which a process has ended, one way or another


class PortTaken(Exception):
    """The address cannot be had; mostly another program listens there already."""


class QuietServer(uvicorn.Server):
    """uvicorn without its own signal handlers: a signal stops more than the web server."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.contextmanager
def listen(host: str, port: int) -> Iterator[socket.socket]:
    """Take the address before anything else is started; raises PortTaken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=2048)
    except OverflowError as error:
        raise PortTaken(f"{port} is not a port") from error
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise PortTaken(
            f"cannot listen at {host}:{port} ({reason}); choose another PORT"
        ) from error
    with contextlib.closing(listener):
        yield listener


@contextlib.asynccontextmanager
async def serve(app: ASGIApp, listener: socket.socket) -> AsyncIterator[asyncio.Task[None]]:
    """Answer requests for an app whose lifespan is entered elsewhere; open ones may end."""
    server = QuietServer(
        uvicorn.Config(
            app,
            http="httptools",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_LAST_ANSWERS,
        )
    )
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not server.started and not serving.done():
            await asyncio.sleep(0.01)
        keep_what_was_loaded()
        yield serving
    finally:
        server.should_exit = True
        await serving


def keep_what_was_loaded() -> None:
    """Leave what the start has made out of every later collection of garbage.

    It is there to stay, and looking through all of it held up every request for 0.1 to 0.4 s.
    """
    gc.collect()
    gc.freeze()


async def insist(serving: asyncio.Task[None]) -> None:
    """Wait as long as it serves; a web server that ends by itself ends the process.

    Not `await serving`: a signal cancels who waits here, and must not reach the server that way.
    It would drop its open requests, whose threads then keep the process from ending.
    """
    await asyncio.wait([serving])
    raise RuntimeError("the web server ended") from serving.exception()


def run_until_signalled(main: Coroutine[Any, Any, None]) -> None:
    """Run on uvloop; SIGINT, SIGTERM and SIGHUP cancel `main`, which tidies up on its way out."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_until_signalled(main))


async def _until_signalled(main: Coroutine[Any, Any, None]) -> None:
    task = asyncio.create_task(main)

    def stop() -> None:
        task.cancel()
        # A thread that hangs must not keep the process: what is not committed is undone anyway.
        last_call = threading.Timer(_LAST_CALL, os._exit, [1])
        last_call.daemon = True
        last_call.start()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    with contextlib.suppress(asyncio.CancelledError):
        await task
