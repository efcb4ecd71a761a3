"""Several values in one cell: how people write them apart, and how an export writes them again.

、 ， , ; | and line breaks separate. A slash does only between words that are not Latin, since
`TCP/IP` and `C/C++` are one. A part in double quotes is one whatever it holds, as in CSV, so that
what is exported comes back as it was.
"""

import re
from collections.abc import Iterable, Iterator

from services.achievements.rules.text import fold_text

NONE = "无"
"""Stands for a value that is not known, where the next one is."""
_SIGNS = r"[、，;；|\n]|,(?!\s*(?:ltd|inc|llc|corp|co)\b)"
WORDS = re.compile(rf"{_SIGNS}|(?<![0-9A-Za-z+])/(?![0-9A-Za-z+])", re.IGNORECASE)
NAMES = re.compile(rf"{_SIGNS}|/", re.IGNORECASE)
_QUOTED = re.compile(r'\s*"((?:[^"]|"")*)"\s*')
_NEEDS_QUOTES = re.compile(r'[、，,;；|\n/"“”()（）]|^\s|\s$|\s\s')


def split_parts(text: str, separator: re.Pattern[str]) -> list[str]:
    """The values in a cell, without those that are empty."""
    if '"' not in text:
        return [part for piece in separator.split(text) if (part := fold_text(piece))]
    return [part for part in _walk(text, separator) if part]


def _walk(text: str, separator: re.Pattern[str]) -> Iterator[str]:
    place = 0
    while place < len(text):
        quoted = _QUOTED.match(text, place)
        after = separator.match(text, quoted.end()) if quoted else None
        if quoted and (after or quoted.end() == len(text)):
            yield quoted[1].replace('""', '"')
            place = after.end() if after else quoted.end()
            continue
        found = separator.search(text, place)
        yield fold_text(text[place : found.start() if found else len(text)])
        place = found.end() if found else len(text)


def join_parts(values: Iterable[object]) -> str:
    """Values as one cell that reads back as they are; what is not known among them is said."""
    parts = [None if value is None else str(value) for value in values]
    while parts and parts[-1] is None:
        parts.pop()
    return "、".join(NONE if part is None else _quote(part) for part in parts)


def _quote(part: str) -> str:
    plain = not _NEEDS_QUOTES.search(part) and (part.isascii() or " " not in part)
    return part if plain and part != NONE else '"' + part.replace('"', '""') + '"'
