"""XML of a zip read as it is unpacked, whoever wrote it: no entities, no endless names."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO
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


def feed(parser: expat.XMLParserType, source: IO[bytes]) -> Iterator[None]:
    """Give a document to a parser, a piece at a time; raises InvalidInput where it is none.

    A number that is none, met by a handler (ValueError), says the same.
    """
    fed = 0
    try:
        while chunk := source.read(_CHUNK):
            parser.Parse(chunk)
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > _LONGEST_TAG:
                # A tag without an end, which the parser would hold until it has one.
                raise unreadable()
            yield
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, *DAMAGE) as error:
        raise unreadable() from error
    yield


def local_name(name: str) -> str:
    """A name without its prefix."""
    return name.rpartition(":")[2]
