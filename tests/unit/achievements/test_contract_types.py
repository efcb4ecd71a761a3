"""The contract assistant: right on formal summaries; on loose ones it asks before it guesses."""

from dataclasses import replace
from pathlib import Path

import pytest

from kit.errors import InvalidInput
from kit.yamls import read_yaml
from services.achievements.rules.contract_types import ask_questions, assess_type, list_lacking
from services.achievements.rules.contract_words import Example, learn
from services.achievements.rules.contracts import ContractType
from services.achievements.store.contract_types import (
    EXAMPLE_SETS,
    get_type_guide,
    read_examples,
)

HELD_OUT = Path(__file__).parent / "contract_summaries" / "everyday_held_out.yaml"


def count_right(examples: list[Example], learned: list[Example]) -> tuple[int, int]:
    """How many were right, and how many wrong; the others were left open."""
    guide = replace(get_type_guide(), lessons=learn(learned))
    said = [(assess_type(guide, one.title, one.summary).type, one.type) for one in examples]
    right = sum(found is wanted for found, wanted in said)
    return right, sum(found is not None for found, _ in said) - right


def read_held_out() -> list[Example]:
    raw = read_yaml(HELD_OUT.read_text(encoding="utf-8"))
    return [Example(one["title"], one["summary"], ContractType(one["type"])) for one in raw]


def test_formal_summaries_are_told_apart_by_what_everyday_ones_taught() -> None:
    right, wrong = count_right(read_examples("formal")[:60], read_examples("everyday"))

    assert right >= 55
    assert wrong <= 2


def test_everyday_summaries_written_after_the_last_change_are_told_apart() -> None:
    taught = [one for name in EXAMPLE_SETS for one in read_examples(name)]
    right, wrong = count_right(read_held_out(), taught)

    assert right >= 22
    assert wrong <= 1


def test_the_most_colloquial_are_mostly_told_apart_by_what_the_others_taught() -> None:
    everyday = read_examples("everyday")
    others = [*read_examples("formal"), *everyday[:90], *everyday[115:]]
    right, _wrong = count_right(everyday[90:115], others)

    assert right >= 16


def test_all_five_types_are_in_each_set() -> None:
    for examples in (*map(read_examples, EXAMPLE_SETS), read_held_out()):
        assert {one.type for one in examples} == set(ContractType)


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


def test_what_the_words_leave_open_is_asked_and_an_answer_settles_it() -> None:
    guide = get_type_guide()
    open_ = assess_type(guide, "合作协议", "双方友好合作")
    asked = ask_questions(guide, open_, {})
    answers = {"delivered": "the_use"}
    settled = assess_type(guide, "合作协议", "双方友好合作", answers)

    assert "delivered" in [one.code for one in asked]
    assert settled.type is ContractType.LICENSE
    assert ask_questions(guide, settled, answers) == ()


def test_where_it_is_clear_nothing_is_asked() -> None:
    guide = get_type_guide()
    clear = assess_type(guide, "专利实施许可合同", "许可乙方在约定地域实施专利，权属不变。")

    assert clear.type is ContractType.LICENSE
    assert ask_questions(guide, clear, {}) == ()


def test_an_answer_nobody_offers_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        assess_type(get_type_guide(), "合同", None, {"delivered": "money", "colour": "red"})

    assert [one.pointer for one in refused.value.faults] == [
        "/answers/delivered",
        "/answers/colour",
    ]
