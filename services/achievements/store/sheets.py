"""Tables written piece by piece: workbook, CSV for Chinese Excel, lines of JSON.

The workbook is written straight into a growing zip, so that a million rows take no more memory
than one batch; every cell is an inline string or a number, never a formula.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from html import escape

import orjson

from services.achievements.rules.exports import Value, show_value

BOM = "\ufeff"
_BATCH = 200
MOST_ROWS = 1_048_575
"""Rows of a sheet below its header."""
LONGEST_CELL = 32_000
"""Letters of a cell; a spreadsheet takes 32,767."""
_ILLEGAL = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])
_NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_DOC = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


class ZipSink(io.RawIOBase):
    """Takes what the zip writes and gives it on."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: object, /) -> int:
        data = bytes(piece)  # type: ignore[call-overload]
        self._pieces.append(data)
        return len(data)

    def drain(self) -> bytes:
        data, self._pieces = b"".join(self._pieces), []
        return data


def write_csv(headers: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """CSV (RFC 4180) in UTF-8 with a BOM, which Excel needs to read Chinese."""
    yield BOM.encode()
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(headers)
    for number, row in enumerate(rows, start=1):
        writer.writerow([show_value(value) for value in row])
        if number % _BATCH == 0:
            yield _take(buffer)
    yield _take(buffer)


def _take(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def write_lines(items: Iterable[object]) -> Iterator[bytes]:
    """One JSON per line."""
    for item in items:
        yield orjson.dumps(item) + b"\n"


def write_workbook(
    title: str, headers: Sequence[str], rows: Iterable[Sequence[Value]]
) -> Iterator[bytes]:
    """An xlsx of one sheet (more where the rows do not fit into one), written as it goes."""
    sink = ZipSink()
    source = iter(rows)
    sheets = 0
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        more = True
        while more:
            sheets += 1
            with packed.open(f"xl/worksheets/sheet{sheets}.xml", "w", force_zip64=True) as sheet:
                sheet.write(f'{_HEAD}<worksheet xmlns="{_NS}"><sheetData>'.encode())
                sheet.write(make_row(headers))
                more = False
                for number, row in enumerate(source, start=2):
                    sheet.write(make_row(row))
                    if number % _BATCH == 0:
                        yield sink.drain()
                    if number > MOST_ROWS:
                        more = True
                        break
                sheet.write(b"</sheetData></worksheet>")
            yield sink.drain()
        for name, content in _frame(title, sheets).items():
            packed.writestr(name, _HEAD + content)
    yield sink.drain()


def make_row(values: Sequence[Value]) -> bytes:
    """A row of a sheet in XML."""
    return f"<row>{''.join(map(_cell, values))}</row>".encode()


def _cell(value: Value) -> str:
    if value is None:
        return "<c/>"
    # Beyond 15 digits a spreadsheet would round, so that such a number is text.
    if _is_number(value) and abs(Decimal(str(value))) < 10**13:
        return f"<c><v>{value}</v></c>"
    safe = escape_text(show_value(value)[:LONGEST_CELL])
    return f'<c t="inlineStr"><is><t xml:space="preserve">{safe}</t></is></c>'


def escape_text(text: str) -> str:
    """A text as XML holds it, without the characters that XML cannot hold at all."""
    return escape(text.translate(_ILLEGAL), quote=False)


def _is_number(value: Value) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _frame(title: str, sheets: int) -> dict[str, str]:
    numbers = range(1, sheets + 1)
    names = {1: title} | {number: f"{title}{number}" for number in numbers if number > 1}
    listed = "".join(
        f'<sheet name="{escape(names[n])}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers
    )
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{_DOC}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    )
    typed = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        for n in numbers
    )
    return {
        "xl/workbook.xml": f'<workbook xmlns="{_NS}" xmlns:r="{_DOC}"><sheets>{listed}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELS}">{related}</Relationships>',
        "_rels/.rels": f'<Relationships xmlns="{_RELS}"><Relationship Id="rId1"'
        f' Type="{_DOC}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-'
        'package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>{typed}'
        "</Types>",
    }
