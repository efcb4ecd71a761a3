"""Templates with drop-downs, and what is said of the rows of an upload."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

SUMMARY_SHEET = "导入汇总"
_HEAD = PatternFill("solid", fgColor="FFDDEBF7")
_LAST_TEMPLATE_ROW = 5000


@dataclass(frozen=True, slots=True)
class TemplateColumn:
    """A column of a template: header, a hint, and the values to choose from."""

    header: str
    hint: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MarkedRow:
    """A row to mark: what became of it, and per column (from 0) what is wrong there."""

    row: int
    status: str
    notes: Mapping[int, str]


def build_template(title: str, columns: Sequence[TemplateColumn]) -> bytes:
    """A template: text columns, so that codes keep their digits, and drop-downs."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = title
    # A list written into the rule itself breaks at 255 characters, so it stands on its own sheet.
    lists = book.create_sheet("选项")
    lists.sheet_state = "hidden"
    for place, column in enumerate(columns, start=1):
        letter = get_column_letter(place)
        _write_head(sheet, place, column)
        sheet.column_dimensions[letter].width = max(14, 2 * len(column.header) + 4)
        sheet.column_dimensions[letter].number_format = "@"
        if column.choices:
            _add_choices(sheet, lists, place, column.choices)
    sheet.freeze_panes = "A2"
    return _bytes_of(book)


def _write_head(sheet: Worksheet, place: int, column: TemplateColumn) -> None:
    cell = _cell(sheet, 1, place)
    cell.value = column.header
    cell.font = Font(bold=True)
    cell.fill = _HEAD
    if column.hint:
        cell.comment = Comment(column.hint, "六融")


def _add_choices(sheet: Worksheet, lists: Worksheet, place: int, choices: Sequence[str]) -> None:
    letter = get_column_letter(place)
    for row, choice in enumerate(choices, start=1):
        _cell(lists, row, place).value = choice
    rule = DataValidation(
        type="list", formula1=f"选项!${letter}$1:${letter}${len(choices)}", allow_blank=True
    )
    rule.showErrorMessage = False
    sheet.add_data_validation(rule)
    rule.add(f"{letter}2:{letter}{_LAST_TEMPLATE_ROW}")


def _cell(sheet: Worksheet, row: int, place: int) -> SheetCell:
    cell = sheet.cell(row, place)
    assert isinstance(cell, SheetCell)
    return cell


def _bytes_of(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
