"""A workbook of Excel 97–2003 (.xls): BIFF8 records in a compound file, made byte by byte."""

import struct

_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SECTOR = 512


def make_xls(rows: list[list[object]]) -> bytes:
    """One sheet of texts and numbers."""
    start = [_record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0x41, 6))
             for kind in (0x0005, 0x0010)]  # fmt: skip
    name = b"\x06\x00Sheet1"
    before = len(start[0]) + len(_record(0x0085, bytes(6) + name)) + len(_record(0x000A, b""))
    bound = _record(0x0085, struct.pack("<IBB", before, 0, 0) + name)
    size = struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0)
    cells = [_cell(r, c, value) for r, row in enumerate(rows) for c, value in enumerate(row)]
    end = _record(0x000A, b"")
    return _wrap(b"".join([start[0], bound, end, start[1], _record(0x0200, size), *cells, end]))


def _record(number: int, data: bytes) -> bytes:
    return struct.pack("<HH", number, len(data)) + data


def _cell(row: int, column: int, value: object) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(value, int | float):
        return _record(0x0203, place + struct.pack("<d", value))
    text = str(value)
    return _record(0x0204, place + struct.pack("<HB", len(text), 1) + text.encode("utf-16-le"))


def _wrap(stream: bytes) -> bytes:
    # A stream of 4,096 bytes or more lies in whole sectors, so that no mini stream is needed.
    length = max(4096, -(-len(stream) // _SECTOR) * _SECTOR)
    count = length // _SECTOR
    chain = [_FAT, _END, *range(3, count + 2), _END]
    table = struct.pack("<128I", *chain, *[_FREE] * (128 - len(chain)))
    head = struct.pack(
        "<8s16xHHHHH6xIIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6,
        0, 1, 1, 0, 4096, _END, 0, _END, 0, 0,
    )  # fmt: skip
    entries = _entry("Root Entry", 5, 1, _END, 0) + _entry("Workbook", 2, _FREE, 2, length)
    return (
        head
        + struct.pack("<108I", *[_FREE] * 108)
        + table
        + entries.ljust(_SECTOR, b"\0")
        + stream.ljust(length, b"\0")
    )


def _entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
    packed = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16xI16xIQ", packed, len(packed) + 2, kind, 1, _FREE, _FREE, child, 0, first, size
    )
