"""Several values in one cell are told apart, and written so that they read back as they were."""

import random

import pytest

from services.achievements.rules.cells import read_codes, read_list, read_people
from services.achievements.rules.lists import join_parts


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("材料；制备,电池", ["材料", "制备", "电池"]),
        ("TCP/IP、C/C++", ["TCP/IP", "C/C++"]),
        ("电池/材料", ["电池", "材料"]),
        ("Acme Co., Ltd.; 山东某大学（威海）", ["Acme Co., Ltd.", "山东某大学（威海）"]),
        ('"水，声"、图像', ["水，声", "图像"]),
        ('说"好"的、另一个', ['说"好"的', "另一个"]),
    ],
)
def test_words_in_a_cell_are_told_apart(cell: str, words: list[str]) -> None:
    assert read_list(cell) == words


def test_people_and_numbers_are_told_apart_by_a_slash_too() -> None:
    assert read_people("Li Si/Wang Wu") == ["Li Si", "Wang Wu"]
    assert read_people("李四（组长、教授）;王五") == ["李四", "王五"]
    assert read_codes("ZL1/ZL2、无、ZL3") == ["ZL1", "ZL2", "无", "ZL3"]


def test_what_is_joined_reads_back_whatever_it_holds() -> None:
    dice = random.Random(5)

    for _ in range(2000):
        length = dice.randrange(1, 5)
        parts = [
            "".join(dice.choices('甲乙A1"、，,;/|（） 无', k=4)).strip() for _ in range(length)
        ]
        parts = [" ".join(part.split()) for part in parts if part]
        assert read_list(join_parts(parts)) == parts
        assert read_people(join_parts(parts)) == parts
