"""Start the platform as a person would: as processes of their own, on a free port."""

import contextlib
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from tests.flow.machines import free_port

_OURS = ("DATABASE_URL", "DATA_DIR", "HOST", "PORT")


class PlatformProcess:
    """`liurong …` as a subprocess; `processes()` finds it and everything it started."""

    def __init__(self, *arguments: str, data_dir: Path, port: int, **environment: str) -> None:
        self.data_dir = data_dir
        self.address = f"http://127.0.0.1:{port}"
        self._mark = f"LIURONG_TEST_RUN={secrets.token_hex(8)}"
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name not in _OURS and not name.startswith("LIURONG_")
        }
        name, _, value = self._mark.partition("=")
        told = {"PORT": str(port), "DATA_DIR": str(data_dir), "LIURONG_MODE": "demo", name: value}
        self.output = data_dir / f"output-{port}.txt"
        data_dir.mkdir(parents=True, exist_ok=True)
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "liurong", *arguments],
                env=inherited | told | environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def wait_until_said(self, words: str, seconds: float = 120) -> float:
        """How long it took; a failure shows what was said instead."""
        started = time.monotonic()
        while words not in self.said():
            took = time.monotonic() - started
            if self.process.poll() is not None or took > seconds:
                raise AssertionError(f"not said within {took:.1f} s: {words!r}\n{self.said()}")
            time.sleep(0.02)
        return time.monotonic() - started

    def wait_until_ready(self, seconds: float = 120) -> float:
        """Until requests are answered from the database."""
        started = time.monotonic()
        while not self.is_ready():
            took = time.monotonic() - started
            if self.process.poll() is not None or took > seconds:
                raise AssertionError(f"not ready within {took:.1f} s\n{self.said()}")
            time.sleep(0.02)
        return time.monotonic() - started

    def is_ready(self) -> bool:
        try:
            answer = httpx.get(f"{self.address}/readyz", timeout=5, trust_env=False)
        except httpx.HTTPError:
            return False
        return answer.status_code == 200

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)

    def processes(self) -> dict[int, str]:
        """Everything that was started here and still lives: pid → command line."""
        return {pid: line for pid, line in _living() if self._started(pid)}

    def find(self, words: str) -> int | None:
        """The process whose command line holds these words, if there is just one."""
        found = [
            pid
            for pid, line in self.processes().items()
            if words in line and "guardian" not in line
        ]
        return found[0] if len(found) == 1 else None

    def guardians(self) -> set[int]:
        """The guardians of the worker and of the database."""
        return {pid for pid, line in self.processes().items() if "guardian" in line}

    def postmaster(self) -> int:
        """The database's first process, as it says itself; its children look like it at birth."""
        record = self.data_dir / "postgres/cluster/data/postmaster.pid"
        try:
            return int(record.read_text(encoding="utf-8").split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return 0  # just being written anew

    def gone_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self.processes() and time.monotonic() < deadline:
            time.sleep(0.02)
        return not self.processes()

    def _started(self, pid: int) -> bool:
        # PostgreSQL writes its titles over its environment; its folder gives it away.
        with contextlib.suppress(OSError):
            if self._mark.encode() in Path(f"/proc/{pid}/environ").read_bytes():
                return True
        with contextlib.suppress(OSError):
            return Path(f"/proc/{pid}/cwd").readlink().is_relative_to(self.data_dir.resolve())
        return False


@contextlib.contextmanager
def running_platform(
    *arguments: str, data_dir: Path, port: int | None = None, **environment: str
) -> Iterator[PlatformProcess]:
    """A platform that is gone at the end of the test, however the test ends."""
    platform = PlatformProcess(
        *(arguments or ("run",)), data_dir=data_dir, port=port or free_port(), **environment
    )
    try:
        yield platform
    finally:
        with contextlib.suppress(subprocess.TimeoutExpired, ProcessLookupError):
            platform.process.terminate()
            platform.process.wait(60)
        for pid in platform.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        platform.process.wait(5)


def _living() -> Iterator[tuple[int, str]]:
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if line:  # a corpse has none
                yield int(entry.name), line
