"""The uploaded workbook itself, given back with its errors in red, part by part as it is read.

A workbook is a zip of XML. What is not touched is handed on as it came; what is, is read and
written in one pass, so that a large one takes no more memory than a small one.
"""

import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from services.achievements.rules.uploads import TablePlace, unreadable
from services.achievements.store.marked_sheets import (
    DRAWING_ID,
    NOTES_ID,
    MarkedSheet,
    Notes,
    PlainSheet,
    draw_notes,
)
from services.achievements.store.marked_styles import MINIMAL, RedStyles
from services.achievements.store.sheets import ZipSink, make_row
from services.achievements.store.workbook_parts import (
    NO_RELATIONS,
    Package,
    Relations,
    SheetList,
    relations_of,
)
from services.achievements.store.workbooks import SUMMARY_SHEET, MarkedRow
from services.achievements.store.xml_reading import DAMAGE
from services.achievements.store.xml_rewriting import HEAD, XmlRewriter

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_CHUNK = 256_000
_TYPES = "[Content_Types].xml"
_SUMMARY_ID, _STYLES_ID = "rIdImportSummary", "rIdImportStyles"


@dataclass(frozen=True, slots=True)
class Marking:
    """What is to be said in a workbook: where its table stands, what became of the rows, in sum."""

    place: TablePlace
    marks: Iterable[MarkedRow]
    summary: Iterable[tuple[str, str]]


def mark_workbook(path: Path, marking: Marking) -> Iterator[bytes]:
    """The workbook with wrong cells red and noted, a status column and a summary, as it is made."""
    sink = ZipSink()
    try:
        with (
            zipfile.ZipFile(path) as source,
            zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target,
        ):
            for name, content in _list_parts(source, marking):
                with target.open(name, "w", force_zip64=True) as part:
                    for piece in content:
                        part.write(piece)
                        if made := sink.drain():
                            yield made
    except (*DAMAGE, KeyError) as error:
        raise unreadable() from error
    yield sink.drain()


def _list_parts(source: zipfile.ZipFile, marking: Marking) -> Iterator[tuple[str, Iterable[bytes]]]:
    """All parts of the new workbook with their content, in the order in which it can be made."""
    book = _Book(source, marking)
    own = book.parts()
    for name in dict.fromkeys(source.namelist()):
        if name not in own and not book.leaves_out(name):
            yield name, book.copy(name)
    for name, content in own.items():
        yield name, content()


class _Types(XmlRewriter):
    """What each part is; with those that are new."""

    def __init__(self, more: dict[str, str]) -> None:
        super().__init__()
        self._more = {f"/{name}": form for name, form in more.items()}

    def start(self, name: str, attributes: dict[str, str]) -> bool:
        part = attributes.get("PartName", "") if name == "Override" else ""
        return part not in self._more and not part.endswith("/calcChain.xml")

    def end(self, name: str) -> None:
        if name == "Types":
            for part, form in self._more.items():
                self.put(f'<{self.prefix}Override PartName="{part}" ContentType="{form}"/>')


class _Book:
    """A workbook's parts by what they are for."""

    def __init__(self, source: zipfile.ZipFile, marking: Marking) -> None:
        self._source, self._marking = source, marking
        self._package = package = Package(source)
        known = package.sheets.ids
        name = marking.place.sheet if known.get(marking.place.sheet) else next(iter(known), "")
        self._sheet = package.find_sheet(name)
        self._adds_summary = SUMMARY_SHEET not in known
        self._summary = (
            "xl/worksheets/importSummary.xml"
            if self._adds_summary
            else package.find_sheet(SUMMARY_SHEET)
        )
        self._styles = package.styles or "xl/styles.xml"
        own = package.relate(self._sheet)
        self._notes = own.by_kind.get("comments", "xl/importNotes.xml")
        self._places: list[str] = []
        self._drawing = "xl/drawings/importNotes.vml"
        with package.open(self._styles, MINIMAL) as styles:
            self._red = RedStyles(styles)
        self._marked = MarkedSheet(marking.place, marking.marks, self._red.redden)

    def parts(self) -> dict[str, Callable[[], Iterable[bytes]]]:
        """Parts that are new or changed, in the order in which they can be made."""
        return {
            self._sheet: lambda: self._package.rewrite(self._marked, self._sheet),
            self._styles: self._write_styles,
            self._notes: self._write_notes,
            self._drawing: lambda: draw_notes(self._places),
            relations_of(self._sheet): self._relate_sheet,
            self._summary: self._write_summary,
            self._package.book: self._list_sheets,
            relations_of(self._package.book): self._relate_book,
            _TYPES: lambda: self._package.rewrite(_Types(self._list_types()), _TYPES),
        }

    def leaves_out(self, name: str) -> bool:
        """Whether a part means nothing any more: without formulas they have no order."""
        return name.endswith("/calcChain.xml")

    def copy(self, name: str) -> Iterator[bytes]:
        """A part as it is; sheets and texts without formulas."""
        if name == self._package.texts or (
            name.startswith("xl/worksheets/") and name.endswith(".xml")
        ):
            yield from self._package.rewrite(PlainSheet(), name)
            return
        with self._source.open(name) as part:
            while piece := part.read(_CHUNK):
                yield piece

    def _write_styles(self) -> Iterator[bytes]:
        with self._package.open(self._styles, MINIMAL) as styles:
            yield from self._red.rewrite(styles)

    def _write_notes(self) -> Iterator[bytes]:
        notes = Notes(self._marked.notes)
        yield from self._package.rewrite(notes, self._notes, Notes.EMPTY)
        self._places = [*notes.places, *(note.place for note in self._marked.notes)]

    def _write_summary(self) -> Iterator[bytes]:
        yield f'{HEAD}<worksheet xmlns="{_MAIN}"><cols><col min="1" max="1" width="30"/>'.encode()
        yield b'<col min="2" max="2" width="90"/></cols><sheetData>'
        yield from map(make_row, self._marking.summary)
        yield b"</sheetData></worksheet>"

    def _relate_sheet(self) -> Iterator[bytes]:
        more = [(NOTES_ID, "comments", self._notes), (DRAWING_ID, "vmlDrawing", self._drawing)]
        relations = Relations("", more, replaced=("comments", "vmlDrawing"))
        return self._package.rewrite(relations, relations_of(self._sheet), NO_RELATIONS)

    def _list_sheets(self) -> Iterator[bytes]:
        added = (SUMMARY_SHEET, _SUMMARY_ID) if self._adds_summary else None
        return self._package.rewrite(SheetList(added), self._package.book)

    def _relate_book(self) -> Iterator[bytes]:
        more = [(_STYLES_ID, "styles", self._styles)]
        if self._adds_summary:
            more.append((_SUMMARY_ID, "worksheet", self._summary))
        relations = Relations("", more, replaced=("styles", "calcChain"))
        return self._package.rewrite(relations, relations_of(self._package.book), NO_RELATIONS)

    def _list_types(self) -> dict[str, str]:
        return {
            self._styles: f"{_TYPE}.styles+xml",
            self._notes: f"{_TYPE}.comments+xml",
            self._drawing: "application/vnd.openxmlformats-officedocument.vmlDrawing",
            self._summary: f"{_TYPE}.worksheet+xml",
        }
