"""The platform as many machines have it: one process per service, found by URL."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx

SERVICES = ("achievements", "subsidies", "credit", "gateway")


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@dataclass
class Machines:
    """Processes of one platform; each can be stopped and started alone."""

    database_url: str
    data_dir: Path
    ports: dict[str, int] = field(default_factory=lambda: {name: free_port() for name in SERVICES})
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    callers: dict[str | None, httpx.Client] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.ports['gateway']}"

    def start(self, name: str) -> None:
        """Start a service, or the worker; a service is waited for."""
        command = ["worker"] if name == "worker" else ["serve", name]
        with (self.data_dir / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", "liurong", *command],
                env=self._environment(name),
                stdout=log,
                stderr=log,
            )
        if name != "worker":
            self.wait_until_ready(name)

    def stop(self, name: str, number: signal.Signals = signal.SIGTERM) -> None:
        process = self.running.pop(name)
        process.send_signal(number)
        process.wait(40)

    def wait_until_ready(self, name: str, seconds: float = 90) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.running[name].poll() is not None:
                raise RuntimeError(f"{name} ended:\n{self.log_of(name)}")
            with contextlib.suppress(httpx.HTTPError):
                url = f"http://127.0.0.1:{self.ports[name]}/readyz"
                if httpx.get(url, timeout=1, trust_env=False).status_code == 200:
                    return
            time.sleep(0.05)
        raise RuntimeError(f"{name} is not ready after {seconds} s:\n{self.log_of(name)}")

    def log_of(self, name: str) -> str:
        return (self.data_dir / f"{name}.log").read_text(encoding="utf-8")[-4000:]

    def call(self, client_id: str | None = None) -> httpx.Client:
        """A caller at the gateway: one of the demo clients, or the public."""
        if client_id not in self.callers:
            headers = {} if client_id is None else {"Authorization": self._token_of(client_id)}
            self.callers[client_id] = httpx.Client(
                base_url=self.address, timeout=30, trust_env=False, headers=headers
            )
        return self.callers[client_id]

    def _token_of(self, client_id: str) -> str:
        answer = httpx.post(
            f"{self.address}/v1/oauth/token",
            trust_env=False,
            data={
                "grant_type": "client_credentials",
                "client_id": client_id,
                "client_secret": "demo",
            },
        )
        answer.raise_for_status()
        return f"Bearer {answer.json()['access_token']}"

    def close(self) -> None:
        for client in self.callers.values():
            client.close()
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            process.wait(40)

    def _environment(self, name: str) -> dict[str, str]:
        urls = {
            f"LIURONG_{service.upper()}_URL": f"http://127.0.0.1:{port}"
            for service, port in self.ports.items()
        }
        return (
            os.environ
            | urls
            | {
                "LIURONG_MODE": "demo",
                "LIURONG_SERVICE_SECRET": "a secret that only this test knows",
                "DATABASE_URL": self.database_url,
                "DATA_DIR": str(self.data_dir / name),
                "PORT": str(self.ports.get(name, 0)),
                "LIURONG_LOG_LEVEL": "warning",
            }
        )


@contextlib.contextmanager
def start_machines(database_url: str, data_dir: Path) -> Iterator[Machines]:
    """The three services, the gateway and the worker, each in its own process."""
    machines = Machines(database_url, data_dir)
    try:
        for name in (*SERVICES, "worker"):
            machines.start(name)
        yield machines
    finally:
        machines.close()
