"""Decisions a second of one gateway process, beside a bare two-statement transaction.

`make bench-flow` [LIURONG_ROUNDS=decisions, LIURONG_CALLERS=16]. The database is a PostgreSQL of
this machine with its usual durability (fsync on). The gateway and credit run in one process, as in
`make run`; callers are a second process that speaks HTTP. A decision here is the whole act: token,
If-Match, the law, the consent asked of credit in process, the ledger entries with their hashes, the
rows, the commit. Beside it: `BEGIN; UPDATE one row; INSERT one row; COMMIT`, by as many threads,
before and after, and the rules alone without any database.
"""

import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import psycopg
import uvicorn
import uvloop
from sqlalchemy.engine import make_url

from gateway.main import create_app
from gateway.rules.cases import CreditResult, TradeRecord
from gateway.rules.decisions import decide_track
from gateway.rules.orders import Order, Outside
from gateway.rules.stages import Stage, TrackState
from kit.embedded import EmbeddedPostgres
from kit.logs import set_up_logs
from kit.settings import Mode, Settings, database_url_of
from liurong.web import keep_what_was_loaded
from migrations.run import create_databases, upgrade
from services.credit.main import create_app as create_credit
from tests.flow.machines import free_port
from tests.unit.gateway import histories

ROUNDS = int(os.environ.get("LIURONG_ROUNDS", "1500"))
CALLERS = int(os.environ.get("LIURONG_CALLERS", "16"))
ENTERPRISE = "91370102MA3D000125"


@contextmanager
def open_database() -> Iterator[str]:
    """A durable PostgreSQL of this machine with the two houses' databases."""
    given = os.environ.get("TEST_DATABASE_URL")
    with tempfile.TemporaryDirectory(prefix="liurong-bench-") as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres")
        with server as url:
            named = make_url(url).set(database="bench")
            base = given or named.render_as_string(hide_password=False)
            create_databases(base)
            for house in ("gateway", "credit"):
                upgrade(house, base)
            yield base


def measure_bare(url: str, seconds: float = 3.0) -> float:
    """Transactions a second of two statements each, by as many threads as callers."""
    plain = url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS bare_rows (id int PRIMARY KEY, n int)")
        connection.execute("CREATE TABLE IF NOT EXISTS bare_log (id bigserial, said text)")
        connection.execute(
            "INSERT INTO bare_rows SELECT i, 0 FROM generate_series(1, 64) i ON CONFLICT DO NOTHING"
        )
    end, counts = time.monotonic() + seconds, [0] * CALLERS

    def work(number: int) -> None:
        with psycopg.connect(plain) as connection:
            while time.monotonic() < end:
                connection.execute(
                    "UPDATE bare_rows SET n = n + 1 WHERE id = %s", (number % 64 + 1,)
                )
                connection.execute("INSERT INTO bare_log (said) VALUES (%s)", ("x" * 200,))
                connection.commit()
                counts[number] += 1

    with ThreadPoolExecutor(CALLERS) as pool:
        list(pool.map(work, range(CALLERS)))
    return sum(counts) / seconds


def run_platform(base: str, data_dir: Path, port: int) -> None:
    """Gateway and credit in one process, until killed."""
    set_up_logs("warning")
    settings = Settings(mode=Mode.DEMO, database_url=base, data_dir=data_dir, port=port)
    gateway, credit = create_app(settings), create_credit(settings)
    for app in (gateway, credit):
        app.state.directory.add_app("gateway", gateway)
        app.state.directory.add_app("credit", credit)

    async def main() -> None:
        config = uvicorn.Config(
            gateway, port=port, log_config=None, access_log=False, http="httptools", lifespan="off"
        )
        async with (
            gateway.router.lifespan_context(gateway),
            credit.router.lifespan_context(credit),
        ):
            keep_what_was_loaded()
            await uvicorn.Server(config).serve()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())


async def take_token(session: aiohttp.ClientSession, client_id: str) -> dict[str, str]:
    form = {
        "grant_type": "client_credentials",
        "client_id": client_id,
        "client_secret": "demo",
    }
    async with session.post("/v1/oauth/token", data=form) as answer:
        return {"Authorization": f"Bearer {(await answer.json())['access_token']}"}


async def grant_consent(session, bank, enterprise) -> None:
    wanted = {
        "uscc": ENTERPRISE,
        "purpose": "financing_case",
        "scope": "summary",
        "valid_until": "2030-01-01T00:00:00+08:00",
        "max_reads": 1000,
    }
    async with session.post("/v1/consents", json=wanted, headers=bank) as answer:
        consent = await answer.json()
        assert answer.status == 201, consent
    url = f"/v1/consents/{consent['id']}/decisions"
    headers = enterprise | {"If-Match": "*"}
    async with session.post(url, json={"decision": "granted"}, headers=headers) as answer:
        assert answer.status == 200, await answer.text()


