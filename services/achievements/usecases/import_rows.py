"""The rows of an uploaded file, whatever its format, as rows that can be judged."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kit.errors import Fault
from kit.text import Text
from services.achievements.rules.cells import Cell, is_blank, read_cells, show_cell
from services.achievements.rules.headers import Column, Correction, Heading, name_unit
from services.achievements.rules.items import compose_item
from services.achievements.rules.kinds import ImportKind
from services.achievements.rules.rows import Row
from services.achievements.rules.uploads import FileFormat, TablePlace
from services.achievements.schemas.kinds import read_item
from services.achievements.store.files import Line, count_lines, open_table, read_lines


@dataclass(frozen=True, slots=True)
class FileRow:
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


@dataclass(frozen=True, slots=True)
class FileRows:
    """The rows of a file, how many there are (if that is cheap to know), its heading and place."""

    rows: Iterator[FileRow]
    total: int | None
    heading: Heading | None
    place: TablePlace | None = None


def read_file(
    kind: ImportKind,
    file_format: FileFormat,
    path: Path,
    corrections: Sequence[Correction] = (),
    money_scale: int | None = None,
) -> FileRows:
    """The rows of a file; raises InvalidInput where it is no table of this kind."""
    if file_format is FileFormat.NDJSON:
        lines = (_judge_line(kind, line) for line in read_lines(path))
        return FileRows(lines, count_lines(path), None)
    table = open_table(kind, file_format, path, corrections)
    heading = name_unit(table.heading, money_scale)
    columns = heading.columns
    rows = (
        _judge_cells(kind, number, columns, cells)
        for number, cells in table.rows
        if not all(is_blank(cell) for cell in cells)
    )
    total = table.rows_total if table.rows_total is not None else count_lines(path)
    return FileRows(rows, total, heading, table.place)


def _judge_line(kind: ImportKind, line: Line) -> FileRow:
    if line.item is None:
        message = Text("该行不是合法的 JSON", "this line is not valid JSON")
        return FileRow(Row(line.number, None, None, (Fault("", "json_invalid", message),)), {})
    shown = line.item if isinstance(line.item, dict) else {}
    return FileRow(read_item(kind.kind, line.number, line.item), shown)


def _judge_cells(
    kind: ImportKind, number: int, columns: tuple[Column, ...], cells: list[Cell]
) -> FileRow:
    found = read_cells(columns, cells)
    row = read_item(kind.kind, number, compose_item(kind, found.values))
    if found.faults:
        # What could not be read is missing from the item; that it is "missing" is no news.
        unread = {fault.pointer for fault in found.faults}
        others = tuple(fault for fault in row.faults if fault.pointer not in unread)
        row = Row(number, row.source_id, None, found.faults + others)
    return FileRow(row, {}, columns, cells)
