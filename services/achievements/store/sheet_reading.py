"""The rows of an xlsx sheet and the texts its cells share, read while the zip is unpacked.

The cells are those that calamine gives (`tests/unit/achievements/test_sheet_reading.py` compares
them): days by the formats of their cells, the last values of formulas, no phonetic readings, and
of merged cells the first. Unlike there, neither a sheet nor its texts are ever held as a whole.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import IO

from services.achievements.rules.cells import Cell
from services.achievements.rules.sheet_values import FormatKind, read_serial
from services.achievements.rules.uploads import unreadable
from services.achievements.store.shared_texts import SharedTexts
from services.achievements.store.xml_reading import feed, local_name, make_parser

WIDEST = 300
"""Columns that are read; no table has as many, and a hostile one has any number."""
LONGEST_TEXT = 1_000_000
NumberedRows = Iterator[tuple[int, list[Cell]]]
"""Rows with their numbers from 1, as people see them."""
_MOST_ROWS = 1_048_576
# So many pieces in another dress, and the next ones are not tried any more.
_TRIES = 4
# What XML holds as it is; a carriage return is read as a line break.
_SIGNS = "[^<&\x00-\x08\x0b-\x1f\ufffe\uffff]*"
_ESCAPED = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}
_TEXT = f"{_SIGNS}(?:(?:{'|'.join(_ESCAPED)}){_SIGNS})*"
_DIGITS = "0123456789"
_LETTERS = re.compile("[A-Z]{1,3}")
# How spreadsheets write characters that XML cannot hold; halves of pairs are none.
_ESCAPE = re.compile("_x((?!D[89A-F])[0-9A-F]{4})_", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CellRules:
    """What cells refer to: texts, formats that make moments of numbers, the year of day 0."""

    texts: SharedTexts
    formats: Mapping[str, FormatKind]
    since_1904: bool


class _ValueReader:
    """Collects the values within elements, in runs or in one piece, without phonetic readings."""

    tag = ""
    _plain = re.compile("")

    def __init__(self) -> None:
        self._value = ""
        self._parts: list[str] = []
        self._tries = _TRIES
        self._text_name = self._phonetic_name = ""
        self._is_phonetic = False
        self._parser = make_parser()
        self._parser.XmlDeclHandler = self._note_encoding
        self._parser.StartElementHandler = self._begin_root
        self._parser.EndElementHandler = self._end
        # What stands between values is collected too, and cleared when the next one begins.
        self._parser.CharacterDataHandler = self._parts.append

    def _feed(self, source: IO[bytes]) -> Iterator[None]:
        for _ in feed(self._parser, source, self):
            if len(self._value) + sum(map(len, self._parts)) > LONGEST_TEXT:
                raise unreadable()
            yield

    def take(self, piece: bytes) -> bool:
        """Read elements in their usual dress."""
        if not (self._tries and piece.startswith(f"<{self.tag}".encode())):
            return False
        parts = self._plain.split(piece.decode())
        step = self._plain.groups + 1
        if any(parts[::step]):
            # Something stands between what was found. A file is mostly written in one way.
            self._tries -= 1
            return False
        self._tries = _TRIES
        self._take_parts(*(parts[group::step] for group in range(1, step)))
        return True

    def _take_parts(self, *groups: list[str]) -> None: ...

    def _note_encoding(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if (encoding or "utf-8").lower() != "utf-8":
            self._tries = 0

    def _begin_root(self, name: str, _: dict[str, str]) -> None:
        prefix = name.removesuffix(local_name(name))
        if prefix:
            self._tries = 0
        self._name_elements(prefix)
        self._parser.StartElementHandler = self._begin

    def _name_elements(self, prefix: str) -> None:
        self._text_name, self._phonetic_name = f"{prefix}t", f"{prefix}rPh"

    def _begin(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 of sheets
        if name == self._text_name:
            self._parts.clear()
        elif name == self._phonetic_name:
            self._is_phonetic = True

    def _end(self, name: str) -> None:
        if name == self._text_name:
            if not self._is_phonetic:
                self._value += _unescape("".join(self._parts))
        elif name == self._phonetic_name:
            self._is_phonetic = False


class SharedTextReader(_ValueReader):
    """Reads the texts that the cells of a workbook share."""

    tag = "si"
    _plain = re.compile(
        f'<si><t(?: xml:space="preserve")?>({_TEXT})</t>(?:<phoneticPr [^<>]*/>)?</si>'
    )

    def __init__(self) -> None:
        super().__init__()
        self._item_name = ""
        self._done: list[str] = []

    def read(self, source: IO[bytes]) -> Iterator[str]:
        """One text after the other."""
        for _ in self._feed(source):
            yield from self._done
            self._done.clear()

    def _take_parts(self, *groups: list[str]) -> None:
        self._done.extend(_unescape(_read_escaped(text)) for text in groups[0])

    def _name_elements(self, prefix: str) -> None:
        super()._name_elements(prefix)
        self._item_name = f"{prefix}si"

    def _end(self, name: str) -> None:
        if name == self._item_name:
            self._done.append(self._value)
            self._value = ""
        else:
            super()._end(name)


class SheetReader(_ValueReader):
    """Reads the rows of a sheet; `width` is the last column of those read, from 1."""

    tag = "row"
    _plain = re.compile(
        '<row r="([0-9]+)"[^<>]*>'
        '|<c r="([A-Z]{1,3})[0-9]+"(?: s="([0-9]+)")?(?: t="([a-z]+)")?'
        f"(?:/>|></c>|><v>({_TEXT})</v></c>)"
        "|</row>"
    )

    def __init__(self, rules: CellRules) -> None:
        super().__init__()
        self.width = 0
        self._rules = rules
        self._row_name = self._cell_name = self._value_name = ""
        self._row, self._column = 0, -1
        self._kind = self._style = ""
        self._cells: list[Cell] = []
        self._done: list[tuple[int, list[Cell]]] = []
        self._columns = dict[str, int]()
        self._readers: Mapping[str, Callable[[str], Cell]] = {
            "s": self._read_shared,
            "": self._read_number,
            "n": self._read_number,
            "str": _unescape,
            "inlineStr": lambda text: text,
            "b": _read_bool,
            "d": _read_iso,
            "e": lambda _: "",
        }

    def read(self, source: IO[bytes]) -> NumberedRows:
        """Rows that hold something, with their numbers from 1."""
        for _ in self._feed(source):
            yield from self._done
            self._done.clear()

    def _take_parts(self, *groups: list[str]) -> None:
        for number, letters, style, kind, value in zip(*groups, strict=True):
            if value:
                column = self._columns.get(letters)
                self._column = self._add_column(letters) if column is None else column
                self._kind, self._style, self._value = kind or "", style or "", _read_escaped(value)
                self._end_cell()
            elif number:
                self._begin_row({"r": number})
            elif not letters:
                self._end_row()

    def _name_elements(self, prefix: str) -> None:
        super()._name_elements(prefix)
        self._row_name, self._cell_name = f"{prefix}row", f"{prefix}c"
        self._value_name = f"{prefix}v"

    # These two run for every tag, which is most of the time of reading: nothing is called that need
    # not be.
    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == self._text_name or name == self._value_name:
            self._parts.clear()
        elif name == self._cell_name:
            self._kind, self._style = attributes.get("t", ""), attributes.get("s", "")
            place = attributes.get("r")
            if place is None:
                self._column += 1
            else:
                letters = place.rstrip(_DIGITS)
                column = self._columns.get(letters)
                self._column = self._add_column(letters) if column is None else column
        elif name == self._row_name:
            self._begin_row(attributes)
        elif name == self._phonetic_name:
            self._is_phonetic = True

    def _end(self, name: str) -> None:
        if name == self._value_name:
            self._value = "".join(self._parts)
        elif name == self._text_name:
            if not self._is_phonetic:
                self._value += _unescape("".join(self._parts))
        elif name == self._cell_name:
            if self._value:
                self._end_cell()
        elif name == self._row_name:
            self._end_row()
        elif name == self._phonetic_name:
            self._is_phonetic = False

    def _begin_row(self, attributes: dict[str, str]) -> None:
        number = int(attributes.get("r", self._row + 1))
        if not self._row < number <= _MOST_ROWS:
            raise unreadable()
        self._row, self._column = number, -1

    def _add_column(self, letters: str) -> int:
        if not _LETTERS.fullmatch(letters):
            raise unreadable()
        number = 0
        for letter in letters:
            number = number * 26 + ord(letter) - 64
        self._columns[letters] = number - 1
        return number - 1

    def _end_cell(self) -> None:
        read = self._readers.get(self._kind)
        if read is None:
            raise unreadable()
        cell = read(self._value)
        self._value = ""
        gap = self._column - len(self._cells)
        if gap == 0 and self._column < WIDEST:
            self._cells.append(cell)
        elif self._column < WIDEST:
            self._cells.extend([""] * gap)
            self._cells[self._column : self._column + 1] = [cell]

    def _end_row(self) -> None:
        if self._cells:
            self.width = max(self.width, len(self._cells))
            self._done.append((self._row, self._cells))
            self._cells = []

    def _read_shared(self, value: str) -> str:
        try:
            return self._rules.texts.get(int(value))
        except IndexError as error:
            raise unreadable() from error

    def _read_number(self, value: str) -> Cell:
        try:
            number = float(value)
        except ValueError:
            if self._kind:
                raise
            return _unescape(value)
        kind = self._rules.formats.get(self._style)
        if kind is None:
            return number
        return read_serial(number, kind, since_1904=self._rules.since_1904)


def _read_escaped(text: str) -> str:
    """A text of XML as it is meant."""
    if "&" in text:
        for written, sign in _ESCAPED.items():
            text = text.replace(written, sign)
    return text


def _unescape(text: str) -> str:
    if "_x" not in text:
        return text
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)


def _read_bool(value: str) -> bool:
    return value not in ("0", "false")


def _read_iso(value: str) -> Cell:
    for read in (date.fromisoformat, datetime.fromisoformat, time.fromisoformat):
        try:
            return read(value)
        except ValueError:
            continue
    return value
