"""The whole platform on one machine: one web process, one worker, one database.

    liurong run ─┬─ gateway + achievements + subsidies + credit   (this process, one port)
                 ├─ guardian ── liurong worker
                 └─ guardian ── postgres                          (unless DATABASE_URL is given)

What dies is brought back; when this process goes, in any way, everything goes with it.
"""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from socket import socket

import httpx

from kit.guardian import GuardedProcess
from kit.logs import log
from kit.settings import Mode, Settings
from liurong.database import DatabaseServer, migrate, open_database_server
from liurong.demo import DemoDataRefused, load_demo_data
from liurong.houses import HouseName, open_houses
from liurong.web import insist, listen, run_until_signalled, serve

_LOOK_EVERY = 0.5  # seconds
_PATIENCE = 60.0  # seconds for one call of the demo data
_SETTLED_AFTER = 60.0  # seconds of life after which a death is not held against a process


def run_platform(
    settings: Settings, log_file: Path, announce: Callable[[str | None], None]
) -> None:
    """Start everything, call `announce` (with what went wrong), and serve until a signal comes."""
    with listen(settings.host, settings.port) as listener, open_database_server(settings) as server:
        migrate(server.url)
        together = on_one_machine(settings, server.url)
        run_until_signalled(_serve_all(together, listener, server, log_file, announce))


def on_one_machine(settings: Settings, database_url: str) -> Settings:
    """The same settings, with the database found and every house in this process."""
    return settings.model_copy(
        update={
            "database_url": database_url,
            "data_dir": settings.data_dir.absolute(),
            **{f"{house}_url": None for house in HouseName},
        }
    )


def address_of(settings: Settings) -> str:
    """Where a person on this machine finds the platform."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)  # noqa: S104
    return f"http://{host}:{settings.port}"


async def _serve_all(
    settings: Settings,
    listener: socket,
    server: DatabaseServer,
    log_file: Path,
    announce: Callable[[str | None], None],
) -> None:
    async with (
        _worker(settings, log_file) as worker,
        open_houses(HouseName, settings) as apps,
        serve(apps[HouseName.GATEWAY], listener) as serving,
    ):
        announce(await _try_demo_data(settings))
        async with asyncio.TaskGroup() as group:
            group.create_task(keep_alive("worker", worker.is_alive, worker.start))
            group.create_task(keep_alive("database", server.is_alive, server.restart))
            group.create_task(insist(serving))


async def _try_demo_data(settings: Settings) -> str | None:
    """What went wrong, if anything: without its demo data the platform still serves."""
    if settings.mode is not Mode.DEMO:
        return None
    try:
        await _tell_demo_data(settings)
    except (DemoDataRefused, httpx.HTTPError) as error:
        log.error("the demo data were not loaded", error=repr(error))
        return f"the demo data were not loaded: {error}"
    return None


async def _tell_demo_data(settings: Settings) -> None:
    async with httpx.AsyncClient(
        base_url=address_of(settings), timeout=_PATIENCE, trust_env=False
    ) as http:
        await load_demo_data(http)


async def load_demo_data_somewhere(settings: Settings) -> str:
    """Into the platform that runs at this address, or else straight into its databases.

    Answers where. Events recorded meanwhile wait for the next worker.
    """
    if await _is_running(settings):
        await _tell_demo_data(settings)
        return address_of(settings)
    with open_database_server(settings) as server:
        migrate(server.url)
        together = on_one_machine(settings, server.url)
        async with open_houses(HouseName, together) as apps:
            transport = httpx.ASGITransport(apps[HouseName.GATEWAY])
            async with httpx.AsyncClient(transport=transport, base_url="http://liurong") as http:
                await load_demo_data(http)
    return str(settings.data_dir if settings.database_url is None else "DATABASE_URL")


async def _is_running(settings: Settings) -> bool:
    async with httpx.AsyncClient(trust_env=False, timeout=1.0) as http:
        try:
            answer = await http.get(f"{address_of(settings)}/livez")
            return bool(answer.json().get("house") == HouseName.GATEWAY)
        except (httpx.HTTPError, ValueError):
            return False


@asynccontextmanager
async def _worker(settings: Settings, log_file: Path) -> AsyncIterator["WorkerProcess"]:
    worker = WorkerProcess(settings, log_file)
    worker.start()
    try:
        yield worker
    finally:
        await asyncio.to_thread(worker.stop)


class WorkerProcess:
    """`liurong worker` as a guarded process that is told where the database is."""

    def __init__(self, settings: Settings, log_file: Path) -> None:
        self._process = GuardedProcess(
            [sys.executable, "-m", "liurong", "worker"],
            stop_signal=signal.SIGTERM,
            orphan_signal=signal.SIGKILL,  # its jobs are taken up again by the next worker
            log=log_file,
            environment=environment_of(settings),
        )

    def start(self) -> None:
        self._process.start()

    def stop(self) -> None:
        self._process.stop()

    def is_alive(self) -> bool:
        return self._process.poll() is None


def environment_of(settings: Settings) -> dict[str, str]:
    """The environment in which a child process reads the same settings again."""
    theirs = {f"LIURONG_{house.upper()}_URL" for house in HouseName} | {"PORT", "HOST"}
    kept = {name: value for name, value in os.environ.items() if name not in theirs}
    assert settings.database_url is not None
    return kept | {
        "DATABASE_URL": settings.database_url,
        "DATA_DIR": str(settings.data_dir),
        "LIURONG_MODE": settings.mode.value,
        "LIURONG_LOG_LEVEL": settings.log_level,
    }


async def keep_alive(name: str, is_alive: Callable[[], bool], start: Callable[[], None]) -> None:
    """Start again what has died: at once the first time, then with growing patience."""
    patience, started = 0.0, time.monotonic()
    while True:
        await asyncio.sleep(_LOOK_EVERY)
        if is_alive():
            continue
        if time.monotonic() - started > _SETTLED_AFTER:
            patience = 0.0
        log.error("a part of the platform died and is started again", part=name, in_=patience)
        await asyncio.sleep(patience)
        try:
            await asyncio.to_thread(start)
        except Exception as error:  # noqa: BLE001 whatever hinders it, try again later
            log.error("a part of the platform does not start", part=name, error=str(error))
        patience, started = min(2 * patience + 1, 30.0), time.monotonic()
