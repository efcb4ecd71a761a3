"""The embedded PostgreSQL: quick to start, gone with its parent, never confused by a kill -9."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from kit.embedded import EmbeddedPostgres, EmbeddedPostgresError, find_binaries

_SERVE_AND_SLEEP = """
import sys, time
from pathlib import Path
from kit.embedded import EmbeddedPostgres
print(EmbeddedPostgres(Path(sys.argv[1]), fast_and_unsafe=True).start(), flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose cluster is already made, for tests that are about something else."""
    folder = tmp_path_factory.mktemp("made")
    with EmbeddedPostgres(folder, fast_and_unsafe=True):
        pass
    return folder


@pytest.fixture
def parent(made: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that serves the data."""
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVE_AND_SLEEP, str(made)], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith(b"postgresql://")
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def _servers(folder: Path) -> set[int]:
    """The processes at work in this folder's cluster."""
    data = (folder / "cluster" / "data").resolve()
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").readlink() == data:
                found.add(int(entry.name))
        except OSError:
            continue
    return found


def _gone_within(folder: Path, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while _servers(folder) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not _servers(folder)


def _ask(url: str, query: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(query).fetchone()
    return row[0] if row else None


def _note(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("create table kept as select 1 as kept")


def test_a_fresh_folder_is_served_and_speaks_chinese(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path, fast_and_unsafe=True) as url:
        assert _ask(url, "select lower('ÄÖ') || upper('é')") == "äöÉ"
        assert _ask(url, "select '科' ~ '[[:alpha:]]'") is True
        assert _ask(url, "select datcollate || datctype from pg_database limit 1") == (
            "C.UTF-8C.UTF-8"
        )
    assert not _servers(tmp_path)


def test_data_outlive_a_restart_and_a_changed_port(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path) as first:
        _note(first)

    with EmbeddedPostgres(tmp_path) as second:
        assert first != second
        assert _ask(second, "select kept from kept") == 1


def test_long_paths_with_spaces_and_chinese_are_fine(tmp_path: Path) -> None:
    folder = tmp_path / "历下 科技成果" / ("长" * 60)

    with EmbeddedPostgres(folder, fast_and_unsafe=True) as url:
        assert _ask(url, "select 1") == 1


def test_only_the_password_opens_it(made: Path) -> None:
    with EmbeddedPostgres(made, fast_and_unsafe=True) as url:
        password = (made / "cluster" / "password").read_text(encoding="utf-8")

        assert (made / "cluster" / "password").stat().st_mode & 0o777 == 0o600
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(url.replace(password, "guess"))


def test_kill_9_of_the_parent_leaves_no_process(
    made: Path, parent: subprocess.Popen[bytes]
) -> None:
    assert _servers(made)

    parent.kill()

    assert _gone_within(made, 20)
    with EmbeddedPostgres(made, fast_and_unsafe=True) as url:
        assert _ask(url, "select 1") == 1


def test_kill_9_of_the_guardian_leaves_no_process(
    made: Path, parent: subprocess.Popen[bytes]
) -> None:
    postmaster = int((made / "cluster/data/postmaster.pid").read_text().split()[0])
    status = Path(f"/proc/{postmaster}/status").read_text()
    guardian = next(int(line.split()[1]) for line in status.splitlines() if "PPid" in line)

    os.kill(guardian, signal.SIGKILL)

    assert _gone_within(made, 20)


def test_after_kill_9_of_everything_the_next_start_works_on_the_same_data(tmp_path: Path) -> None:
    crashed = EmbeddedPostgres(tmp_path)
    _note(crashed.start())

    for pid in _servers(tmp_path):
        with contextlib.suppress(ProcessLookupError):  # one may end by itself meanwhile
            os.kill(pid, signal.SIGKILL)
    assert _gone_within(tmp_path, 20)
    crashed.stop()

    with EmbeddedPostgres(tmp_path) as url:
        assert _ask(url, "select kept from kept") == 1


def test_a_killed_postmaster_comes_back_at_the_same_address(made: Path) -> None:
    server = EmbeddedPostgres(made, fast_and_unsafe=True)
    url = server.start()
    assert server.pid is not None

    os.kill(server.pid, signal.SIGKILL)
    while server.is_alive():
        time.sleep(0.01)

    try:
        assert server.start() == url
        assert _ask(url, "select 1") == 1
    finally:
        server.stop()


def test_a_backend_that_outlives_its_postmaster_does_not_hinder_the_next_start(made: Path) -> None:
    crashed = EmbeddedPostgres(made, fast_and_unsafe=True)
    busy = psycopg.connect(crashed.start(), autocommit=True)
    backend = busy.info.backend_pid
    os.kill(backend, signal.SIGSTOP)  # it cannot notice that its postmaster died
    assert crashed.pid is not None
    os.kill(crashed.pid, signal.SIGKILL)
    while crashed.is_alive():
        time.sleep(0.01)
    assert _servers(made) >= {backend}
    crashed.stop()

    with EmbeddedPostgres(made, fast_and_unsafe=True) as url:
        assert _ask(url, "select 1") == 1
    busy.close()


def test_a_record_that_names_a_stranger_does_not_hinder_the_next_start(made: Path) -> None:
    _record(made, os.getppid())

    with EmbeddedPostgres(made, fast_and_unsafe=True) as url:
        assert _ask(url, "select 1") == 1


def test_a_record_that_names_a_corpse_does_not_hinder_the_next_start(made: Path) -> None:
    """A killed server that its new parent has not buried yet still has its number."""
    corpse = os.fork()
    if corpse == 0:
        os._exit(0)
    os.waitid(os.P_PID, corpse, os.WEXITED | os.WNOWAIT)
    _record(made, corpse)

    try:
        with EmbeddedPostgres(made, fast_and_unsafe=True) as url:
            assert _ask(url, "select 1") == 1
    finally:
        os.waitpid(corpse, 0)


def _record(folder: Path, pid: int) -> None:
    """What a postmaster of this number would have left behind."""
    data = folder / "cluster/data"
    lines = [str(pid), str(data), "1", "5432", "", "127.0.0.1", "", "ready"]
    (data / "postmaster.pid").write_text("\n".join(lines) + "\n")


def test_a_killed_initdb_is_not_taken_for_a_cluster(tmp_path: Path) -> None:
    half_made = tmp_path / "cluster.new-dead"
    (half_made / "data" / "base").mkdir(parents=True)

    with EmbeddedPostgres(tmp_path, fast_and_unsafe=True) as url:
        assert _ask(url, "select 1") == 1
    assert not half_made.exists()


def test_two_side_by_side(tmp_path: Path, made: Path) -> None:
    with (
        EmbeddedPostgres(tmp_path, fast_and_unsafe=True) as one,
        EmbeddedPostgres(made, fast_and_unsafe=True) as other,
    ):
        assert _ask(one, "select 1") == _ask(other, "select 1") == 1


def test_data_that_another_process_serves_are_refused_by_its_name(
    made: Path, parent: subprocess.Popen[bytes]
) -> None:
    with pytest.raises(EmbeddedPostgresError, match=f"process {parent.pid}"):
        EmbeddedPostgres(made, fast_and_unsafe=True).start()

    assert _servers(made)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to step down")
def test_root_without_namespaces_becomes_another_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_USER_NAMESPACES", "1")
    with EmbeddedPostgres(tmp_path, fast_and_unsafe=True) as url:
        _note(url)
        assert (tmp_path / "cluster").stat().st_uid != 0

    monkeypatch.delenv("NO_USER_NAMESPACES")
    with EmbeddedPostgres(tmp_path, fast_and_unsafe=True) as url:
        assert _ask(url, "select kept from kept") == 1


def test_binaries_are_new_enough() -> None:
    said = subprocess.run(
        [find_binaries() / "postgres", "--version"], capture_output=True, text=True, check=True
    )

    assert int(said.stdout.split()[-1].split(".")[0]) >= 15
