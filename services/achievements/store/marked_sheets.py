"""The parts of a workbook that are written anew while it is marked, one pass over each."""

import re
from array import array
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries

from services.achievements.rules.headers import STATUS_HEADER
from services.achievements.rules.text import disarm_formula
from services.achievements.rules.uploads import TablePlace
from services.achievements.store.sheets import LONGEST_CELL, escape_text
from services.achievements.store.workbooks import MarkedRow
from services.achievements.store.xml_rewriting import XmlRewriter

NOTES_ID, DRAWING_ID = "rIdImportNotes", "rIdImportDrawing"
MOST_NOTES = 20_000
"""So many wrong cells get a note (a spreadsheet holds all notes in memory); more are red only."""
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_COLUMN_BITS = 15
_COLUMN_MASK = (1 << _COLUMN_BITS) - 1
_LETTERS = re.compile("[A-Z]+")
_AUTHOR = "六融"
# What stands after the notes' drawing in a sheet (ECMA-376, CT_Worksheet).
_AFTER_NOTES = frozenset(
    {"legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems",
     "tableParts", "extLst"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Note:
    """What is wrong in a cell; row and column from 1."""

    row: int
    column: int
    text: str

    @property
    def place(self) -> str:
        return f"{get_column_letter(self.column)}{self.row}"


class PlainSheet(XmlRewriter):
    """A sheet, or the texts of all sheets, without formulas and with no text that starts one."""

    _begins = _is_first = False

    def start(self, name: str, attributes: dict[str, str]) -> bool:
        if name in ("si", "is") or (name == "c" and attributes.get("t") == "str"):
            self._begins = True
        if name in ("t", "v"):
            self._is_first, self._begins = self._begins, False
        return name != "f"

    def text(self, text: str) -> str:
        if self._is_first and text:
            self._is_first = False
            # What an export has disarmed already stays as it is.
            return text if text.startswith("'") else disarm_formula(text)
        return text

    def end(self, name: str) -> None:
        if name in ("t", "v"):
            self._is_first = False


class MarkedSheet(PlainSheet):
    """The sheet of the rows: wrong cells red, a status column; `notes` are what was found wrong."""

    def __init__(
        self,
        place: TablePlace,
        marks: Iterable[MarkedRow],
        redden: Callable[[int], int],
    ) -> None:
        super().__init__()
        self.notes: list[Note] = []
        self._heading_row, self._status_column = place.heading_row, place.status_column
        self._marks = iter(marks)
        self._mark: MarkedRow | None = MarkedRow(place.heading_row, STATUS_HEADER, {})
        self._redden = redden
        self._row = self._column = 0
        self._to_mark = deque[int]()
        # Rows and columns in one number, in their order: a million of them are 8 MB.
        self._marked = array("Q")
        self._is_drawn = False

    def start(self, name: str, attributes: dict[str, str]) -> bool:
        match name:
            case "row":
                self._begin_row(attributes)
            case "c":
                return self._begin_cell(attributes) and super().start(name, attributes)
            case "mergeCells":
                attributes.pop("count", None)
            case "mergeCell":
                return not self._hides_mark(attributes.get("ref", "A1"))
            case "legacyDrawing":
                self._draw_notes()
                return False
            case _ if name in _AFTER_NOTES and self.notes:
                self._draw_notes()
        return super().start(name, attributes)

    def end(self, name: str) -> None:
        if name == "row":
            self._put_cells_before(None)
        if name == "worksheet" and self.notes:
            self._draw_notes()
        super().end(name)

    def _begin_row(self, attributes: dict[str, str]) -> None:
        attributes.pop("spans", None)
        self._row, self._column = int(attributes.get("r", self._row + 1)), 0
        while self._mark is not None and self._mark.row < self._row:
            self._mark = next(self._marks, None)
        if self._mark is not None and self._mark.row == self._row:
            self._to_mark.extend(sorted({*(p + 1 for p in self._mark.notes), self._status_column}))
            self._note(self._mark)

    def _note(self, mark: MarkedRow) -> None:
        self._marked.extend(self._row << _COLUMN_BITS | column for column in self._to_mark)
        room = MOST_NOTES - len(self.notes)
        notes = sorted(mark.notes.items())[:room]
        self.notes += [Note(self._row, place + 1, text) for place, text in notes]

    def _begin_cell(self, attributes: dict[str, str]) -> bool:
        letters = _LETTERS.match(attributes.get("r", ""))
        self._column = column_index_from_string(letters[0]) if letters else self._column + 1
        self._put_cells_before(self._column)
        if self._column == self._status_column and self._row >= self._heading_row:
            # What an earlier import said there.
            return False
        if self._to_mark and self._to_mark[0] == self._column:
            self._to_mark.popleft()
            attributes["s"] = str(self._redden(int(attributes.get("s", 0))))
        return True

    def _put_cells_before(self, column: int | None) -> None:
        """The cells to be marked that the row itself does not have."""
        while self._to_mark and (column is None or self._to_mark[0] < column):
            self._put_cell(self._to_mark.popleft())

    def _put_cell(self, column: int) -> None:
        place = f"{get_column_letter(column)}{self._row}"
        if column != self._status_column or self._mark is None:
            self.put(f'<{self.prefix}c r="{place}" s="{self._redden(0)}"/>')
            return
        text = disarm_formula(self._mark.status[:LONGEST_CELL])
        p = self.prefix
        self.put(
            f'<{p}c r="{place}" t="inlineStr"><{p}is><{p}t xml:space="preserve">{escape_text(text)}'
            f"</{p}t></{p}is></{p}c>"
        )

    def _hides_mark(self, area: str) -> bool:
        """Whether a merged area would hide something marked: then it is taken apart."""
        left, top, right, bottom = (edge or 1 for edge in range_boundaries(area))
        first = bisect_left(self._marked, top << _COLUMN_BITS | left)
        for marked in islice(self._marked, first, first + MOST_NOTES):
            if marked >> _COLUMN_BITS > bottom:
                return False
            if left <= marked & _COLUMN_MASK <= right:
                return True
        return False

    def _draw_notes(self) -> None:
        if not self._is_drawn:
            self._is_drawn = True
            self.put(f'<{self.prefix}legacyDrawing xmlns:r="{_RELATED}" r:id="{DRAWING_ID}"/>')


class Notes(XmlRewriter):
    """The notes of a sheet with new ones; `places` are those of all others, which stay.

    Those that an earlier import wrote are gone, and those of cells that have a new one.
    """

    EMPTY = (
        b'<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b"<authors></authors><commentList></commentList></comments>"
    )

    def __init__(self, notes: list[Note]) -> None:
        super().__init__()
        self.places: list[str] = []
        self._notes = notes
        self._new = {note.place for note in notes}
        self._authors: list[str] = []
        self._in_author = False

    def start(self, name: str, attributes: dict[str, str]) -> bool:
        if name == "author":
            self._authors.append("")
            self._in_author = True
        if name == "comment":
            author, place = int(attributes.get("authorId", 0)), attributes.get("ref", "A1")
            if place in self._new or self._authors[author : author + 1] == [_AUTHOR]:
                return False
            self.places.append(place)
        return True

    def text(self, text: str) -> str:
        if self._in_author:
            self._authors[-1] += text
        return text

    def end(self, name: str) -> None:
        p = self.prefix
        if name == "author":
            self._in_author = False
        if name == "authors":
            self.put(f"<{p}author>{_AUTHOR}</{p}author>")
        if name == "commentList":
            for note in self._notes:
                self.put(
                    f'<{p}comment ref="{note.place}" authorId="{len(self._authors)}"><{p}text>'
                    f'<{p}t xml:space="preserve">{escape_text(note.text)}</{p}t>'
                    f"</{p}text></{p}comment>"
                )


def draw_notes(places: Iterable[str]) -> Iterator[bytes]:
    """The boxes of notes, as spreadsheets want them beside their texts (VML)."""
    yield (
        b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:'
        b'office" xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shapetype id="_x0000_t202"'
        b' coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke'
        b' joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
    )
    for number, place in enumerate(places, start=1025):
        column, row, *_ = range_boundaries(place)
        yield (
            f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;width:'
            f'180pt;height:60pt;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill'
            f' color2="#ffffe1"/><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells'
            f"/><x:AutoFill>False</x:AutoFill><x:Row>{(row or 1) - 1}</x:Row><x:Column>"
            f"{(column or 1) - 1}</x:Column></x:ClientData></v:shape>"
        ).encode()
    yield b"</xml>"
