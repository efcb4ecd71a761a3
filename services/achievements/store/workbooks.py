"""Workbooks that are handed out: templates with drop-downs, uploads with their errors in red."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.cell.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from services.achievements.rules.headers import STATUS_HEADER
from services.achievements.rules.text import disarm_formula

SUMMARY_SHEET = "导入汇总"
_RED = PatternFill("solid", fgColor="FFFFC7CE")
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


def build_marked_workbook(
    title: str,
    headers: Sequence[str],
    rows: Iterable[tuple[Sequence[str], MarkedRow]],
    summary: Sequence[tuple[str, str]],
) -> bytes:
    """A new workbook of the rows that did not go in, with wrong cells red and noted."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.append([_marked_cell(sheet, header, fill=_HEAD) for header in [*headers, STATUS_HEADER]])
    for values, mark in rows:
        cells = [
            _marked_cell(sheet, value, note=mark.notes.get(place))
            for place, value in enumerate(values)
        ]
        sheet.append([*cells, _marked_cell(sheet, mark.status)])
    _add_lines(book.create_sheet(SUMMARY_SHEET), summary)
    return _bytes_of(book)


def _add_lines(sheet: WriteOnlyWorksheet, lines: Iterable[Sequence[str]]) -> None:
    for line in lines:
        sheet.append([_marked_cell(sheet, value) for value in line])


def _marked_cell(
    sheet: WriteOnlyWorksheet,
    text: str,
    *,
    note: str | None = None,
    fill: PatternFill | None = None,
) -> SheetCell:
    cell: SheetCell = WriteOnlyCell(sheet)
    cell.value = disarm_formula(text[:32_000])
    cell.data_type = "s"
    if note is not None:
        cell.comment = Comment(note, "六融")
        fill = _RED
    if fill is not None:
        cell.fill = fill
    return cell


def _cell(sheet: Worksheet, row: int, place: int) -> SheetCell:
    cell = sheet.cell(row, place)
    if isinstance(cell, SheetCell):
        return cell
    # A merged cell holds nothing of its own: take the merge apart, so that it can be marked.
    for area in list(sheet.merged_cells.ranges):
        if cell.coordinate in area:
            sheet.unmerge_cells(str(area))
    return sheet.cell(row, place)  # type: ignore[return-value]


def _bytes_of(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
