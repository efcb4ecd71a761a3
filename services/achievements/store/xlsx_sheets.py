"""The sheets of an xlsx, read row by row."""

import re
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from services.achievements.rules.sheet_values import FormatKind, kind_of_code, kind_of_number
from services.achievements.rules.uploads import unreadable
from services.achievements.store.shared_texts import SharedTexts
from services.achievements.store.sheet_reading import (
    CellRules,
    NumberedRows,
    SharedTextReader,
    SheetReader,
)
from services.achievements.store.workbook_parts import Package
from services.achievements.store.xml_reading import DAMAGE
from services.achievements.store.xml_rewriting import XmlRewriter

_CHUNK = 256_000
_ROW = re.compile(rb'<row\b[^>]*?\sr="([0-9]{1,7})"')
_LONGEST_ROW_TAG = 500
_NOTHING = b"<nothing/>"


class XlsxSheet:
    """A sheet by its name; `width` is the last column of the rows read so far, from 1."""

    def __init__(self, path: Path, name: str) -> None:
        self.name = name
        self.width = 0
        self._path = path

    def find_last_row(self) -> int | None:
        """The number of the last row, where the sheet tells it.

        The sheet and its texts are unpacked for it to their ends: where they are damaged, the file
        is refused before the first row goes in.
        """
        last = b""
        with _open_package(self._path) as package:
            for chunk in _unpack(package, package.find_sheet(self.name)):
                start = chunk.rfind(b"<row ")
                last = chunk[start : start + _LONGEST_ROW_TAG] if start >= 0 else last
            for _ in _unpack(package, package.texts):
                pass
        found = _ROW.match(last)
        return None if found is None else int(found[1])

    def read_rows(self) -> NumberedRows:
        """Rows that hold something, with their numbers from 1; raises InvalidInput on damage."""
        with _open_package(self._path) as package, ExitStack() as open_things:
            shared = open_things.enter_context(package.open(package.texts, _NOTHING))
            texts = open_things.enter_context(closing(SharedTexts(SharedTextReader().read(shared))))
            formats = package.read(_CellFormats(), package.styles, _NOTHING).kinds
            reader = SheetReader(CellRules(texts, formats, package.sheets.since_1904))
            sheet = open_things.enter_context(package.open(package.find_sheet(self.name)))
            for row in reader.read(sheet):
                self.width = reader.width
                yield row


def list_xlsx_sheets(path: Path) -> list[XlsxSheet]:
    """The sheets of a workbook in its order, hidden ones too; raises InvalidInput on damage."""
    with _open_package(path) as package:
        return [XlsxSheet(path, name) for name in package.sheets.ids]


@contextmanager
def _open_package(path: Path) -> Iterator[Package]:
    try:
        with zipfile.ZipFile(path) as source:
            yield Package(source)
    except (*DAMAGE, KeyError) as error:
        raise unreadable() from error


def _unpack(package: Package, part: str) -> Iterator[bytes]:
    with package.open(part, b"") as source:
        while chunk := source.read(_CHUNK):
            yield chunk


class _CellFormats(XmlRewriter):
    """The formats of cells that make a moment or a span of a number, by what `s` says of a cell."""

    def __init__(self) -> None:
        super().__init__()
        self.kinds = dict[str, FormatKind]()
        self._codes = dict[int, str]()
        self._inside = ""
        self._count = 0

    def start(self, name: str, attributes: dict[str, str]) -> bool:
        if name in ("numFmts", "cellXfs", "cellStyleXfs"):
            self._inside = name
        elif name == "numFmt" and self._inside == "numFmts":
            self._codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif name == "xf" and self._inside == "cellXfs":
            self._add_format(int(attributes.get("numFmtId", 0)))
        return True

    def _add_format(self, number: int) -> None:
        code = self._codes.get(number)
        kind = kind_of_number(number) if code is None else kind_of_code(code)
        if kind is not None:
            self.kinds[str(self._count)] = kind
        self._count += 1
