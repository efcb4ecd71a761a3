"""`liurong policy check`, and a pack that is live on every process without a restart."""

import shutil
import subprocess
import sys
import time

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
    ],
)
def test_a_broken_pack_is_named_and_ends_with_one(shelf, file, old, new, said):
    change(shelf, file, old, new)
    answer = check(shelf)

    assert answer.exit_code == 1
    assert said in answer.output


def test_an_empty_shelf_is_no_success(tmp_path):
    assert check(tmp_path).exit_code == 1


READER = """
import sys, time
from pathlib import Path
from services.subsidies.store.policies import PolicyShelf
shelf = PolicyShelf(Path(sys.argv[1]))
while True:
    switches = shelf.get_policy("lixia-transformation").switches
    print("reads", switches["match_rounding"].default, flush=True)
    time.sleep(0.05)
"""


def read_of(reader):
    """What the process reads now; its log lines are left out."""
    while True:
        line = reader.stdout.readline()
        if line.startswith("reads "):
            return line.split()[1]


def test_a_new_pack_is_live_on_two_processes_and_a_broken_one_on_none(shelf):
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(shelf)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        for _ in range(2)
    ]
    try:
        assert {read_of(reader) for reader in readers} == {"half_up"}
        change(shelf, "switches.yaml", "default: half_up", "default: down")
        changed = time.monotonic()
        for reader in readers:
            while read_of(reader) != "down":
                assert time.monotonic() - changed < 10
        change(shelf, "switches.yaml", "default: down", "default: sideways")
        until = time.monotonic() + 1
        while time.monotonic() < until:
            assert {read_of(reader) for reader in readers} == {"down"}
    finally:
        for reader in readers:
            reader.kill()
            reader.wait()
            reader.stdout.close()
