"""A shelf of policy packs that a test may change, and processes that serve from it."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx

from services.subsidies.store.policies import POLICIES

PACK = "lixia-transformation"


def make_shelf(folder: Path) -> Path:
    """A copy of the platform's own packs."""
    return Path(shutil.copytree(POLICIES, folder / "policies"))


def write_pack(shelf: Path, file: str, old: str, new: str) -> None:
    """Change the first place in a file of the pack that reads so."""
    path = shelf / PACK / file
    content = path.read_text("utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), "utf-8")


@contextlib.contextmanager
def serve_packs(shelf: Path, data_dir: Path) -> Iterator[str]:
    """The address of a process of its own, without a database: calculating needs none."""
    environment = os.environ | {
        "LIURONG_POLICIES": str(shelf),
        "LIURONG_MODE": "demo",
        "LIURONG_LOG_LEVEL": "error",
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none",
        "DATA_DIR": str(data_dir),
    }
    with subprocess.Popen(
        [sys.executable, "-m", "liurong", "serve", "subsidies", "--port", "0"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            (address,) = re.findall(r"http://\S+", process.stdout.readline())
            yield address
        finally:
            process.kill()


def ask_version(address: str) -> str:
    """The version of the pack that a process calculates with now."""
    answer = httpx.post(
        f"{address}/v1/subsidies/calculations", json={"on": "2024-06-30"}, trust_env=False
    )
    assert answer.status_code == 200, answer.text
    return str(answer.json()["policy"]["version"])


def seconds_until_live(addresses: Sequence[str], version: str) -> float:
    """How long it takes until all of them calculate with this version."""
    changed = time.monotonic()
    while any(ask_version(address) != version for address in addresses):
        assert time.monotonic() - changed < 20
        time.sleep(0.02)
    return time.monotonic() - changed
