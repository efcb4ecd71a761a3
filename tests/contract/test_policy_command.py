"""`liurong policy check`, and a pack that is live on every process without a restart."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import time

import httpx
import pytest
from typer.testing import CliRunner

from liurong.cli import app
from services.subsidies.store.policies import POLICIES


@pytest.fixture
def shelf(tmp_path):
    folder = tmp_path / "policies"
    shutil.copytree(POLICIES, folder)
    return folder


def change(shelf, file, old, new):
    path = shelf / "lixia-transformation" / file
    content = path.read_text("utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), "utf-8")


def check(*arguments):
    return CliRunner().invoke(app, ["policy", "check", *map(str, arguments)])


def test_good_packs_pass():
    answer = check()

    assert answer.exit_code == 0
    assert "lixia-transformation: no fault of its own" in answer.output


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("rules.yaml", "clause: 政策细则第1条", "clause: [", "cannot be read"),
        ("parameters.yaml", "quote: 给予最高3万元", "quote: 给予最高4万元", "quotation"),
        ("pack.yaml", "from: 2024-01-01", "from: 2023-12-31", "overlap"),
        ("parameters.yaml", "to: null", "to: 2025-12-31", "ends before"),
        ("cases.yaml", "id: platform-not-new", "id: [", "cannot be read"),
        ("cases.yaml", 'amount_yuan: "100000.00"', 'amount_yuan: "1.00"', "the amount is"),
        ("cases.yaml", "- {id: award-revoked,", "- {name: award-revoked,", "no case reaches"),
        (
            "rules.yaml",
            "      fails: [奖项已被撤销",
            "      holds: [奖项已被撤销",
            "no rule ever reaches",
        ),
        ("parameters.yaml", "quote: 每家", "quotation: 每家", "not permitted"),
    ],
)
def test_a_broken_pack_is_named_and_ends_with_one(shelf, file, old, new, said):
    change(shelf, file, old, new)
    answer = check(shelf)

    assert answer.exit_code == 1
    assert said in answer.output


def test_an_empty_shelf_is_no_success(tmp_path):
    assert check(tmp_path).exit_code == 1


@contextlib.contextmanager
def serve_subsidies(shelf, folder):
    """A process of its own, without a database: calculating and reading policies need none."""
    environment = os.environ | {
        "LIURONG_POLICIES": str(shelf),
        "LIURONG_MODE": "demo",
        "LIURONG_LOG_LEVEL": "error",
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none",
        "DATA_DIR": str(folder),
    }
    with subprocess.Popen(
        [sys.executable, "-m", "liurong", "serve", "subsidies", "--port", "0"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def address_of(process):
    return re.search(r"http://\S+", process.stdout.readline())[0]


def ask_version(address):
    answer = httpx.post(
        f"{address}/v1/subsidies/calculations", json={"on": "2024-06-30"}, trust_env=False
    )
    assert answer.status_code == 200, answer.text
    return answer.json()["policy"]["version"]


def seconds_until_live(addresses, version):
    changed = time.monotonic()
    while any(ask_version(address) != version for address in addresses):
        assert time.monotonic() - changed < 20
        time.sleep(0.02)
    return time.monotonic() - changed


def test_a_new_pack_is_live_on_two_processes_within_a_second_and_a_broken_one_on_none(
    shelf, tmp_path
):
    with serve_subsidies(shelf, tmp_path) as first, serve_subsidies(shelf, tmp_path) as second:
        one, other = address_of(first), address_of(second)
        assert {ask_version(one), ask_version(other)} == {"2023"}

        taken = []
        for before, after in (("2023", "2023.1"), ("2023.1", "2023.2"), ("2023.2", "2023.3")):
            change(shelf, "pack.yaml", f'version: "{before}"', f'version: "{after}"')
            taken.append(seconds_until_live([one, other], after))
        # The best of three, because a test may run on a machine that is busy with others.
        assert min(taken) < 1

        change(shelf, "parameters.yaml", 'value: "30000.00"', 'value: "31000.00"')
        change(shelf, "pack.yaml", 'version: "2023.3"', 'version: "2023.4"')
        time.sleep(1)
        assert {ask_version(one), ask_version(other)} == {"2023.3"}