def read_processor_seconds(pid: int) -> float:
    """What a process has used of the processors so far, in seconds (`man 5 proc`)."""
    after_name = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


async def call_platform(port: int, pid: int) -> dict[str, object]:
    """Open cases, then decide their tracks from many callers; only decisions are timed."""
    timeout = aiohttp.ClientTimeout(total=60)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", timeout=timeout) as session:
        who = {
            name: await take_token(session, f"demo-{name}")
            for name in ("enterprise", "officer", "broker", "insurer", "bank")
        }
        await grant_consent(session, who["bank"], who["enterprise"])
        cases = [
            await open_case(session, who["enterprise"]) for _ in range(max(ROUNDS // 3, CALLERS))
        ]
        waiting = iter(cases)
        for case in cases:
            await decide(session, who["officer"], case, "credit")
        steps = (("evaluation", "broker"), ("insurance", "insurer"), ("loan", "bank"))
        took: list[float] = []

        async def work() -> None:
            for case in waiting:
                for stage, name in steps:
                    began = time.perf_counter()
                    await decide(session, who[name], case, stage)
                    took.append(time.perf_counter() - began)

        used, began = read_processor_seconds(pid), time.perf_counter()
        await asyncio.gather(*(work() for _ in range(CALLERS)))
        seconds, used = time.perf_counter() - began, read_processor_seconds(pid) - used
    return {
        "decisions": len(took),
        "per_second": len(took) / seconds,
        "processor_ms": used / len(took) * 1000,
        "median_ms": statistics.median(took) * 1000,
        "p99_ms": statistics.quantiles(took, n=100)[98] * 1000,
    }


async def open_case(session, enterprise) -> dict[str, object]:
    body = {
        "uscc": ENTERPRISE,
        "title": "测速",
        "amount_yuan": "500000.00",
        "plan": "credit-evaluation-insurance-loan-trade",
    }
    async with session.post("/v1/cases", json=body, headers=enterprise) as answer:
        case = await answer.json()
        assert answer.status == 201, case
    tracks = {one["stage"]: one["tracks"][0]["id"] for one in case["stages"]}
    return {"id": case["id"], "tracks": tracks, "version": case["version"]}


async def decide(session, holder, case, stage) -> None:
    url = f"/v1/cases/{case['id']}/tracks/{case['tracks'][stage]}/decisions"
    headers = holder | {"If-Match": f'"{case["version"]}"'}
    body = {"outcome": "approved", "result": {"note": stage}}
    async with session.post(url, json=body, headers=headers) as answer:
        said = await answer.json()
        assert answer.status == 200, said
    case["version"] = said["version"]


def measure_rules() -> float:
    """Decisions a second of the law alone: no HTTP, no database."""
    case = histories.walk(histories.make_case(), Stage.CREDIT)
    credit = CreditResult("r", "70", "B", False, histories.ON.replace(year=2027), "c")
    outside = Outside(credit, True, TradeRecord("x", None, None))
    order = Order("t1", TrackState.APPROVED)
    began = time.perf_counter()
    for _ in range(2000):
        decide_track(case, order, outside, histories.ENTERPRISE, histories.AT, histories.ON)
    return 2000 / (time.perf_counter() - began)


def wait_for(port: int) -> None:
    """Until somebody listens there; raises OSError after a minute."""
    for attempt in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if attempt == 599:
                raise
            time.sleep(0.1)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, open_database() as base:
        gateway = database_url_of(base, "gateway")
        before, port = measure_bare(gateway), free_port()
        command = [sys.executable, "-m", "tests.bench.flow", "platform", base, folder, str(port)]
        process = subprocess.Popen(command)
        try:
            wait_for(port)
            figures = asyncio.run(call_platform(port, process.pid))
        finally:
            process.terminate()
            process.wait(20)
        after = measure_bare(gateway)
    bare = (before + after) / 2
    figures |= {
        "bare_per_second": bare,
        "ratio": figures["per_second"] / bare,
        "rules_per_second": measure_rules(),
        "callers": CALLERS,
        "load": os.getloadavg()[0],
    }
    print(json.dumps({k: round(v, 3) if isinstance(v, float) else v for k, v in figures.items()}))


if __name__ == "__main__":
    if sys.argv[1:2] == ["platform"]:
        run_platform(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
    else:
        main()
