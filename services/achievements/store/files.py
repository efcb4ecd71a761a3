"""Uploaded files read row by row: xlsx and xls, csv in any usual dress, ndjson."""

import csv
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import IO, TextIO

import orjson
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from kit.errors import DomainError, InvalidInput
from kit.text import Text
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
    FileFormat,
    PackedPart,
    TablePlace,
    refuse_bomb,
    refuse_sprawl,
)

WIDEST = 300
_CELL_PLACE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_LONGEST_PLACE = 15
_LONGEST_LINE = 4_000_000
_DELIMITERS = ",\t;|"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its heading understood: rows after the heading, with their places from 1."""

    heading: Heading
    rows: Iterator[tuple[int, list[Cell]]]
    rows_total: int | None
    place: TablePlace | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of ndjson: its place, the item or None where it is not JSON, and its bytes."""

    number: int
    item: object | None
    raw: bytes = b""


def check_packing(path: Path) -> None:
    """Refuse a packed workbook by what it says of itself, before anything is opened."""
    try:
        with zipfile.ZipFile(path) as packed:
            parts = [
                PackedPart(entry.filename, entry.compress_size, entry.file_size)
                for entry in packed.infolist()
            ]
    except zipfile.BadZipFile as error:
        raise unreadable() from error
    refuse_bomb(parts)


def check_span(path: Path) -> None:
    """Refuse sheets whose cells lie so far apart that the reader's grid would not fit."""
    try:
        with zipfile.ZipFile(path) as packed:
            for name in packed.namelist():
                if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    with packed.open(name) as sheet:
                        refuse_sprawl(*_measure_sheet(sheet))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        # Lying sizes, broken streams, unknown or encrypted packing.
        raise unreadable() from error


def _measure_sheet(sheet: IO[bytes]) -> tuple[int, int, int]:
    rows = columns = cells = 0
    tail = b""
    while chunk := sheet.read(1_000_000):
        found = _CELL_PLACE.findall(tail + chunk)
        tail = chunk[-_LONGEST_PLACE:]
        cells += len(found)
        columns = max([columns, *map(_column_number, {letters for letters, _ in found})])
        rows = max([rows, *(int(row) for _, row in found)])
    return rows, columns, cells


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def open_table(
    kind: ImportKind, file_format: FileFormat, path: Path, corrections: Sequence[Correction] = ()
) -> Table:
    """The table of a file, with its heading found."""
    if file_format is FileFormat.CSV:
        return _open_csv(kind, path, corrections)
    return _open_workbook(kind, file_format, path, corrections)


def _open_workbook(
    kind: ImportKind, file_format: FileFormat, path: Path, corrections: Sequence[Correction]
) -> Table:
    if file_format is FileFormat.XLSX:
        check_packing(path)
        check_span(path)
    try:
        book = CalamineWorkbook.from_path(str(path))
        sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
    except (CalamineError, OSError) as error:
        raise unreadable() from error
    refusal: DomainError | None = None
    for sheet in sheets:
        try:
            return _open_sheet(kind, sheet, corrections)
        except InvalidInput as error:
            refusal = refusal or error
    raise refusal or unreadable()


def _open_sheet(kind: ImportKind, sheet: CalamineSheet, corrections: Sequence[Correction]) -> Table:
    rows = (list[Cell](row[:WIDEST]) for row in sheet.iter_rows())
    first = list(islice(rows, HEADER_SEARCH_DEPTH))
    heading = find_heading(kind, first, corrections)
    rest = enumerate(chain(first[heading.row + 1 :], rows), start=heading.row + 2)
    height, width = (edge + 1 for edge in sheet.end or (-1, -1))
    headers = [*first[heading.row][:width], STATUS_HEADER]
    place = TablePlace(sheet.name, heading.row + 1, headers.index(STATUS_HEADER) + 1)
    return Table(heading, rest, max(height - heading.row - 1, 0), place)


def _open_csv(kind: ImportKind, path: Path, corrections: Sequence[Correction]) -> Table:
    encoding = _encoding_of(path)
    with path.open(encoding=encoding, errors="strict", newline="") as stream:
        sample = stream.read(64_000)
    delimiter = max(_DELIMITERS, key=lambda sign: (sample.count(sign), -_DELIMITERS.index(sign)))
    if delimiter not in sample:
        # Typed by hand with a Chinese keyboard; beside any of the others it is punctuation.
        delimiter = "，"
    rows = _csv_rows(path, encoding, delimiter)
    first = list(islice(rows, HEADER_SEARCH_DEPTH))
    heading = find_heading(kind, [row for _, row in first], corrections)
    rest = chain(first[heading.row + 1 :], rows)
    return Table(heading, rest, None)


def _csv_rows(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, list[Cell]]]:
    csv.field_size_limit(1_000_000)
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
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            with path.open(encoding=encoding) as stream:
                while stream.read(1_000_000):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise unreadable()


def read_lines(path: Path) -> Iterator[Line]:
    """The items of an ndjson file; empty lines are skipped."""
    with path.open("rb") as stream:
        for number, raw in enumerate(iter(lambda: stream.readline(_LONGEST_LINE), b""), start=1):
            if len(raw) == _LONGEST_LINE:
                # No record is that long; the rest of the line is passed by, not held.
                while raw and not raw.endswith(b"\n"):
                    raw = stream.readline(_LONGEST_LINE)
                yield Line(number, None)
                continue
            line = raw.removeprefix(b"\xef\xbb\xbf").strip()
            if line:
                yield Line(number, _read_item(line), line)


def _read_item(line: bytes) -> object | None:
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


def unreadable() -> InvalidInput:
    """The refusal of a file that is not what its name says."""
    return InvalidInput(
        "file_unreadable",
        Text(
            "文件无法读取，可能已损坏、加密或不是所称的格式",
            "the file cannot be read: it is damaged, encrypted or not what its name says",
        ),
    )
