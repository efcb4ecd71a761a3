"""Postings: the words of many records with what each weighs there, packed a word at a time.

A posting is `document << 12 | weight in thousandths`. Many records are counted at once, by columns
of numbers: words become numbers, and only the numbers are sorted and counted.
"""

import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, chain, pairwise
from itertools import count as count_up

import numpy as np
import numpy.typing as npt

from services.achievements.rules.kinds import KIND_NUMBERS, Kind
from services.achievements.rules.names import name_term
from services.achievements.rules.words import (
    END,
    K1,
    LONGEST_TERM,
    USUAL_LENGTH,
    B,
    cut_together,
    terms_of,
)

# A posting packs a document and its weight into one number.
DOCUMENT_BITS = 12
WEIGHT_MASK = (1 << DOCUMENT_BITS) - 1
WEIGHT_STEPS = 1000.0

Texts = Mapping[int, Iterable[tuple[str, int]]]
"""The texts of each record, by its document number, with how often they count."""

Names = Mapping[int, Sequence[str]]
"""The keys of the names of each record, by its document number."""

_Numbers = npt.NDArray[np.integer]


SEGMENT_COLUMNS = ("kind", "term", "segment", "documents", "postings")

# COPY's binary format: a row begins with its number of columns, a value with its length in bytes.
_COPY_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COPY_END = struct.pack(">h", -1)
_BEFORE_TERM = np.dtype(
    [("columns", ">i2"), ("kind_bytes", ">i4"), ("kind", ">i2"), ("term_bytes", ">i4")]
)
_AFTER_TERM = np.dtype(
    [("segment_bytes", ">i4"), ("segment", ">i8"), ("documents_bytes", ">i4"), ("documents", ">i4")]
    + [(name, ">i4") for name in ("bytes", "dimensions", "nulls", "type", "length", "first")]
)
_ELEMENT = np.dtype([("bytes", ">i4"), ("posting", ">i8")])
_ARRAY_HEAD_BYTES = 20
_BIGINT = 20
_CUT_TOGETHER = 400
"""So many texts go to the cutter at once: more are no quicker, and their words lie in memory."""
_PACKED_TOGETHER = 4000


@dataclass(frozen=True, slots=True)
class Packed:
    """Words in the order of their characters, all their postings, and where each word's end."""

    words: list[str]
    ends: list[int]
    postings: _Numbers


@dataclass(frozen=True, slots=True)
class Writing:
    """What is written at once: all its texts one after the other, as the numbers of their words.

    `tokens` are places among `words`, as the cutter made them; END, the first of the words, stands
    after each text. For each text `records` has the place of its record among `documents`, `times`
    how often it counts. Until they are cut the texts are `uncut`: one process may gather them, and
    another cut, count and pack them.
    """

    kind: Kind
    documents: list[int]
    names: Names
    words: list[str]
    tokens: _Numbers
    records: list[int]
    times: list[int]
    uncut: list[str]


def gather_texts(kind: Kind, texts: Texts, names: Names) -> Writing:
    """The texts and names of records, uncut."""
    parts = [(record, *part) for record, own in enumerate(texts.values()) for part in own]
    return Writing(
        kind=kind,
        documents=list(texts),
        names=names,
        words=[END],
        tokens=np.empty(0, np.int32),
        records=[record for record, _, _ in parts],
        times=[times for _, _, times in parts],
        uncut=[text for _, text, _ in parts],
    )


def cut_texts(writing: Writing) -> Writing:
    """The same with its texts cut into words, each word a number."""
    if not writing.uncut:
        return writing
    numbers = defaultdict(count_up(1).__next__, {END: 0})
    starts = range(0, len(writing.uncut), _CUT_TOGETHER)
    groups = (writing.uncut[start : start + _CUT_TOGETHER] for start in starts)
    tokens = [
        np.fromiter(map(numbers.__getitem__, words), np.int32, len(words))
        for words in map(cut_together, groups)
    ]
    return replace(writing, words=list(numbers), tokens=np.concatenate(tokens), uncut=[])


def pack_segments(writing: Writing) -> bytes:
    """The rows of one writing in the binary format of COPY; empty where no text has a word.

    All its records share a row per word: fewer rows by far, and in the order of the words, so that
    neighbours in the index are written together. Binary, because most of it is numbers.
    """
    first = min(writing.documents)
    return join_segments(writing.kind, first, pack_names(writing.names), pack_postings(writing))


def join_segments(kind: Kind, segment: int, *parts: Packed) -> bytes:
    """The same for postings that are packed already."""
    rows = [row for packed in parts for row in _pack_rows(kind, segment, packed)]
    return b"".join([_COPY_HEAD, *rows, _COPY_END]) if rows else b""


def _pack_rows(kind: Kind, segment: int, packed: Packed) -> Iterator[bytes]:
    """The rows, some thousand at once: the pieces they are made of would fill the memory."""
    ends = [0, *packed.ends]
    for first in range(0, len(packed.words), _PACKED_TOGETHER):
        words = packed.words[first : first + _PACKED_TOGETHER]
        own = np.array(ends[first : first + len(words) + 1])
        postings = packed.postings[own[0] : own[-1]]
        yield b"".join(_pack_some(kind, segment, words, own - own[0], postings))


