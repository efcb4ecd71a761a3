"""Uploaded files read row by row: xlsx and xls, csv in any usual dress, ndjson."""

import csv
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TextIO

import orjson

from kit.errors import DomainError, InvalidInput
from services.achievements.rules.cells import Cell
from services.achievements.rules.headers import (
    HEADER_SEARCH_DEPTH,
    STATUS_HEADER,
    Correction,
    Heading,
    find_heading,
)
from services.achievements.rules.kinds import ImportKind
from services.achievements.rules.uploads import (
    UTF16_MARKS,
    FileFormat,
    PackedPart,
    TablePlace,
    refuse_bomb,
    unreadable,
)
from services.achievements.store.sheet_reading import LONGEST_TEXT, WIDEST, NumberedRows
from services.achievements.store.xls_sheets import XlsSheet, list_xls_sheets
from services.achievements.store.xlsx_sheets import XlsxSheet, list_xlsx_sheets
from services.achievements.store.xml_reading import DAMAGE

_ENCRYPTED = 1
_WAYS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_LONGEST_LINE = 4_000_000
_DELIMITERS = ",\t;|"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its heading understood: rows after the heading, with their places from 1.

    Where it stands in a workbook is told by the rows that were read so far: they may be wider.
    """

    heading: Heading
    rows: NumberedRows
    rows_total: int | None
    find_place: Callable[[], TablePlace | None] = lambda: None


def check_packing(path: Path) -> None:
    """Refuse a packed workbook by what it says of itself, before anything is opened."""
    try:
        with zipfile.ZipFile(path) as packed:
            entries = packed.infolist()
    except DAMAGE as error:
        raise unreadable() from error
    if any(entry.flag_bits & _ENCRYPTED or entry.compress_type not in _WAYS for entry in entries):
        raise unreadable()
    refuse_bomb([PackedPart(one.filename, one.compress_size, one.file_size) for one in entries])


def open_table(
    kind: ImportKind, file_format: FileFormat, path: Path, corrections: Sequence[Correction] = ()
) -> Table:
    """The table of a file, with its heading found; of a workbook the first sheet that has one."""
    if file_format is FileFormat.CSV:
        return _open_csv(kind, path, corrections)
    refusal: DomainError | None = None
    for sheet in _list_sheets(file_format, path):
        try:
            return _open_sheet(kind, sheet, corrections)
        except InvalidInput as error:
            refusal = refusal or error
    raise refusal or unreadable()


def _list_sheets(file_format: FileFormat, path: Path) -> list[XlsxSheet] | list[XlsSheet]:
    if file_format is FileFormat.XLS:
        return list_xls_sheets(path)
    check_packing(path)
    return list_xlsx_sheets(path)


def _open_sheet(
    kind: ImportKind, sheet: XlsxSheet | XlsSheet, corrections: Sequence[Correction]
) -> Table:
    heading, cells, rows = _find_heading(kind, sheet.read_rows(), corrections)
    last_row = sheet.find_last_row()
    return Table(
        heading,
        rows,
        None if last_row is None else max(last_row - heading.row - 1, 0),
        lambda: TablePlace(sheet.name, heading.row + 1, _find_status(cells, sheet.width)),
    )


def _find_heading(
    kind: ImportKind, rows: NumberedRows, corrections: Sequence[Correction]
) -> tuple[Heading, Sequence[Cell], NumberedRows]:
    """The heading among the first rows, its cells, and the rows below it."""
    first = list(islice(rows, HEADER_SEARCH_DEPTH))
    known = dict(first)
    heading = find_heading(
        kind, [known.get(number, []) for number in range(1, HEADER_SEARCH_DEPTH + 1)], corrections
    )
    below = (row for row in first if row[0] > heading.row + 1)
    return heading, known[heading.row + 1], chain(below, rows)


def _find_status(heading: Sequence[Cell], width: int) -> int:
    """The column of what became of each row, from 1: the one of an earlier import, or a new one."""
    if STATUS_HEADER in heading:
        return heading.index(STATUS_HEADER) + 1
    return max(len(heading), width) + 1


def _open_csv(kind: ImportKind, path: Path, corrections: Sequence[Correction]) -> Table:
    encoding = _encoding_of(path)
    with path.open(encoding=encoding, errors="strict", newline="") as stream:
        sample = stream.read(64_000)
    delimiter = max(_DELIMITERS, key=lambda sign: (sample.count(sign), -_DELIMITERS.index(sign)))
    if delimiter not in sample:
        # Typed by hand with a Chinese keyboard; beside any of the others it is punctuation.
        delimiter = "，"
    heading, _, rows = _find_heading(kind, _csv_rows(path, encoding, delimiter), corrections)
    return Table(heading, rows, count_lines(path))


def _csv_rows(path: Path, encoding: str, delimiter: str) -> NumberedRows:
    csv.field_size_limit(LONGEST_TEXT)
    with path.open(encoding=encoding, newline="") as stream:
        try:
            lines = iter(lambda: _read_bounded(stream), "")
            for number, row in enumerate(csv.reader(lines, delimiter=delimiter), start=1):
                yield number, list(row[:WIDEST])
        except csv.Error as error:
            raise unreadable() from error


def _read_bounded(stream: TextIO) -> str:
    line = stream.readline(_LONGEST_LINE)
    if len(line) == _LONGEST_LINE:
        raise unreadable()
    return line


def _encoding_of(path: Path) -> str:
    with path.open("rb") as stream:
        is_wide = stream.read(2) in UTF16_MARKS
    for encoding in ("utf-16",) if is_wide else ("utf-8-sig", "gb18030"):
        try:
            with path.open(encoding=encoding) as stream:
                while stream.read(1_000_000):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise unreadable()


def read_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines of an ndjson file with their places; empty ones are skipped.

    One that is longer than any record comes as nothing, which is no JSON.
    """
    with path.open("rb") as stream:
        for number, raw in enumerate(iter(lambda: stream.readline(_LONGEST_LINE), b""), start=1):
            if len(raw) == _LONGEST_LINE:
                # No record is that long; the rest of the line is passed by, not held.
                while raw and not raw.endswith(b"\n"):
                    raw = stream.readline(_LONGEST_LINE)
                yield number, b""
                continue
            line = raw.removeprefix(b"\xef\xbb\xbf").strip()
            if line:
                yield number, line


def read_item(line: bytes) -> object | None:
    """The item of a line; None where it is not JSON."""
    try:
        item: object = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    # PostgreSQL stores no NUL, so a line with one is as unreadable as broken JSON.
    return None if b"\\u0000" in line else item


def count_lines(path: Path) -> int:
    """How many lines a file has."""
    with path.open("rb") as stream:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: stream.read(1_000_000), b"")) + 1
