"""The contract assistant: right on formal summaries, and silent rather than wrong on loose ones."""

from pathlib import Path

import pytest

from kit.yamls import read_yaml
from services.achievements.rules.contract_types import assess_type, list_lacking
from services.achievements.rules.contracts import ContractType
from services.achievements.store.contract_types import get_type_guide

FOLDER = Path(__file__).parent / "contract_summaries"


def assess_file(name: str) -> tuple[int, int, int]:
    """How many were right, left open, wrong."""
    summaries = read_yaml((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    said = [
        (assess_type(get_type_guide(), one["title"], one["summary"]).type, one["type"])
        for one in summaries
    ]
    right = sum(found == wanted for found, wanted in said)
    silent = sum(found is None for found, _ in said)
    return right, silent, len(said) - right - silent


@pytest.mark.parametrize(
    ("name", "least_right", "most_wrong"),
    [("tuning", 55, 5), ("colloquial", 18, 1), ("held_out", 18, 2), ("written_last", 4, 0)],
)
def test_summaries_are_told_apart(name: str, least_right: int, most_wrong: int) -> None:
    right, _silent, wrong = assess_file(name)

    assert right >= least_right
    assert wrong <= most_wrong


def test_all_five_types_are_in_each_set() -> None:
    for name in ("tuning", "held_out", "written_last"):
        text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
        assert {one["type"] for one in read_yaml(text)} == {kind.value for kind in ContractType}


def test_a_name_that_says_otherwise_does_not_decide() -> None:
    guide = get_type_guide()
    named = assess_type(guide, "技术服务合同", "乙方研究开发新模型，交付源代码，成果归甲方")

    assert named.type is ContractType.DEVELOPMENT
    assert {hit.words for hit in named.found} >= {"研究开发", "源代码"}


def test_what_is_denied_does_not_count() -> None:
    guide = get_type_guide()
    denied = assess_type(guide, "数据处理", "乙方处理数据，不涉及新软件研发")

    assert denied.type is ContractType.SERVICE
    assert denied.points[ContractType.DEVELOPMENT] == 0


def test_where_nothing_speaks_nobody_guesses() -> None:
    found = assess_type(get_type_guide(), "合作协议", "双方友好合作")

    assert found.type is None
    assert found.lead == 0


def test_what_lacks_depends_on_the_type() -> None:
    guide = get_type_guide()
    content = {"summary": "…", "form": {"valid_from": "2026-01-01"}}
    transfer = {one.field for one in list_lacking(guide, ContractType.TRANSFER, content)}
    service = {one.field for one in list_lacking(guide, ContractType.SERVICE, content)}

    assert transfer - service == {
        "form.expected_investment_yuan",
        "form.expected_output_yuan",
        "form.property_kind",
    }
    assert "form.valid_from" not in service
    assert {"form.valid_to", "signed_on", "technology_yuan"} <= service


def test_only_what_was_read_is_called_verified() -> None:
    guide = get_type_guide()

    assert all(entry.verified is (entry.quote is not None) for entry in guide.types.values())
    assert set(guide.types) == set(ContractType)
