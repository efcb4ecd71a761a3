"""The synthetic 历下: told once, told again, told to a platform that stands still."""

import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from kit.settings import database_url_of
from tests.flow.machines import free_port
from tests.flow.platforms import PlatformProcess, running_platform
from tests.server import TestServer

READY = "Ctrl-C stops everything"


def _count(base: str, house: str, question: str) -> int:
    engine = create_engine(database_url_of(base, house))
    try:
        with engine.connect() as connection:
            found: int = connection.execute(text(question)).scalar_one()
    finally:
        engine.dispose()
    return found


def _everything(base: str) -> tuple[int, ...]:
    """How much there is, in the two houses that demo data fill."""
    return (
        _count(base, "achievements", "SELECT count(*) FROM organizations"),
        _count(base, "achievements", "SELECT count(*) FROM achievements"),
        # What the worker finds in the demo data, it finds when it runs.
        _count(
            base,
            "achievements",
            "SELECT count(*) FROM events WHERE type <> 'achievements.demand-matched'",
        ),
        _count(base, "credit", "SELECT count(*) FROM fact_batches"),
    )


def _load(data_dir: Path, port: int, base: str) -> str:
    command = PlatformProcess("demo-data", data_dir=data_dir, port=port, DATABASE_URL=base)
    assert command.process.wait(60) == 0, command.said()
    return command.said()


@pytest.fixture(scope="module")
def base(server: TestServer) -> str:
    """Databases that do not exist yet."""
    return server.empty()


def test_without_a_running_platform_they_go_straight_into_the_databases(
    base: str, tmp_path: Path
) -> None:
    said = _load(tmp_path, free_port(), base)

    assert "DATABASE_URL" in said
    organizations, achievements, events, batches = _everything(base)
    assert organizations >= 30
    assert achievements >= 25
    assert events > 0
    assert batches > 0


def test_told_again_they_change_nothing(base: str, tmp_path: Path) -> None:
    before = _everything(base)

    _load(tmp_path, free_port(), base)

    assert _everything(base) == before


def test_the_platform_finds_them_and_its_worker_carries_the_news(base: str, tmp_path: Path) -> None:
    before = _everything(base)
    with running_platform(data_dir=tmp_path, DATABASE_URL=base) as platform:
        platform.wait_until_said(READY)
        said = _load(tmp_path, int(platform.address.rsplit(":", 1)[1]), base)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and not _is_delivered(base):
            time.sleep(0.2)

        assert platform.address in said
        assert _everything(base) == before
        assert _is_delivered(base)


def _is_delivered(base: str) -> bool:
    waiting = _count(
        base, "achievements", "SELECT count(*) FROM jobs.procrastinate_jobs WHERE status = 'todo'"
    )
    heard = _count(base, "credit", "SELECT count(*) FROM inbox")
    return waiting == 0 and heard > 0
