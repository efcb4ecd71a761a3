"""An uploaded workbook given back with its errors in red."""

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

import openpyxl
import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from kit.errors import InvalidInput
from services.achievements.rules.uploads import TablePlace
from services.achievements.store import marked_sheets, sheets
from services.achievements.store.marked_workbooks import Marking, mark_workbook
from services.achievements.store.workbooks import MarkedRow

RED = "FFFFC7CE"
MARKS = [MarkedRow(3, "失败：/trl", {1: "应小于或等于 9"}), MarkedRow(4, "失败", {3: "缺失"})]


def make_book() -> Workbook:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "成果"
    for row in (
        ["汇总表"],
        ["编号", "成熟度", "备注"],
        ["A", 12, "=1+1"],
        ["B", 3],
        ["C", 4, "@x"],
    ):
        sheet.append(row)
    return book


def mark(
    book: Workbook, path: Path, marks: Iterable[MarkedRow] = MARKS, status: int = 4
) -> Workbook:
    book.save(path)
    return openpyxl.load_workbook(mark_file(path, marks, status))


def mark_file(path: Path, marks: Iterable[MarkedRow], status: int = 4) -> io.BytesIO:
    marking = Marking(TablePlace("成果", 2, status), marks, [("失败", "2"), ("=1", "+2")])
    return io.BytesIO(b"".join(mark_workbook(path, marking)))


def test_wrong_cells_are_red_with_a_note_and_the_status_stands_at_the_end(tmp_path: Path) -> None:
    book = mark(make_book(), tmp_path / "a.xlsx")
    sheet = book["成果"]

    said = [sheet.cell(row, 4).value for row in range(2, 6)]
    assert said == ["导入状态", "失败：/trl", "失败", None]
    assert sheet["B3"].fill.fgColor.rgb == RED
    assert sheet["B3"].comment is not None
    assert sheet["B3"].comment.text == "应小于或等于 9"
    assert sheet["B4"].fill.fgColor.rgb != RED
    assert book.sheetnames == ["成果", "导入汇总"]
    assert [cell.value for cell in book["导入汇总"][2]] == ["'=1", "'+2"]


def test_what_is_not_wrong_stays_as_it_was(tmp_path: Path) -> None:
    book = make_book()
    sheet, other = book["成果"], book.create_sheet("说明")
    sheet.merge_cells("A1:C1")
    sheet.column_dimensions["B"].width = 33
    sheet.freeze_panes = "A3"
    sheet["A5"].font, sheet["B3"].font = Font(bold=True), Font(italic=True)
    sheet["B3"].number_format, sheet["B3"].alignment = "0.00", Alignment(horizontal="right")
    sheet["A5"].comment = Comment("核对过", "张三")
    sheet.add_data_validation(DataValidation(type="list", formula1='"1,2"', sqref="B3:B9"))
    other["A1"] = "=SUM(1,2)"
    other["A2"] = "文字"
    marked = mark(book, tmp_path / "a.xlsx")
    sheet = marked["成果"]

    assert [str(area) for area in sheet.merged_cells.ranges] == ["A1:C1"]
    assert (sheet.column_dimensions["B"].width, sheet.freeze_panes) == (33, "A3")
    assert sheet["A5"].font.b
    wrong = sheet["B3"]
    assert (wrong.font.i, wrong.number_format, wrong.alignment.horizontal) == (
        True,
        "0.00",
        "right",
    )
    assert sheet["A5"].comment is not None
    assert (sheet["A5"].comment.text, sheet["A5"].comment.author) == ("核对过", "张三")
    assert len(sheet.data_validations.dataValidation) == 1
    assert (marked["说明"]["A1"].value, marked["说明"]["A2"].value) == (None, "文字")


def test_no_cell_starts_a_formula(tmp_path: Path) -> None:
    book = mark(make_book(), tmp_path / "a.xlsx")
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]

    assert not any(cell.data_type == "f" for cell in cells)
    assert not any(str(cell.value).startswith(("=", "+", "@")) for cell in cells)


def test_marked_again_it_says_only_what_is_wrong_now(tmp_path: Path) -> None:
    first = mark(make_book(), tmp_path / "a.xlsx")
    first["成果"]["B3"].value = 9
    again = mark(first, tmp_path / "b.xlsx", [MARKS[1]])
    sheet = again["成果"]

    assert [sheet.cell(row, 4).value for row in range(2, 6)] == ["导入状态", None, "失败", None]
    assert sheet["B3"].comment is None
    assert sheet["D4"].comment is not None
    assert again.sheetnames == ["成果", "导入汇总"]


def test_a_merged_area_over_something_wrong_is_taken_apart(tmp_path: Path) -> None:
    book = make_book()
    book["成果"].merge_cells("A1:C1")
    book["成果"].merge_cells("B3:C4")
    sheet = mark(book, tmp_path / "a.xlsx")["成果"]

    assert [str(area) for area in sheet.merged_cells.ranges] == ["A1:C1"]


def test_a_workbook_without_styles_and_places_is_marked_too(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    rows = [["编号", "成熟度"], ["A", "12"], ["B", "3"]]
    path.write_bytes(b"".join(sheets.write_workbook("成果", ["汇总表"], rows)))
    content = mark_file(path, MARKS[:1], status=3)
    sheet = openpyxl.load_workbook(content)["成果"]

    assert sheet["B3"].fill.fgColor.rgb == RED
    content.seek(0)
    table = CalamineWorkbook.from_filelike(content).get_sheet_by_index(0).to_python()
    assert [row[2] for row in table] == ["", "导入状态", "失败：/trl", ""]


def test_beyond_the_most_notes_cells_are_red_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marked_sheets, "MOST_NOTES", 1)
    sheet = mark(make_book(), tmp_path / "a.xlsx")["成果"]
    red = [
        cell.coordinate for row in sheet.iter_rows() for cell in row if cell.fill.fgColor.rgb == RED
    ]
    noted = [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment]

    assert red == ["B3"]
    assert noted == ["B3"]


def test_it_is_made_while_it_is_read(tmp_path: Path) -> None:
    book, path = make_book(), tmp_path / "a.xlsx"
    for number in range(3000):
        book["成果"].append([f"S-{number}", number % 9, f"说明{number * 7919}" * 3])
    book.save(path)
    asked: list[int] = []
    marks = (asked.append(row) or MarkedRow(row, "失败", {1: "错"}) for row in range(3, 3000, 50))
    pieces = mark_workbook(path, Marking(TablePlace("成果", 2, 4), marks, []))
    first = next(pieces)
    early = len(asked)
    whole = io.BytesIO(first + b"".join(pieces))

    assert early < len(asked) == 60
    assert openpyxl.load_workbook(whole)["成果"].max_row == 3005


@pytest.mark.parametrize(
    "xml", [b'<!DOCTYPE a [<!ENTITY x "y">]><worksheet/>', b"<worksheet><row r='x'>", b"\x00"]
)
def test_a_sheet_that_is_no_sheet_is_refused(tmp_path: Path, xml: bytes) -> None:
    book, path = make_book(), tmp_path / "a.xlsx"
    book.save(path)
    with zipfile.ZipFile(path) as good, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as bad:
        for name in good.namelist():
            bad.writestr(name, xml if "worksheets/sheet1" in name else good.read(name))

    with pytest.raises(InvalidInput):
        mark_file(tmp_path / "b.xlsx", MARKS)
