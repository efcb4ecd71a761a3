"""The packs on the shelf keep their laws, and a broken one is noticed."""

import shutil

import pytest

from services.subsidies.rules.vocabulary import VOCABULARY
from services.subsidies.store.policies import POLICIES, PackRefused, read_policies
from services.subsidies.usecases.pack_checks import check_packs, prove_packs
from services.subsidies.usecases.shelf import PolicyShelf, open_shelf


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
        ("parameters.yaml", "quote: 每家", "quotation: 每家", "quotation: cannot be read"),
        ("parameters.yaml", 'value: "30000.00"', "value: 30000.00", "quotation marks"),
        ("pack.yaml", "from: 2024-01-01", 'from: "2024-01-01"', "pack.yaml/from: cannot be read"),
        ("pack.yaml", "id: lixia-transformation", "id: another", "called 'another'"),
        (
            "switches.yaml",
            "code: back_dating",
            "code: backdating",
            "back_dating: the switch",
        ),
        ("rules.yaml", "      fails: [奖项已被撤销", "      holds: [奖项已被撤销", "no rule ever"),
        ("rules.yaml", "      fails: [奖项已被撤销", "      unknown: [奖项已被撤销", "are missing"),
        ("awards.yaml", "from: 2025-11-01", "from: 2025-11-02", "gap or overlap"),
        ("awards.yaml", "from: 2025-11-01", "from: 2025-10-31", "gap or overlap"),
    ],
)
def test_a_broken_pack_is_refused_by_name(shelf_folder, file, old, new, said):
    change(shelf_folder, file, old, new)

    with pytest.raises(PackRefused, match=said):
        read_policies(shelf_folder)


SECOND_PRICE = """
- code: rd_platform.reward
  label: [六有研发平台一次性奖励, one-off reward for a six-haves R&D platform]
  value: "60000.00"
  unit: yuan
  from: {begin}
  to: null
  clause: 政策细则第2条
  quote: 每家企业给予一次性奖励5万元
"""
REWARD = """  value: "50000.00"
  unit: yuan
  from: 2024-01-01
  to: null
  clause: 政策细则第2条"""


@pytest.mark.parametrize(
    ("end", "begin", "said"),
    [
        ("2025-12-31", "2026-01-02", "gap or overlap"),
        ("2025-12-31", "2025-12-31", "gap or overlap"),
        ("null", "2026-01-01", "gap or overlap"),
        ("2025-12-31", "2026-01-01", "no case notices another number from 2026-01-01"),
    ],
)
def test_a_number_that_changes_leaves_no_gap_no_overlap_and_no_day_without_a_case(
    shelf_folder, end, begin, said
):
    change(shelf_folder, "parameters.yaml", REWARD, REWARD.replace("to: null", f"to: {end}"))
    path = shelf_folder / "lixia-transformation" / "parameters.yaml"
    path.write_text(path.read_text("utf-8") + SECOND_PRICE.format(begin=begin), "utf-8")

    with pytest.raises(PackRefused, match=said):
        prove_packs(shelf_folder)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("- {id: award-revoked,", "- {name: award-revoked,", "award.not_revoked.fails: no case"),
        ("- {id: base-grade-pending,", "- {n: 1,", "pilot_match.grade.waits: no case reaches"),
        ("id: award-shandong-first,", "id: award-national-first,", "stands twice"),
        ('"on": "2024-06-30", applicant: *firm', '"on": "2024-06-31", applicant: *firm', "on"),
    ],
)
def test_every_branch_of_every_rule_has_a_case(shelf_folder, old, new, said):
    change(shelf_folder, "cases.yaml", old, new)

    faults = [f"{fault.entry}: {fault.message.en}" for fault in check_packs(shelf_folder)]

    assert any(said in fault for fault in faults), faults


def test_every_sentence_that_the_rules_may_say_is_in_the_pack_and_no_other():
    policy = open_shelf().get_policy("lixia-transformation")

    written = {
        code: {f"{one.code}.{saying}" for one in rule.conditions.values() for saying in one.texts}
        for code, rule in policy.rules.items()
    }

    assert written == {code: set(sayings) for code, sayings in VOCABULARY.items()}


def test_a_case_that_no_longer_holds_is_reported(shelf_folder):
    change(shelf_folder, "parameters.yaml", 'value: "30000.00"', 'value: "31000.00"')

    assert "award-shandong-third" in {fault.entry for fault in check_packs(shelf_folder)}


def test_a_changed_pack_is_live_without_a_restart_and_a_broken_one_is_not(
    shelf_folder, monkeypatch
):
    monkeypatch.setattr("services.subsidies.usecases.shelf._LOOK_EVERY", 0)
    shelf = PolicyShelf(shelf_folder)
    before = shelf.get_policy("lixia-transformation").pack_hash

    change(shelf_folder, "pack.yaml", 'version: "2023"', 'version: "2023.1"')
    after = shelf.get_policy("lixia-transformation")
    assert after.version == "2023.1"
    assert after.pack_hash != before

    for file, old, new in (
        ("switches.yaml", "default: half_up", "default: sideways"),
        ("parameters.yaml", 'value: "30000.00"', "value: plenty"),
        ("parameters.yaml", "value: plenty", 'value: "31000.00"'),
    ):
        change(shelf_folder, file, old, new)
        assert shelf.get_policy("lixia-transformation") is after

    change(shelf_folder, "switches.yaml", "default: sideways", "default: half_up")
    change(shelf_folder, "parameters.yaml", 'value: "31000.00"', 'value: "30000.00"')
    change(shelf_folder, "pack.yaml", 'version: "2023.1"', 'version: "2023.2"')
    assert shelf.get_policy("lixia-transformation").version == "2023.2"
