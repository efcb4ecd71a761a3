"""Tables that suppliers send as files: xlsx, or csv in UTF-8 or GBK."""

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time

import python_calamine

from kit.errors import InvalidInput, TooLarge, UnsupportedMedia, invalid
from kit.text import Text

MOST_ROWS = 5000
_MOST_UNPACKED = 200_000_000
Cell = str | int | float | bool | date | datetime | time | object


def read_table(name: str, content: bytes) -> tuple[list[str], dict[int, list[Cell]]]:
    """The heads, and the rows of the first sheet by the number a person sees; no empty ones."""
    rows = _read_xlsx(content) if content.startswith(b"PK\x03\x04") else _read_csv(name, content)
    filled = {
        number: row
        for number, row in enumerate(rows, start=1)
        if any(cell not in ("", None) for cell in row)
    }
    if len(filled) > MOST_ROWS + 1:
        raise TooLarge(
            "file_too_long",
            Text(
                f"一个文件至多 {MOST_ROWS} 行，请拆分后上传",
                f"a file holds {MOST_ROWS} rows at most; split it",
            ),
        )
    if len(filled) < 2:
        raise invalid("/file", "file_empty", Text("文件没有数据行", "the file holds no rows"))
    heads = filled.pop(min(filled))
    return [str(cell).strip() for cell in heads], filled


def _read_xlsx(content: bytes) -> list[list[Cell]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
        if unpacked > _MOST_UNPACKED:
            raise TooLarge(
                "file_unpacks_too_large",
                Text("文件解压后过大，未打开", "the file would unpack into too much; not opened"),
            )
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = book.get_sheet_by_index(0)
    except (zipfile.BadZipFile, python_calamine.CalamineError, IndexError) as error:
        raise _unreadable("xlsx") from error
    return [list(row) for row in sheet.to_python(skip_empty_area=False)]


def _read_csv(name: str, content: bytes) -> list[list[Cell]]:
    if not name.lower().endswith((".csv", ".txt")) or b"\x00" in content:
        raise UnsupportedMedia(
            "file_format_unknown",
            Text("请上传 xlsx 或 csv 文件", "send an xlsx or a csv file"),
            formats=["xlsx", "csv"],
        )
    return [list(row) for row in _lines(_decode(content))]


def _decode(content: bytes) -> str:
    """Excel in Chinese writes GBK, everybody else UTF-8."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _unreadable("csv")


def _lines(text: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text), strict=True)
    except csv.Error as error:
        raise _unreadable("csv") from error


def _unreadable(kind: str) -> InvalidInput:
    message = Text(f"无法读取该 {kind} 文件", f"this {kind} file cannot be read")
    return invalid("/file", "file_unreadable", message)
