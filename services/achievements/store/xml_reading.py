"""XML of a zip read as it is unpacked, whoever wrote it: no entities, no endless names."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Protocol
from xml.parsers import expat

from services.achievements.rules.uploads import unreadable

DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, EOFError)
"""What reading a zip raises that lies of its sizes, is cut off, broken or packed unusually."""
_CHUNK = 64_000
_LONGEST_TAG = 1_000_000


def make_parser() -> expat.XMLParserType:
    """A parser that gives a text in one piece and refuses a document type."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = _CHUNK
    # No workbook has one, and it is where entities come from.
    parser.StartDoctypeDeclHandler = _refuse
    return parser


def _refuse(*_: object) -> None:
    raise unreadable()


class Shortcut(Protocol):
    """Reads elements in their usual dress quicker than a parser; `tag` is their name."""

    tag: str

    def take(self, piece: bytes) -> bool:
        """Read some whole elements; False where they are dressed in another way."""


def feed(
    parser: expat.XMLParserType, source: IO[bytes], shortcut: Shortcut | None = None
) -> Iterator[None]:
    """Give a document to a parser, a piece at a time; raises InvalidInput where it is none.

    What a shortcut takes the parser never sees. A number that is none, met by either (ValueError),
    says the same as a document that is none.
    """
    fed = 0
    try:
        for piece in _cut(source, shortcut):
            if shortcut is None or not shortcut.take(piece):
                parser.Parse(piece)
                fed += len(piece)
            if fed - parser.CurrentByteIndex > _LONGEST_TAG:
                # A tag without an end, which the parser would hold until it has one.
                raise unreadable()
            yield
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, *DAMAGE) as error:
        raise unreadable() from error
    yield


def _cut(source: IO[bytes], shortcut: Shortcut | None) -> Iterator[bytes]:
    """The document in pieces; for a shortcut in such of whole elements, and what is around them."""
    if shortcut is None:
        yield from iter(lambda: source.read(_CHUNK), b"")
        return
    begin, end = f"<{shortcut.tag}".encode(), f"</{shortcut.tag}>".encode()
    held, is_inside = b"", False
    while chunk := source.read(_CHUNK):
        held += chunk
        if not is_inside:
            start = held.find(begin)
            is_inside = start >= 0
            yield held[: start if is_inside else len(held)]
            held = held[start:] if is_inside else b""
        cut = held.rfind(end) + len(end)
        if cut >= len(end):
            yield held[:cut]
            held = held[cut:]
        elif len(held) > _LONGEST_TAG:
            # After the last element, or inside of an endless one.
            yield held
            held, is_inside = b"", False
    yield held


def local_name(name: str) -> str:
    """A name without its prefix."""
    return name.rpartition(":")[2]
