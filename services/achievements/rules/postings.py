"""Postings: the words of many records with what each weighs there, packed a word at a time.

A posting is `document << 12 | weight in thousandths`. Many records are counted at once, by columns
of numbers: words become numbers, and only the numbers are sorted and counted.
"""

import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from itertools import count as count_up

import numpy as np
import numpy.typing as npt

from services.achievements.rules.kinds import KIND_NUMBERS, Kind
from services.achievements.rules.names import name_term
from services.achievements.rules.words import K1, LONGEST_TERM, USUAL_LENGTH, B, cut_raw, terms_of

# A posting packs a document and its weight into one number.
DOCUMENT_BITS = 12
WEIGHT_MASK = (1 << DOCUMENT_BITS) - 1
WEIGHT_STEPS = 1000.0

Texts = Mapping[int, Iterable[tuple[str, int]]]
"""The texts of each record, by its document number, with how often they count."""

Names = Mapping[int, Sequence[str]]
"""The keys of the names of each record, by its document number."""

_Numbers = npt.NDArray[np.signedinteger]


SEGMENT_COLUMNS = ("kind", "term", "segment", "documents", "postings")

# COPY's binary format: a row begins with its number of columns, a value with its length in bytes.
_COPY_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COPY_END = struct.pack(">h", -1)
_ROW = struct.Struct(">hihi")
_AFTER_TERM = struct.Struct(">iqii" + "iiiiii")
_ELEMENT = np.dtype([("bytes", ">i4"), ("posting", ">i8")])
_ARRAY_HEAD_BYTES = 20
_BIGINT = 20


@dataclass(frozen=True, slots=True)
class Packed:
    """Words in the order of their characters, all their postings, and where each word's end."""

    words: list[str]
    ends: list[int]
    postings: _Numbers


def pack_segments(kind: Kind, texts: Texts, names: Names) -> bytes:
    """The rows of one writing in the binary format of COPY; empty where no text has a word.

    All its records share a row per word: fewer rows by far, and in the order of the words, so that
    neighbours in the index are written together. Binary, because most of it is numbers.
    """
    return join_segments(kind, min(texts), pack_names(names), pack_postings(texts))


def join_segments(kind: Kind, segment: int, *parts: Packed) -> bytes:
    """The same for postings that are packed already."""
    rows = [row for packed in parts for row in _pack_rows(kind, segment, packed)]
    return b"".join([_COPY_HEAD, *rows, _COPY_END]) if rows else b""


def _pack_rows(kind: Kind, segment: int, packed: Packed) -> Iterator[bytes]:
    elements = np.empty(len(packed.postings), _ELEMENT)
    elements["bytes"], elements["posting"] = 8, packed.postings
    numbers, size = elements.tobytes(), _ELEMENT.itemsize
    kind_number, start = KIND_NUMBERS[kind], 0
    for word, end in zip(packed.words, packed.ends, strict=True):
        term, count = word.encode(), end - start
        array_head = (_ARRAY_HEAD_BYTES + count * size, 1, 0, _BIGINT, count, 1)
        yield _ROW.pack(len(SEGMENT_COLUMNS), 2, kind_number, len(term))
        yield term
        yield _AFTER_TERM.pack(8, segment, 4, count, *array_head)
        yield numbers[start * size : end * size]
        start = end


def pack_names(names: Names) -> Packed:
    """The postings of the names in the same writing; a name weighs the same in any record."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for document, keys in names.items():
        for key in keys:
            found[name_term(key)].append((document << DOCUMENT_BITS) + int(WEIGHT_STEPS))
    return pack_lists(found)


def pack_lists(found: Mapping[str, Sequence[int]]) -> Packed:
    """Postings that were gathered in a list for each word."""
    words = sorted(found)
    ends = list(accumulate(len(found[word]) for word in words))
    return Packed(words, ends, np.array([one for word in words for one in found[word]], np.int64))


def pack_postings(texts: Texts) -> Packed:
    """The postings of these records, word by word."""
    numbers: defaultdict[str, int] = defaultdict(count_up().__next__)
    tokens, lengths = _number_words(texts, numbers)
    tokens, records = _replace_odd(tokens, lengths, numbers)
    words = list(numbers)
    used = np.flatnonzero(np.bincount(tokens, minlength=len(words)))
    ordered = sorted([words[number] for number in used.tolist()])
    # Half the memory, and faster to sort, as long as a word and a record fit into 31 bits.
    narrow = np.int32 if len(words) * len(texts) < 2**31 else np.int64
    rank: _Numbers = np.empty(len(words), narrow)
    rank[[numbers[word] for word in ordered]] = np.arange(len(ordered))
    lengths = np.bincount(records, minlength=len(texts))
    places, counts = np.unique(
        rank[tokens] * np.array(len(texts), narrow) + records, return_counts=True
    )
    term, record = np.divmod(places, np.array(max(len(texts), 1), narrow))
    damping = K1 * (1 - B + B * lengths / USUAL_LENGTH)
    weights = counts * (K1 + 1) / (counts + damping[record])
    documents = np.fromiter(texts, np.int64, len(texts))[record] << DOCUMENT_BITS
    ends = np.searchsorted(term, np.arange(len(ordered)), side="right").tolist()
    return Packed(ordered, ends, documents + (weights * WEIGHT_STEPS).astype(np.int64))


def _number_words(texts: Texts, words: defaultdict[str, int]) -> tuple[_Numbers, _Numbers]:
    """The words of all records in a row, as numbers, and how many each record has."""
    tokens, lengths = list[int](), list[int]()
    for parts in texts.values():
        before = len(tokens)
        by_weight: dict[int, list[str]] = {}
        for text, weight in parts:
            by_weight.setdefault(weight, []).append(text)
        for weight, several in by_weight.items():
            # One call of the cutter for all texts of a weight: a line break ends every word.
            tokens += list(map(words.__getitem__, cut_raw("\n".join(several)))) * weight
        lengths.append(len(tokens) - before)
    return np.array(tokens, np.int32), np.array(lengths, np.int32)


def _replace_odd(
    tokens: _Numbers, lengths: _Numbers, numbers: defaultdict[str, int]
) -> tuple[_Numbers, _Numbers]:
    """Words by the terms they are found by, and the record of each.

    Nearly all words are found by themselves; only the odd ones by nothing, by a part or by several.
    """
    odd = {
        number: terms_of(word)
        for word, number in list(numbers.items())
        if not word.isalnum() or len(word) > LONGEST_TERM
    }
    parts = np.array([numbers[term] for terms in odd.values() for term in terms], np.int32)
    place, records = list(odd), np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    sizes, starts = np.full(len(numbers), -1, np.int32), np.zeros(len(numbers), np.int32)
    sizes[place] = many = np.array([len(terms) for terms in odd.values()], np.int32)
    starts[place] = np.cumsum(many) - many
    plain = sizes[tokens] < 0
    others, each = tokens[~plain], sizes[tokens[~plain]]
    within = np.arange(each.sum()) - np.repeat(np.cumsum(each) - each, each)
    found = parts[np.repeat(starts[others], each) + within]
    return (
        np.concatenate([tokens[plain], found]),
        np.concatenate([records[plain], np.repeat(records[~plain], each)]),
    )
