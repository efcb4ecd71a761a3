"""The rows of an uploaded file, whatever its format, as rows that can be judged."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from kit.errors import Fault
from kit.text import Text
from services.achievements.rules.cells import Cell, is_blank, read_cells, show_cell
from services.achievements.rules.headers import (
    Column,
    Correction,
    Heading,
    name_unit,
    without_units,
)
from services.achievements.rules.items import compose_item
from services.achievements.rules.kinds import ImportKind
from services.achievements.rules.rows import Row
from services.achievements.rules.uploads import FileFormat, TablePlace
from services.achievements.schemas.kinds import read_item
from services.achievements.store.files import Line, count_lines, open_table, read_lines


class FileRow(NamedTuple):
    """A row and what stood in the file: the item of a line, or cells with their columns."""

    row: Row
    item: Mapping[str, object]
    columns: tuple[Column, ...] = ()
    cells: Sequence[Cell] = ()

    def show(self) -> dict[str, object]:
        """What stood there, for the list of rows that did not go in."""
        cells = {
            column.header: show_cell(self.cells[column.place])
            for column in self.columns
            if column.place < len(self.cells)
        }
        return {**self.item, **cells}


class FileLine(NamedTuple):
    """A line of JSON that is not judged yet, since it may have come before, byte for byte.

    Its source_id is the one that a judge would find in it, if it holds.
    """

    line: Line
    source_id: str


@dataclass(frozen=True, slots=True)
class FileRows:
    """The rows of a file, how many there are (if that is cheap to know), its heading.

    Where a table of a workbook stands is known better the more of its rows were read.
    """

    rows: Iterator[FileRow | FileLine]
    total: int | None
    heading: Heading | None
    find_place: Callable[[], TablePlace | None] = lambda: None


def read_file(
    kind: ImportKind,
    file_format: FileFormat,
    path: Path,
    corrections: Sequence[Correction] = (),
    money_scale: int | None = None,
    sender: str | None = None,
) -> FileRows:
    """The rows of a file; raises InvalidInput where it is no table of this kind."""
    if file_format is FileFormat.NDJSON:
        lines = (_look_at_line(kind, line, sender) for line in read_lines(path))
        return FileRows(lines, count_lines(path), None)
    known = corrections if money_scale is None else without_units(corrections)
    table = open_table(kind, file_format, path, known)
    heading = name_unit(table.heading, money_scale)
    columns = heading.columns
    rows = (
        _judge_cells(kind, number, columns, cells, sender)
        for number, cells in table.rows
        if not all(is_blank(cell) for cell in cells)
    )
    return FileRows(rows, table.rows_total, heading, table.find_place)


def _look_at_line(kind: ImportKind, line: Line, sender: str | None) -> FileRow | FileLine:
    """A line of which one need not be a judge to know its source_id waits; others are judged."""
    item = line.item
    # An organisation is known by another field, and has no mark of its line.
    if isinstance(item, dict) and kind is not ImportKind.ORGANIZATIONS:
        source_id = item.get("source_id")
        if isinstance(source_id, str) and source_id and source_id == source_id.strip():
            return FileLine(line, source_id)
    return judge_line(kind, line, sender)


def judge_line(kind: ImportKind, line: Line, sender: str | None) -> FileRow:
    """A line as a row: its facts, or why it cannot be read or is not the sender's."""
    if line.item is None:
        message = Text("该行不是合法的 JSON", "this line is not valid JSON")
        return FileRow(Row(line.number, None, None, (Fault("", "json_invalid", message),)), {})
    if not isinstance(line.item, dict):
        return FileRow(read_item(kind.kind, line.number, line.item), {})
    frame = _FRAME | _END if kind is ImportKind.ORGANIZATIONS else _FRAME
    item = line.item
    if not frame.isdisjoint(item):
        item = {name: value for name, value in item.items() if name not in frame}
    row = read_item(kind.kind, line.number, item)
    return FileRow(_refuse_foreign(row, line.item.get("owner_uscc"), sender), line.item)


# What an export says around the content of a record; coming back, it is no part of it.
_FRAME = frozenset(
    {"id", "owner_uscc", "owner_name", "version", "created_at", "updated_at", "merged_into"}
)


# That an organisation ended is said in another way.
_END = frozenset({"ended_on", "end_kind", "successor_uscc"})


def _refuse_foreign(row: Row, owner: object, sender: str | None) -> Row:
    """A row that says it is another's is not taken as the sender's own."""
    if owner is None or owner == sender or sender is None:
        return row
    message = Text(
        f"该行属于 {owner}，不是发送单位 {sender} 的记录",
        f"this row belongs to {owner}, not to its sender, {sender}",
    )
    fault = Fault("/owner_uscc", "owner_foreign", message)
    return Row(row.index, row.source_id, None, (*row.faults, fault))


def _judge_cells(
    kind: ImportKind,
    number: int,
    columns: tuple[Column, ...],
    cells: list[Cell],
    sender: str | None,
) -> FileRow:
    found = read_cells(columns, cells)
    owner = found.values.pop("owner_uscc", None)
    row = read_item(kind.kind, number, compose_item(kind, found.values))
    if found.faults:
        # What could not be read is missing from the item; that it is "missing" is no news.
        unread = {fault.pointer for fault in found.faults}
        others = tuple(fault for fault in row.faults if fault.pointer not in unread)
        row = Row(number, row.source_id, None, found.faults + others)
    return FileRow(_refuse_foreign(row, owner, sender), {}, columns, cells)
