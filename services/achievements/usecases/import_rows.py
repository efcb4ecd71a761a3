"""The rows of an uploaded file, whatever its format, as rows that can be judged."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from kit.errors import Fault
from kit.text import Text
from services.achievements.rules.cell_rows import read_cells, read_source_id
from services.achievements.rules.cells import Cell, is_blank, show_cell
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
from services.achievements.schemas.kinds import read_item as judge_item
from services.achievements.store.files import count_lines, open_table, read_item, read_lines
from services.achievements.store.sheet_reading import NumberedRows


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


Said = bytes | list[Cell]
"""What a row says: its line of JSON, or its cells."""


class Waiting(NamedTuple):
    """A row that is not judged yet: it is when its turn comes, and it may have come before.

    Its source_id is the one that a judge will find in it, if it holds.
    """

    source_id: str
    number: int
    said: Said


@dataclass(frozen=True, slots=True)
class FileRows:
    """The rows of a file, and who judges them; how many there are (if that is cheap to know), and
    the heading of a table.

    Where a table of a workbook stands is known better the more of its rows were read.
    """

    rows: Iterator[FileRow | Waiting]
    judge: Callable[[int, Said], FileRow]
    total: int | None
    heading: Heading | None = None
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
        judge = partial(_judge_line, kind, sender)
        return FileRows(_look_at_lines(kind, path, judge), judge, count_lines(path))
    known = corrections if money_scale is None else without_units(corrections)
    table = open_table(kind, file_format, path, known)
    heading = name_unit(table.heading, money_scale)
    judge = partial(_judge_cells, kind, sender, heading.columns)
    rows = _look_at_cells(table.rows, heading.columns, judge)
    return FileRows(rows, judge, table.rows_total, heading, table.find_place)


def _look_at_lines(
    kind: ImportKind, path: Path, judge: Callable[[int, Said], FileRow]
) -> Iterator[FileRow | Waiting]:
    """A line of which one need not be a judge to know its source_id waits; others are judged."""
    # An organisation is known by another field.
    may_wait = kind is not ImportKind.ORGANIZATIONS
    for number, line in read_lines(path):
        source_id = _tell_source_id(line) if may_wait else None
        yield judge(number, line) if source_id is None else Waiting(source_id, number, line)


_FIRST_VALUES = re.compile(
    rb'\{\s*(?:(?!"source_id")"\w+"\s*:\s*(?:"[^"\\]*"|[\d.]+|null|true|false)\s*,\s*)*+'
    rb'"source_id"\s*:\s*"([^"\\]+)"'
)
"""The source_id of a line where nothing but plain values stands before it."""


def _tell_source_id(line: bytes) -> str | None:
    """What a judge will find, without reading the line; None where only reading it can tell."""
    found = _FIRST_VALUES.match(line)
    # Said twice, the last one counts; and a name may hide behind escapes.
    if found is None or line.count(b'"source_id"') > 1 or b"\\u00" in line:
        return None
    return _trust(found[1].decode(errors="replace"))


def _trust(source_id: str) -> str | None:
    """A judge takes the blanks around it away, so that it would be another one."""
    return source_id if source_id and source_id == source_id.strip() else None


def _look_at_cells(
    rows: NumberedRows, columns: Sequence[Column], judge: Callable[[int, Said], FileRow]
) -> Iterator[FileRow | Waiting]:
    """The same for the rows of a table; empty ones are skipped."""
    naming = next((column for column in columns if column.field == "source_id"), None)
    for number, cells in rows:
        if all(is_blank(cell) for cell in cells):
            continue
        named = None if naming is None else read_source_id(naming, cells)
        source_id = None if named is None else _trust(named)
        yield judge(number, cells) if source_id is None else Waiting(source_id, number, cells)


def _judge_line(kind: ImportKind, sender: str | None, number: int, line: Said) -> FileRow:
    """A line as a row: its facts, or why it cannot be read or is not the sender's."""
    assert isinstance(line, bytes)
    item = read_item(line)
    if item is None:
        message = Text("该行不是合法的 JSON", "this line is not valid JSON")
        return FileRow(Row(number, None, None, (Fault("", "json_invalid", message),)), {})
    if not isinstance(item, dict):
        return FileRow(judge_item(kind.kind, number, item), {})
    frame = _FRAME | _END if kind is ImportKind.ORGANIZATIONS else _FRAME
    content = item
    if not frame.isdisjoint(item):
        content = {name: value for name, value in item.items() if name not in frame}
    row = judge_item(kind.kind, number, content)
    return FileRow(_refuse_foreign(row, item.get("owner_uscc"), sender), item)


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
    return Row(row.number, row.source_id, None, (*row.faults, fault))


def _judge_cells(
    kind: ImportKind, sender: str | None, columns: tuple[Column, ...], number: int, cells: Said
) -> FileRow:
    """The cells of a row as a row."""
    assert isinstance(cells, list)
    found = read_cells(columns, cells)
    owner = found.values.pop("owner_uscc", None)
    row = judge_item(kind.kind, number, compose_item(kind, found.values))
    if found.faults:
        # What could not be read is missing from the item; that it is "missing" is no news.
        unread = {fault.pointer for fault in found.faults}
        others = tuple(fault for fault in row.faults if fault.pointer not in unread)
        row = Row(number, row.source_id, None, found.faults + others)
    return FileRow(_refuse_foreign(row, owner, sender), {}, columns, cells)