def _pack_some(
    kind: Kind, segment: int, words: Sequence[str], ends: _Numbers, postings: _Numbers
) -> Iterator[bytes]:
    """Rows in pieces: what has the same size in all of them is made by columns."""
    terms, counts = [word.encode() for word in words], np.diff(ends)
    sizes = np.fromiter(map(len, terms), np.int32, len(terms))
    heads = _fill(_BEFORE_TERM, len(terms), (len(SEGMENT_COLUMNS), 2, KIND_NUMBERS[kind], sizes))
    array_head = (_ARRAY_HEAD_BYTES + counts * _ELEMENT.itemsize, 1, 0, _BIGINT, counts, 1)
    tails = _fill(_AFTER_TERM, len(terms), (8, segment, 4, counts, *array_head))
    elements = _fill(_ELEMENT, len(postings), (8, postings)).tobytes()
    places = pairwise((ends * _ELEMENT.itemsize).tolist())
    arrays = [elements[start:end] for start, end in places]
    return chain.from_iterable(zip(_cut_up(heads), terms, _cut_up(tails), arrays, strict=True))


def _fill(form: np.dtype[np.void], rows: int, columns: Sequence[object]) -> npt.NDArray[np.void]:
    """A table of this form from its columns; a single value stands in all rows."""
    table = np.empty(rows, form)
    for name, values in zip(form.names or (), columns, strict=True):
        table[name] = values
    return table


def _cut_up(table: npt.NDArray[np.void]) -> list[bytes]:
    rows: list[bytes] = table.view(f"V{table.itemsize}").tolist()
    return rows


def pack_names(names: Names) -> Packed:
    """The postings of the names in the same writing; a name weighs the same in any record."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for document, keys in names.items():
        posting = (document << DOCUMENT_BITS) + int(WEIGHT_STEPS)
        for key in keys:
            found[key].append(posting)
    return pack_lists({name_term(key): postings for key, postings in found.items()})


def pack_lists(found: Mapping[str, Sequence[int]]) -> Packed:
    """Postings that were gathered in a list for each word."""
    words = sorted(found)
    ends = list(accumulate(len(found[word]) for word in words))
    return Packed(words, ends, np.array([one for word in words for one in found[word]], np.int64))


def pack_postings(writing: Writing) -> Packed:
    """The postings of these records, word by word."""
    writing = cut_texts(writing)
    words, many = list(writing.words), len(writing.documents)
    tokens, records = _replace_odd(words, *_tell_records(writing))
    used = np.flatnonzero(np.bincount(tokens, minlength=len(words))).tolist()
    order = sorted(used, key=words.__getitem__)
    ordered = [words[number] for number in order]
    # Sixteen bits are sorted by their digits, twice as fast as by comparing.
    rank: _Numbers = np.empty(len(words), np.uint16 if len(words) < 2**16 else np.int32)
    rank[order] = np.arange(len(ordered))
    term, record, counts = _count_runs(rank[tokens], records)
    lengths = np.bincount(records, minlength=many)
    damping = K1 * (1 - B + B * lengths / USUAL_LENGTH)
    weights = counts * (K1 + 1) / (counts + damping[record])
    documents = np.array(writing.documents, np.int64)[record] << DOCUMENT_BITS
    ends = np.cumsum(np.bincount(term, minlength=len(ordered))).tolist()
    return Packed(ordered, ends, documents + (weights * WEIGHT_STEPS).astype(np.int64))


def _count_runs(terms: _Numbers, records: _Numbers) -> tuple[_Numbers, _Numbers, _Numbers]:
    """Each term with each of its records, and how often it stands there; records come in order."""
    order = np.argsort(terms, kind="stable")
    terms, records = terms[order], records[order]
    is_first = np.ones(len(order), np.bool_)
    is_first[1:] = (terms[1:] != terms[:-1]) | (records[1:] != records[:-1])
    starts = np.flatnonzero(is_first)
    return terms[starts], records[starts], np.diff(starts, append=len(order))


def _tell_records(writing: Writing) -> tuple[_Numbers, _Numbers]:
    """All words of a writing, and the record of each; twice where their text counts twice."""
    ends = writing.tokens == 0
    sizes = np.diff(np.flatnonzero(ends), prepend=-1)
    records, times = np.array(writing.records, np.int32), np.array(writing.times, np.int32)
    each = np.repeat(times, sizes)
    return np.repeat(writing.tokens, each), np.repeat(np.repeat(records, sizes), each)


def _replace_odd(
    words: list[str], tokens: _Numbers, records: _Numbers
) -> tuple[_Numbers, _Numbers]:
    """Words by the terms they are found by, with their records; new terms are added to the words.

    Nearly all words are found by themselves; only the odd ones by nothing, by a part or by several.
    """
    known = len(words)
    whole = np.fromiter(map(str.isalnum, words), np.bool_, known)
    short = np.fromiter(map(len, words), np.int32, known) <= LONGEST_TERM
    odd = np.flatnonzero(~(whole & short))
    terms = [terms_of(words[number]) for number in odd.tolist()]
    parts = _number_terms(words, terms)
    sizes, starts = np.full(known, -1, np.int32), np.zeros(known, np.int32)
    sizes[odd] = many = np.fromiter(map(len, terms), np.int32, len(terms))
    starts[odd] = np.cumsum(many) - many
    size = sizes[tokens]
    others = np.flatnonzero(size > 0)
    each = size[others]
    within = np.arange(each.sum()) - np.repeat(np.cumsum(each) - each, each)
    found = parts[np.repeat(starts[tokens[others]], each) + within]
    # A plain word stays, once; every other gives way to its terms, where it stood.
    times = np.abs(size)
    replaced = np.repeat(tokens, times)
    replaced[np.repeat(size > 0, times)] = found
    return replaced, np.repeat(records, times)


def _number_terms(words: list[str], terms: Sequence[Sequence[str]]) -> _Numbers:
    """All these terms as numbers; those that are no words yet are added to the words."""
    wanted = set(chain.from_iterable(terms))
    numbers = {word: number for number, word in enumerate(words) if word in wanted}
    for term in sorted(wanted - numbers.keys()):
        numbers[term] = len(words)
        words.append(term)
    return np.array([numbers[term] for own in terms for term in own], np.int32)
