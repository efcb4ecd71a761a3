"""The packs on the shelf keep their laws, and a broken one is noticed."""

import shutil

import pytest

from services.subsidies.store.policies import POLICIES, PackRefused, PolicyShelf, read_policies
from services.subsidies.usecases.pack_checks import check_packs


def test_the_packs_keep_their_laws_and_their_cases_reach_every_branch():
    assert [f"{fault.pack} {fault.entry}: {fault.message.en}" for fault in check_packs()] == []


@pytest.fixture
def shelf_folder(tmp_path):
    folder = tmp_path / "policies"
    shutil.copytree(POLICIES, folder)
    return folder


def change(folder, file, old, new):
    path = folder / "lixia-transformation" / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("parameters.yaml", 'value: "30000.00"', "value: plenty", "cannot be read"),
        ("rules.yaml", "clause: 政策细则第1条", "clause: [", "cannot be read"),
        ("parameters.yaml", "quote: 给予最高3万元", "quote: 给予最高4万元", "quotation"),
        ("source.txt", "最高3万元", "最高4万元", "hash"),
        ("pack.yaml", "from: 2024-01-01", "from: 2023-12-31", "overlap"),
        ("parameters.yaml", "to: null", "to: 2025-12-31", "ends before"),
        ("switches.yaml", "default: disbursed", "default: whatever", "none of the readings"),
        ("rules.yaml", "{base}元为基数", "{used}元为基数", "different values"),
        ("rules.yaml", "asks: contracts.type", "asks: contracts.kind", "no question"),
        ("parameters.yaml", "code: rd_platform.reward", "code: rd_platform.prize", "missing"),
    ],
)
def test_a_broken_pack_is_refused_by_name(shelf_folder, file, old, new, said):
    change(shelf_folder, file, old, new)

    with pytest.raises(PackRefused, match=said):
        read_policies(shelf_folder)


def test_a_case_that_no_longer_holds_is_reported(shelf_folder):
    change(shelf_folder, "parameters.yaml", 'value: "30000.00"', 'value: "31000.00"')

    assert "award-shandong-third" in {fault.entry for fault in check_packs(shelf_folder)}


def test_a_changed_pack_is_live_without_a_restart_and_a_broken_one_is_not(
    shelf_folder, monkeypatch
):
    monkeypatch.setattr("services.subsidies.store.policies._LOOK_EVERY", 0)
    shelf = PolicyShelf(shelf_folder)
    before = shelf.get_policy("lixia-transformation").pack_hash

    change(shelf_folder, "switches.yaml", "default: half_up", "default: down")
    after = shelf.get_policy("lixia-transformation")
    assert after.switches["match_rounding"].default == "down"
    assert after.pack_hash != before

    change(shelf_folder, "switches.yaml", "default: down", "default: sideways")
    assert shelf.get_policy("lixia-transformation") is after

    change(shelf_folder, "parameters.yaml", 'value: "30000.00"', "value: plenty")
    assert shelf.get_policy("lixia-transformation") is after
