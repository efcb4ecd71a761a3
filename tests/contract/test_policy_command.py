"""`liurong policy check`, and a pack that is live on every process without a restart."""

import time

import pytest
from typer.testing import CliRunner

from liurong.cli import app
from tests.packs import ask_version, make_shelf, seconds_until_live, serve_packs, write_pack


@pytest.fixture
def shelf(tmp_path):
    return make_shelf(tmp_path)


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
    write_pack(shelf, file, old, new)
    answer = check(shelf)

    assert answer.exit_code == 1
    assert said in answer.output


def test_an_empty_shelf_is_no_success(tmp_path):
    assert check(tmp_path).exit_code == 1


def test_a_new_pack_is_live_on_two_processes_and_a_broken_one_on_none(shelf, tmp_path):
    with serve_packs(shelf, tmp_path) as one, serve_packs(shelf, tmp_path) as other:
        assert {ask_version(one), ask_version(other)} == {"2023"}

        write_pack(shelf, "pack.yaml", 'version: "2023"', 'version: "2023.1"')
        seconds_until_live([one, other], "2023.1")

        write_pack(shelf, "parameters.yaml", 'value: "30000.00"', 'value: "31000.00"')
        write_pack(shelf, "pack.yaml", 'version: "2023.1"', 'version: "2023.2"')
        time.sleep(1)
        assert {ask_version(one), ask_version(other)} == {"2023.1"}
