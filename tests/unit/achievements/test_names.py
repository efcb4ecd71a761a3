"""Names for search: what a slip is, and what is another name."""

import pytest

from services.achievements.rules.highlights import mark_words
from services.achievements.rules.names import is_one_slip, name_key, name_variants


@pytest.mark.parametrize("asked", ["张三风", "张丰三", "张丰", "张三三丰", "李三丰", "张三丰年"])
def test_one_slip_away(asked: str) -> None:
    assert is_one_slip(asked, "张三丰")
    assert set(name_variants(asked)) & set(name_variants("张三丰"))


@pytest.mark.parametrize("asked", ["张三丰", "李四丰", "张", "丰三张", "张三丰年年"])
def test_the_same_or_further_away(asked: str) -> None:
    assert not is_one_slip(asked, "张三丰")


def test_of_two_characters_only_a_swap_is_a_slip() -> None:
    assert is_one_slip("五钱", "钱五")
    assert not is_one_slip("赵五", "钱五")


def test_width_case_and_marks_do_not_matter() -> None:
    assert name_key("Ｚhang, San") == name_key("zhang san") == "zhangsan"


def test_a_latin_word_is_marked_as_a_whole_only() -> None:
    assert mark_words("AI for chains", ["ai"]) == "<em>AI</em> for chains"
    assert mark_words("chains", ["ai"]) is None
