"""The parts of an xlsx (a zip of XML): how each leads to others, and where its sheets are."""

import posixpath
import zipfile
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import IO, TypeVar

from services.achievements.store.xml_rewriting import XmlRewriter

Reader = TypeVar("Reader", bound=XmlRewriter)

RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NO_RELATIONS = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b"</Relationships>"
)


class Relations(XmlRewriter):
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
                    f'<{self.prefix}Relationship Id="{id_}" Type="{RELATED}/{kind}"'
                    f' Target="/{target}"/>'
                )


class SheetList(XmlRewriter):
    """The list of sheets: their relations by name, the year of day 0; `added` goes to its end.

    What is added is a name and the id of a relation.
    """

    def __init__(self, added: tuple[str, str] | None = None) -> None:
        super().__init__()
        self.ids = dict[str, str]()
        self.since_1904 = False
        self._numbers = [0]
        self._added = added

    def start(self, name: str, attributes: dict[str, str]) -> bool:
        if name == "sheet":
            self._numbers.append(int(attributes.get("sheetId", 0)))
            related = (value for key, value in attributes.items() if key.endswith(":id"))
            self.ids[attributes.get("name", "")] = next(related, "")
        if name == "workbookPr":
            self.since_1904 = attributes.get("date1904", "0") not in ("0", "false")
        return True

    def end(self, name: str) -> None:
        if name == "sheets" and self._added is not None:
            added, id_ = self._added
            self.put(
                f'<{self.prefix}sheet xmlns:r="{RELATED}" name="{added}" sheetId="'
                f'{max(self._numbers) + 1}" r:id="{id_}"/>'
            )


class Package:
    """The parts of a workbook by name; `texts` and `styles` are "" where it has none.

    Names are found in whatever case they are written. Raises KeyError where a part is missing that
    a workbook must have.
    """

    def __init__(self, source: zipfile.ZipFile) -> None:
        if any(entry.header_offset < 0 for entry in source.infolist()):
            # The list of parts lies about its own place; no system seeks to before a file.
            raise zipfile.BadZipFile("a part before the beginning")
        self._source = source
        self._names = {name.casefold(): name for name in source.namelist()}
        self.book = self._name_of(self.relate("").by_kind["officeDocument"])
        self._related = self.relate(self.book)
        self.sheets = self.read(SheetList(), self.book)
        self.texts = self._name_of(self._related.by_kind.get("sharedStrings", ""))
        self.styles = self._name_of(self._related.by_kind.get("styles", ""))

    def find_sheet(self, name: str) -> str:
        """The part of a sheet."""
        return self._name_of(self._related.by_id[self.sheets.ids[name]])

    def relate(self, part: str) -> Relations:
        """What a part leads to; the workbook itself has no name."""
        relations = Relations(posixpath.dirname(part))
        return self.read(relations, relations_of(part), NO_RELATIONS)

    def open(self, name: str, default: bytes | None = None) -> IO[bytes]:
        """The content of a part, or what stands for it where there is none."""
        known = self._name_of(name)
        if default is not None and known not in self._source.NameToInfo:
            return BytesIO(default)
        return self._source.open(known)

    def read(self, reader: Reader, name: str, default: bytes | None = None) -> Reader:
        """What a reader finds in a part."""
        for _ in self.rewrite(reader, name, default):
            pass
        return reader

    def rewrite(
        self, rewriter: XmlRewriter, name: str, default: bytes | None = None
    ) -> Iterator[bytes]:
        """A part as a rewriter hands it on."""
        with self.open(name, default) as part:
            yield from rewriter.rewrite(part)

    def _name_of(self, name: str) -> str:
        return self._names.get(name.casefold(), name)


def relations_of(part: str) -> str:
    """The part that says what a part leads to."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")
