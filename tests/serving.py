"""Serve an app over real HTTP inside a test, and speak to it as a caller."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import httpx
import uvicorn
from starlette.types import ASGIApp

from kit.auth import Principal, Role, mint_token
from kit.keys import signing_key
from kit.settings import Settings


@contextlib.contextmanager
def serve(app: ASGIApp) -> Iterator[str]:
    """Run an app on a free port of the loopback; gives its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    # Longer than clients keep a connection: on a busy machine both would end it at once.
    config = uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="on", timeout_keep_alive=60
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise RuntimeError("the app did not start")
        time.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


def make_principal(role: Role, uscc: str, name: str = "某单位", kind: str = "") -> Principal:
    """A caller as the gateway would describe it in a token."""
    return Principal(f"test-{role}-{uscc[-4:]}", role, uscc, name, kind or role.value)


def call_as(address: str, settings: Settings, principal: Principal) -> httpx.Client:
    """A client that shows the principal's token."""
    token = mint_token(principal, signing_key(settings), seconds=3600)
    return httpx.Client(
        base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=30, trust_env=False
    )
