"""A gateway that is killed and comes back, in a second: forked from one that has read the code."""

import contextlib
import multiprocessing
import os
import signal
import time
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from gateway.main import create_app
from kit.logs import set_up_logs
from kit.settings import Mode, Settings
from tests.flow.machines import free_port


def run_gateway(told: dict[str, Any]) -> None:
    """The gateway, until it is killed."""
    set_up_logs("error")
    settings = Settings(mode=Mode.DEMO, log_level="error", **told)
    uvicorn.run(create_app(settings), port=settings.port, log_config=None, access_log=False)


def make_forks() -> ForkServerContext:
    """Processes forked from one that has imported this module, and the whole gateway with it."""
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(["tests.soak.mortal"])
    return forks


@dataclass
class MortalGateway:
    """A gateway that is killed and comes back on the same port and database."""

    database_url: str
    data_dir: Path
    credit_url: str
    port: int = field(default_factory=free_port)
    process: ForkServerProcess | None = None
    forks: ForkServerContext = field(default_factory=make_forks)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        told = {
            "database_url": self.database_url,
            "data_dir": self.data_dir,
            "port": self.port,
            "credit_url": self.credit_url,
            "gateway_url": self.address,
        }
        self.process = self.forks.Process(target=run_gateway, args=(told,), daemon=True)
        self.process.start()

    def kill(self) -> None:
        """As `kill -9`; the corpse is buried."""
        process, self.process = self.process, None
        if process is not None and process.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
            process.join(10)

    def wait_until_alive(self, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{self.address}/livez", timeout=5, trust_env=False).is_success:
                    return
            time.sleep(0.02)
        raise RuntimeError("the gateway did not come back")
