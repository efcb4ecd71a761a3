"""Cells as people fill them."""

from datetime import date, datetime

import pytest

from services.achievements.rules.cell_rows import read_cells
from services.achievements.rules.cells import (
    Cell,
    CellFault,
    read_code,
    read_date,
    read_people,
    read_whole_number,
    read_yuan,
)
from services.achievements.rules.headers import Column
from services.achievements.rules.text import disarm_formula, normalise_title


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2024.3", "2024-03-01"),
        ("2024年3月", "2024-03-01"),
        ("2024年3月5日", "2024-03-05"),
        ("2024/3/5", "2024-03-05"),
        ("２０２４-０３-０５", "2024-03-05"),
        ("20240305", "2024-03-05"),
        (20240305.0, "2024-03-05"),
        (2024.4, "2024-04-01"),
        (45356, "2024-03-05"),
        ("45357", "2024-03-06"),
        (" ４５３５６ ", "2024-03-05"),
        ("45356.75", "2024-03-05"),
        (datetime(2024, 3, 5, 12), "2024-03-05"),  # noqa: DTZ001 a sheet knows no zone
        (date(2024, 3, 5), "2024-03-05"),
    ],
)
def test_a_date_is_read_however_it_is_written(cell: Cell, day: str) -> None:
    assert read_date(cell) == day


@pytest.mark.parametrize(
    "cell", ["2024-13", "2024.2.30", "去年", "24.3", "", 2024.1, 20243.0, "20243", "453561"]
)
def test_a_date_that_is_not_sure_is_refused(cell: Cell) -> None:
    with pytest.raises(CellFault):
        read_date(cell)


@pytest.mark.parametrize(
    ("cell", "scale", "amount"),
    [
        ("50万元", 1, "500000.00"),
        ("50", 10_000, "500000.00"),
        (0.1, 10_000, "1000.00"),
        (3.3, 10_000, "33000.00"),
        ("1,234.50", 1, "1234.50"),
        ("￥12.5万", 1, "125000.00"),
        ("100元", 10_000, "100.00"),
        ("1.5亿元", 1, "150000000.00"),
        (12, 1000, "12000.00"),
    ],
)
def test_an_amount_is_read_with_its_unit(cell: Cell, scale: int, amount: str) -> None:
    assert read_yuan(cell, scale) == amount


@pytest.mark.parametrize("cell", ["面议", "1.234", "1e5", "NaN", "--5"])
def test_an_amount_that_is_not_sure_is_refused(cell: Cell) -> None:
    with pytest.raises(CellFault):
        read_yuan(cell)


@pytest.mark.parametrize("cell", [123700004955000143, 1.23700004955e17, "1.237E+17"])
def test_a_code_whose_digits_are_lost_is_refused(cell: Cell) -> None:
    with pytest.raises(CellFault) as caught:
        read_code(cell)

    assert caught.value.code == "digits_lost"


def test_a_short_number_is_a_code() -> None:
    assert read_code(1024.0) == "1024"


@pytest.mark.parametrize(
    "cell", ["张三、李四；王五", "张三,李四,王五", "张三 李四 王五", "张三（组长）/李四\n王五"]
)
def test_several_people_in_one_cell(cell: Cell) -> None:
    assert read_people(cell) == ["张三", "李四", "王五"]


def test_an_english_name_stays_whole() -> None:
    assert read_people("Ada Lovelace; Grace Hopper") == ["Ada Lovelace", "Grace Hopper"]


@pytest.mark.parametrize("cell", [6, 6.0, "6级", "TRL6", "TRL-6", "６"])
def test_a_readiness_level_is_read_however_it_is_written(cell: Cell) -> None:
    assert read_whole_number(cell) == 6


def test_all_faults_of_a_row_are_found_at_once() -> None:
    columns = [
        Column(0, "completed_on", "完成时间"),
        Column(1, "trl", "成熟度"),
        Column(2, "title", "名称"),
    ]
    row = read_cells(columns, ["某天", "很高", "名"])

    assert [fault.pointer for fault in row.faults] == ["/completed_on", "/trl"]
    assert row.values == {"title": "名"}


def test_an_exported_cell_never_starts_a_formula_and_comes_back_as_it_was() -> None:
    for text in ("=1+1", "+86", "-cmd", "@x"):
        assert disarm_formula(text)[0] == "'"
        row = read_cells([Column(0, "title", "名称")], [disarm_formula(text)])
        assert row.values == {"title": text}


def test_two_spellings_of_a_title_meet() -> None:
    assert normalise_title("固态 电池（ＡＢＣ）！") == normalise_title("固态电池(abc)")
