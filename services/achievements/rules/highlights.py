"""Highlighting: where the words of a query stand in a text, marked for a page.

The answer is HTML: the text is escaped first and holds no tag but `<em>`.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any
from unicodedata import normalize

from services.achievements.rules.kinds import Kind
from services.achievements.rules.names import is_name_term, name_key, name_term

Row = Mapping[Any, Any]

SNIPPET = 160
"""Letters of a long text that are shown around its first marked words."""
_LEAD = 30
_LATIN = re.compile(r"[a-z0-9]")


HIGHLIGHTED: Mapping[Kind, tuple[str, ...]] = {
    Kind.ACHIEVEMENTS: ("title", "abstract", "keywords", "contributors", "organizations"),
    Kind.INSTRUMENTS: ("name", "english_name", "model", "manufacturer", "indicators", "purpose"),
    Kind.RESEARCHERS: ("name", "english_name", "title", "department", "fields", "biography"),
    Kind.RD_EXPENDITURES: (),
    Kind.PLATFORMS: ("name", "address", "description"),
    Kind.AWARDS: ("title", "winners"),
    Kind.DEMANDS: ("title", "keywords", "problem"),
    Kind.CONTRACTS: ("title", "summary", "seller", "buyer"),
}


@dataclass(frozen=True, slots=True)
class Marks:
    """What is marked: words within texts, and names as wholes."""

    words: re.Pattern[str] | None
    names: frozenset[str]


def highlight_rows(kind: Kind, rows: Sequence[Row], words: Sequence[str]) -> Sequence[Row]:
    """Rows as their viewer sees them, with `highlights` where there are words to mark."""
    if not words:
        return rows
    names = frozenset(filter(is_name_term, words))
    marks = Marks(_pattern(_longest_first(set(words) - names)), names)
    return [{**row, "highlights": _mark_row(kind, row, marks)} for row in rows]


def _mark_row(kind: Kind, row: Row, marks: Marks) -> dict[str, list[str]]:
    marked = {name: _mark_value(row[name], marks) for name in HIGHLIGHTED[kind]}
    return {name: pieces for name, pieces in marked.items() if pieces}


def _mark_value(value: object, marks: Marks) -> list[str]:
    if isinstance(value, list):
        return [piece for part in value for piece in _mark_value(part, marks)]
    text = value.get("name") if isinstance(value, Mapping) else value
    if not isinstance(text, str):
        return []
    if marks.names and name_term(name_key(text)) in marks.names:
        return [f"<em>{escape(text)}</em>"]
    marked = _mark_text(text, marks.words, whole=len(text) <= SNIPPET)
    return [] if marked is None else [marked]


def mark_words(text: str, words: Iterable[str], *, whole: bool = True) -> str | None:
    """The text with the words marked, or the piece of it where most stand; None without any."""
    return _mark_text(text, _pattern(_longest_first(words)), whole=whole)


def _mark_text(text: str, pattern: re.Pattern[str] | None, *, whole: bool) -> str | None:
    if pattern is None:
        return None
    spans = [match.span() for match in pattern.finditer(_plain(text))]
    if not spans:
        return None
    start, end = (0, len(text)) if whole else _busiest(spans, len(text))
    return _mark(text, [span for span in spans if span[0] >= start and span[1] <= end], start, end)


def _longest_first(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str] | None:
    if not words:
        return None
    return re.compile("|".join(map(_as_pattern, words)))


def _as_pattern(word: str) -> str:
    # "ai" is a word of its own, not a part of "chain"; Chinese words have no such edges.
    before = r"(?<![a-z0-9])" if _LATIN.match(word[0]) else ""
    after = r"(?![a-z0-9])" if _LATIN.match(word[-1]) else ""
    return f"{before}{re.escape(word)}{after}"


def _plain(text: str) -> str:
    """The text in one width and case, letter for letter, so that places stay the same."""
    return text.translate(_plain_letters())


@lru_cache(maxsize=1)
def _plain_letters() -> Mapping[int, str]:
    """Of all letters that have another width or case: the plain one, where it is one letter."""
    plain = ((code, normalize("NFKC", chr(code)).lower()) for code in range(0x10000))
    return {code: letter for code, letter in plain if len(letter) == 1 and letter != chr(code)}


def _busiest(spans: list[tuple[int, int]], length: int) -> tuple[int, int]:
    """The piece of a long text in which most words stand, the first such."""
    starts = [start for start, _ in spans]
    inside = [
        bisect_left(starts, start + SNIPPET - _LEAD) - place for place, start in enumerate(starts)
    ]
    best = starts[inside.index(max(inside))]
    start = max(0, min(best - _LEAD, length - SNIPPET))
    return start, min(length, max(start + SNIPPET, best + 1))


def _mark(text: str, spans: list[tuple[int, int]], start: int, end: int) -> str:
    pieces, place = (["…"] if start else []), start
    for left, right in spans:
        pieces += [escape(text[place:left]), "<em>", escape(text[left:right]), "</em>"]
        place = right
    pieces += [escape(text[place:end]), "…" if end < len(text) else ""]
    return "".join(pieces)
