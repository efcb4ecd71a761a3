"""How summaries of each type are worded, learned from labelled examples (naive Bayes over pieces).

A piece is one to three neighbouring Chinese characters of a clause. What is learned are counts, so
that it can be read which pieces speak for a type; no words need to be listed by hand.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.achievements.rules.contracts import ContractType

_RUNS = re.compile(r"[\u4e00-\u9fff]+")
_LONGEST = 3
_SMOOTHING = 0.3
_SEEN_TWICE = 2
_LEAST_PIECES = 15
_MOST = 8
"""Points that wording alone can be ahead by: two signals' worth, so that found signals count."""


@dataclass(frozen=True, slots=True)
class Example:
    """A summary with its type."""

    title: str
    summary: str
    type: ContractType


@dataclass(frozen=True, slots=True)
class Lessons:
    """In how many examples of each type a piece stands, and how many examples there are."""

    counts: Mapping[ContractType, Mapping[str, int]]
    examples: Mapping[ContractType, int]
    pieces: frozenset[str]


def learn(examples: Iterable[Example]) -> Lessons:
    """Count pieces; those of a single example say nothing."""
    counts = {kind: Counter[str]() for kind in ContractType}
    sizes = dict.fromkeys(ContractType, 0)
    for one in examples:
        sizes[one.type] += 1
        counts[one.type].update(cut_pieces(f"{one.title}\n{one.summary}"))
    seen = sum(counts.values(), Counter[str]())
    known = frozenset(piece for piece, count in seen.items() if count >= _SEEN_TWICE)
    return Lessons(counts, sizes, known)


def cut_pieces(text: str) -> set[str]:
    """The pieces of a text, each once."""
    return {
        run[start : start + length]
        for run in _RUNS.findall(text)
        for length in range(1, _LONGEST + 1)
        for start in range(len(run) - length + 1)
    }


def weigh_wording(lessons: Lessons, text: str) -> dict[ContractType, int]:
    """Points of every type by its wording: the likeliest has most, the least likely none."""
    pieces = cut_pieces(text) & lessons.pieces
    likely = {kind: sum(_log(lessons, kind, one) for one in pieces) for kind in ContractType}
    best = max(likely.values())
    # A few known pieces are no evidence, however one-sided they are.
    most = _MOST if len(pieces) >= _LEAST_PIECES else 0
    points = {kind: max(0, round(most + value - best)) for kind, value in likely.items()}
    least = min(points.values())
    return {kind: value - least for kind, value in points.items()}


def list_telling(lessons: Lessons, text: str, kind: ContractType, most: int = 3) -> Sequence[str]:
    """The pieces of a text that speak most for a type, none inside another."""
    pieces = cut_pieces(text) & lessons.pieces
    ranked = sorted(pieces, key=lambda one: (-_telling(lessons, kind, one), -len(one), one))
    chosen: list[str] = []
    for one in ranked:
        if len(chosen) < most and len(one) > 1 and not any(one in known for known in chosen):
            chosen.append(one)
    return chosen


def _telling(lessons: Lessons, kind: ContractType, piece: str) -> float:
    others = [_log(lessons, other, piece) for other in ContractType if other is not kind]
    return _log(lessons, kind, piece) - max(others)


def _log(lessons: Lessons, kind: ContractType, piece: str) -> float:
    counted, of = lessons.counts[kind].get(piece, 0), lessons.examples[kind]
    return math.log((counted + _SMOOTHING) / (of + 2 * _SMOOTHING))
