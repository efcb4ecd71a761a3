"""The uploaded workbook itself, given back with its errors in red, part by part as it is read.

A workbook is a zip of XML. What is not touched is handed on as it came; what is, is read and
written in one pass, so that a large one takes no more memory than a small one.
"""

import posixpath
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, TypeVar

from services.achievements.rules.uploads import TablePlace
from services.achievements.store.files import unreadable
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
from services.achievements.store.workbooks import SUMMARY_SHEET, MarkedRow
from services.achievements.store.xml_rewriting import HEAD, XmlRewriter

Reader = TypeVar("Reader", bound=XmlRewriter)

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NO_RELATIONS = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b"</Relationships>"
)
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_CHUNK = 256_000
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
    except (zipfile.BadZipFile, KeyError) as error:
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


class _Relations(XmlRewriter):
    """What a part leads to, by id and by kind; `more` are put in, `replaced` kinds left out."""

    def __init__(
        self,
        folder: str,
        more: Sequence[tuple[str, str, str]] = (),
        replaced: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self.by_id = dict[str, str]()
        self.by_kind = dict[str, str]()
        self._folder, self._more, self._replaced = folder, more, replaced

    def start(self, name: str, attributes: dict[str, str]) -> bool:
        if name == "Relationship":
            kind = attributes.get("Type", "").rpartition("/")[2]
            target = posixpath.normpath(posixpath.join(self._folder, attributes.get("Target", "")))
            self.by_id[attributes.get("Id", "")] = target.lstrip("/")
            self.by_kind.setdefault(kind, target.lstrip("/"))
            return kind not in self._replaced
        return True

    def end(self, name: str) -> None:
        if name == "Relationships":
            for id_, kind, target in self._more:
                self.put(
                    f'<{self.prefix}Relationship Id="{id_}" Type="{_RELATED}/{kind}"'
                    f' Target="/{target}"/>'
                )


class _Sheets(XmlRewriter):
    """The list of sheets: their relations by name; with `adds_summary` a summary at its end."""

    def __init__(self, *, adds_summary: bool = False) -> None:
        super().__init__()
        self.ids = dict[str, str]()
        self._numbers = [0]
        self._adds_summary = adds_summary

    def start(self, name: str, attributes: dict[str, str]) -> bool:
        if name == "sheet":
            self._numbers.append(int(attributes.get("sheetId", 0)))
            related = (value for key, value in attributes.items() if key.endswith(":id"))
            self.ids[attributes.get("name", "")] = next(related, "")
        return True

    def end(self, name: str) -> None:
        if name == "sheets" and self._adds_summary:
            self.put(
                f'<{self.prefix}sheet xmlns:r="{_RELATED}" name="{SUMMARY_SHEET}" sheetId="'
                f'{max(self._numbers) + 1}" r:id="{_SUMMARY_ID}"/>'
            )


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
        self._book = self._read(_Relations(""), "_rels/.rels").by_kind["officeDocument"]
        relations = self._read(_Relations(posixpath.dirname(self._book)), _relations_of(self._book))
        sheets = self._read(_Sheets(), self._book)
        id_ = sheets.ids.get(marking.place.sheet) or next(iter(sheets.ids.values()))
        self._sheet = relations.by_id[id_]
        own = self._read(_Relations(posixpath.dirname(self._sheet)), _relations_of(self._sheet))
        self._texts = relations.by_kind.get("sharedStrings", "")
        self._adds_summary = SUMMARY_SHEET not in sheets.ids
        known = relations.by_id.get(sheets.ids.get(SUMMARY_SHEET, ""))
        self._summary = known or "xl/worksheets/importSummary.xml"
        self._styles = relations.by_kind.get("styles", "xl/styles.xml")
        self._notes = own.by_kind.get("comments", "xl/importNotes.xml")
        self._places: list[str] = []
        self._drawing = "xl/drawings/importNotes.vml"
        with self._open(self._styles, MINIMAL) as styles:
            self._red = RedStyles(styles)
        self._marked = MarkedSheet(marking.place, marking.marks, self._red.redden)

    def parts(self) -> dict[str, Callable[[], Iterable[bytes]]]:
        """Parts that are new or changed, in the order in which they can be made."""
        return {
            self._sheet: lambda: self._rewrite(self._marked, self._sheet, b""),
            self._styles: self._write_styles,
            self._notes: self._write_notes,
            self._drawing: lambda: draw_notes(self._places),
            _relations_of(self._sheet): self._relate_sheet,
            self._summary: self._write_summary,
            self._book: lambda: self._rewrite(
                _Sheets(adds_summary=self._adds_summary), self._book, b""
            ),
            _relations_of(self._book): self._relate_book,
            "[Content_Types].xml": lambda: self._rewrite(
                _Types(self._list_types()), "[Content_Types].xml", b""
            ),
        }

    def leaves_out(self, name: str) -> bool:
        """Whether a part means nothing any more: without formulas they have no order."""
        return name.endswith("/calcChain.xml")

    def copy(self, name: str) -> Iterator[bytes]:
        """A part as it is; sheets and texts without formulas."""
        if name == self._texts or (name.startswith("xl/worksheets/") and name.endswith(".xml")):
            yield from self._rewrite(PlainSheet(), name, b"")
            return
        with self._source.open(name) as part:
            while piece := part.read(_CHUNK):
                yield piece

    def _open(self, name: str, default: bytes) -> IO[bytes]:
        return self._source.open(name) if name in self._source.NameToInfo else BytesIO(default)

    def _rewrite(self, rewriter: XmlRewriter, name: str, default: bytes) -> Iterator[bytes]:
        with self._open(name, default) as part:
            yield from rewriter.rewrite(part)

    def _read(self, reader: Reader, name: str) -> Reader:
        for _ in self._rewrite(reader, name, _NO_RELATIONS):
            pass
        return reader

    def _write_styles(self) -> Iterator[bytes]:
        with self._open(self._styles, MINIMAL) as styles:
            yield from self._red.rewrite(styles)

    def _write_notes(self) -> Iterator[bytes]:
        notes = Notes(self._marked.notes)
        yield from self._rewrite(notes, self._notes, Notes.EMPTY)
        self._places = [*notes.places, *(note.place for note in self._marked.notes)]

    def _write_summary(self) -> Iterator[bytes]:
        yield f'{HEAD}<worksheet xmlns="{_MAIN}"><cols><col min="1" max="1" width="30"/>'.encode()
        yield b'<col min="2" max="2" width="90"/></cols><sheetData>'
        yield from map(make_row, self._marking.summary)
        yield b"</sheetData></worksheet>"

    def _relate_sheet(self) -> Iterator[bytes]:
        more = [(NOTES_ID, "comments", self._notes), (DRAWING_ID, "vmlDrawing", self._drawing)]
        relations = _Relations("", more, replaced=("comments", "vmlDrawing"))
        return self._rewrite(relations, _relations_of(self._sheet), _NO_RELATIONS)

    def _relate_book(self) -> Iterator[bytes]:
        more = [(_STYLES_ID, "styles", self._styles)]
        if self._adds_summary:
            more.append((_SUMMARY_ID, "worksheet", self._summary))
        relations = _Relations("", more, replaced=("styles", "calcChain"))
        return self._rewrite(relations, _relations_of(self._book), _NO_RELATIONS)

    def _list_types(self) -> dict[str, str]:
        return {
            self._styles: f"{_TYPE}.styles+xml",
            self._notes: f"{_TYPE}.comments+xml",
            self._drawing: "application/vnd.openxmlformats-officedocument.vmlDrawing",
            self._summary: f"{_TYPE}.worksheet+xml",
        }


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")
