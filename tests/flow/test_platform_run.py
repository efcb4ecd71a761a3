"""One machine: start, stop, and every kind of kill -9, as `make run` meets them.

How long a start takes is measured by `make bench-start`, not here.
"""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.flow.machines import free_port
from tests.flow.platforms import PlatformProcess, running_platform
from tests.server import TestServer

READY = "Ctrl-C stops everything"


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data that the tests of this page start on, one after another."""
    return tmp_path_factory.mktemp("platform")


def test_a_fresh_start_serves_and_says_where_who_and_how(data_dir: Path) -> None:
    with running_platform(data_dir=data_dir) as platform:
        platform.wait_until_said(READY)
        said = platform.said()

        assert platform.is_ready()
        assert platform.address in said
        assert "demo-university" in said
        assert "curl" in said
        assert "not loaded" not in said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_later_start_works_on_the_same_data_and_a_signal_leaves_no_process(
    data_dir: Path, number: signal.Signals
) -> None:
    with running_platform(data_dir=data_dir) as platform:
        platform.wait_until_said(READY)
        assert len(platform.processes()) >= 5  # ours, the worker, postgres, two guardians
        code = platform.stop(number)

        assert code == 0
        assert platform.processes() == {}


def test_kill_9_of_the_platform_takes_everything_with_it_and_the_next_start_works(
    data_dir: Path,
) -> None:
    with running_platform(data_dir=data_dir) as platform:
        platform.wait_until_said(READY)

        platform.process.kill()

        assert platform.gone_within(20)

    with running_platform(data_dir=data_dir) as platform:
        platform.wait_until_said(READY)
        assert platform.is_ready()


def test_kill_9_of_everything_at_once_and_the_next_start_works(data_dir: Path) -> None:
    with running_platform(data_dir=data_dir) as platform:
        platform.wait_until_said(READY)
        for pid in platform.processes():
            with contextlib.suppress(ProcessLookupError):  # one may end by itself meanwhile
                os.kill(pid, signal.SIGKILL)

        assert platform.gone_within(20)

    with running_platform(data_dir=data_dir) as platform:
        platform.wait_until_said(READY)
        assert platform.is_ready()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlatformProcess]:
    """A platform that several tests hurt, one after another."""
    with running_platform(data_dir=tmp_path_factory.mktemp("hurt")) as platform:
        platform.wait_until_said(READY)
        yield platform


def test_a_killed_worker_comes_back(running: PlatformProcess) -> None:
    killed = running.find("liurong worker")
    assert killed is not None

    os.kill(killed, signal.SIGKILL)

    assert _eventually(lambda: running.find("liurong worker") not in (None, killed))
    assert running.is_ready()


def test_a_killed_database_comes_back(running: PlatformProcess) -> None:
    killed = running.postmaster()

    os.kill(killed, signal.SIGKILL)

    assert _eventually(lambda: running.postmaster() != killed and running.is_ready())


def test_killed_guardians_do_not_cost_the_platform_its_parts(running: PlatformProcess) -> None:
    killed = running.guardians()

    for pid in killed:
        os.kill(pid, signal.SIGKILL)

    assert _eventually(lambda: len(running.guardians() - killed) == 2 and running.is_ready())


def test_a_taken_port_and_taken_data_are_said_in_one_line(
    running: PlatformProcess, tmp_path: Path
) -> None:
    port = int(running.address.rsplit(":", 1)[1])

    with (
        running_platform(data_dir=tmp_path, port=port) as same_port,
        running_platform(data_dir=running.data_dir, port=free_port()) as same_data,
    ):
        assert same_port.process.wait(60) == 1
        assert same_data.process.wait(60) == 1
        assert same_port.said().count("\n") == same_data.said().count("\n") == 1
        assert f"127.0.0.1:{port}" in same_port.said()
        assert f"process {running.process.pid}" in same_data.said()


def test_after_all_this_a_signal_still_leaves_no_process(running: PlatformProcess) -> None:
    assert running.stop() == 0

    assert running.processes() == {}


def test_two_platforms_side_by_side(data_dir: Path, tmp_path: Path) -> None:
    with (
        running_platform(data_dir=data_dir) as one,
        running_platform(data_dir=tmp_path / "另一个 平台") as other,
    ):
        one.wait_until_said(READY)
        other.wait_until_said(READY)

        assert one.is_ready()
        assert other.is_ready()


def test_an_outside_database_is_used_where_one_is_named(server: TestServer, tmp_path: Path) -> None:
    with running_platform(data_dir=tmp_path, DATABASE_URL=server.empty()) as platform:
        platform.wait_until_said(READY)

        assert platform.is_ready()
        assert not any("postgres" in line for line in platform.processes().values())


def _eventually(holds: Callable[[], bool], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.1)
    return holds()
