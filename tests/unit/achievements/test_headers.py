"""Headers as people write them."""

import pytest

from kit.errors import InvalidInput
from kit.text import Language
from services.achievements.rules.header_words import REQUIRED, SYNONYMS
from services.achievements.rules.headers import (
    field_of_pointer,
    find_heading,
    plain_header,
)
from services.achievements.rules.kinds import ImportKind
from services.achievements.rules.template_words import list_headers


@pytest.mark.parametrize("kind", ImportKind)
def test_no_header_means_two_fields(kind: ImportKind) -> None:
    meanings: dict[str, str] = {}
    for field, names in SYNONYMS[kind].items():
        for name in names:
            assert meanings.setdefault(plain_header(name), field) == field, name


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", ImportKind)
def test_the_template_is_understood(kind: ImportKind, language: Language) -> None:
    headers: list[object] = [header for _, header in list_headers(kind, language)]
    heading = find_heading(kind, [headers])

    # Whose a row is, an export says; nobody is asked to fill it in.
    assert heading.fields == set(SYNONYMS[kind]) - {"owner_uscc"}
    assert [column.field for column in heading.columns] == [
        field for field, _ in list_headers(kind, language)
    ]
    assert all(column.scale == 1 for column in heading.columns)
    assert set(REQUIRED[kind]) <= set(SYNONYMS[kind])


def test_a_header_is_found_below_titles_with_its_units() -> None:
    rows: list[list[object]] = [
        ["科技成果汇总表", "", ""],
        ["填报单位", "某大学", ""],
        ["成果编号*", "成果名称（必填）", "完成单位", "转让价格(万元)", "备注"],
        ["1", "名称", "某大学", 5, ""],
    ]
    heading = find_heading(ImportKind.ACHIEVEMENTS, rows)

    assert heading.row == 2
    assert [column.field for column in heading.columns] == [
        "source_id", "title", "organizations", "asking_price_yuan",
    ]  # fmt: skip
    assert heading.columns[3].scale == 10_000


def test_english_headers_are_understood() -> None:
    rows: list[list[object]] = [["Source ID", "Title", "Organizations", "TRL"]]

    assert len(find_heading(ImportKind.ACHIEVEMENTS, rows).columns) == 4


def test_missing_columns_are_named() -> None:
    with pytest.raises(InvalidInput) as caught:
        find_heading(ImportKind.ACHIEVEMENTS, [["成果名称", "简介"]])

    assert caught.value.facts["missing"] == ["source_id", "organizations"]
    assert "完成单位" in caught.value.detail.zh


def test_a_fault_points_at_its_column() -> None:
    assert field_of_pointer("/organizations/0/uscc") == "organization_usccs"
    assert field_of_pointer("/intellectual_property/2/number") == "patents"
    assert field_of_pointer("/title") == "title"


@pytest.mark.parametrize(
    ("notes", "scale"),
    [
        (["成果汇总表（单位：万元）"], 10_000),
        (["填报单位：山东某大学", "金额单位:人民币 千元"], 1_000),
        (["单位：元"], 1),
        (["填报单位：山东某大学"], None),
        (["单位：元", "单位：万元"], None),
    ],
)
def test_a_unit_named_once_above_the_table_counts_for_bare_headers(
    notes: list[str], scale: int | None
) -> None:
    rows: list[list[object]] = [[note] for note in notes]
    rows.append(["编号", "成果名称", "完成单位", "转让价格"])

    heading = find_heading(ImportKind.ACHIEVEMENTS, rows)

    assert {one.field: one.scale for one in heading.columns}["asking_price_yuan"] == scale
