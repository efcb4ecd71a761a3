"""Postings: the words of many records with what each weighs there, packed a word at a time.

A posting is `document << 12 | weight in thousandths`. Many records are counted at once, by columns
of numbers: words become numbers, and only the numbers are sorted and counted.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count

import numpy as np
import numpy.typing as npt

from services.achievements.rules.kinds import KIND_NUMBERS, Kind
from services.achievements.rules.names import name_term
from services.achievements.rules.words import K1, USUAL_LENGTH, B, cut_raw, terms_of

# A posting packs a document and its weight into one number.
DOCUMENT_BITS = 12
WEIGHT_MASK = (1 << DOCUMENT_BITS) - 1
WEIGHT_STEPS = 1000.0

Texts = Mapping[int, Iterable[tuple[str, int]]]
"""The texts of each record, by its document number, with how often they count."""

Names = Mapping[int, Sequence[str]]
"""The keys of the names of each record, by its document number."""

_Numbers = npt.NDArray[np.int64]


SEGMENT_COLUMNS = ("kind", "term", "segment", "documents", "postings")


def render_segments(kind: Kind, texts: Texts) -> bytes:
    """The rows of one writing in the text format of COPY.

    All its records share a row per word: fewer rows by far, and in the order of the words, so that
    neighbours in the index are written together. A word holds no tab, backslash or line break (it
    is what the cutter made of letters), so nothing is escaped.
    """
    number, segment = KIND_NUMBERS[kind], min(texts)
    lines = (
        f"{number}\t{word}\t{segment}\t{len(found)}\t{{{','.join(map(str, found))}}}\n"
        for word, found in pack_postings(texts)
    )
    return "".join(lines).encode()


def render_names(kind: Kind, names: Names) -> bytes:
    """The rows of the names in the same writing; a name weighs the same in any record."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for document, keys in names.items():
        for key in keys:
            found[key].append((document << DOCUMENT_BITS) + int(WEIGHT_STEPS))
    number, segment = KIND_NUMBERS[kind], min(names, default=0)
    lines = (
        f"{number}\t{name_term(key)}\t{segment}\t{len(own)}\t{{{','.join(map(str, own))}}}\n"
        for key, own in sorted(found.items())
    )
    return "".join(lines).encode()


def pack_postings(texts: Texts) -> Iterator[tuple[str, list[int]]]:
    """Each word of these records, in the order of its characters, with its postings."""
    words: defaultdict[str, int] = defaultdict(count().__next__)
    tokens, lengths = _number_words(texts, words)
    terms: defaultdict[str, int] = defaultdict(count().__next__)
    found = [[terms[term] for term in terms_of(word)] for word in words]
    records = np.repeat(np.arange(len(texts)), lengths)
    tokens, records = _replace(tokens, records, found)
    if not terms:
        return
    ordered = sorted(terms)
    rank = np.empty(len(terms), np.int64)
    rank[[terms[term] for term in ordered]] = np.arange(len(terms))
    places, counts = np.unique(rank[tokens] * len(texts) + records, return_counts=True)
    term, record = np.divmod(places, len(texts))
    lengths = np.bincount(records, minlength=len(texts))
    damping = K1 * (1 - B + B * lengths / USUAL_LENGTH)
    weights = counts * (K1 + 1) / (counts + damping[record])
    documents = np.fromiter(texts, np.int64, len(texts))[record] << DOCUMENT_BITS
    packed = documents + (weights * WEIGHT_STEPS).astype(np.int64)
    ends = np.searchsorted(term, np.arange(len(terms)), side="right").tolist()
    numbers, start = packed.tolist(), 0
    for word, end in zip(ordered, ends, strict=True):
        yield word, numbers[start:end]
        start = end


def _number_words(texts: Texts, words: defaultdict[str, int]) -> tuple[_Numbers, _Numbers]:
    """The words of all records in a row, as numbers, and how many each record has."""
    tokens, lengths = array("q"), array("q")
    for parts in texts.values():
        before = len(tokens)
        by_weight: dict[int, list[str]] = {}
        for text, weight in parts:
            by_weight.setdefault(weight, []).append(text)
        for weight, several in by_weight.items():
            # One call of the cutter for all texts of a weight: a line break ends every word.
            cut = array("q", map(words.__getitem__, cut_raw("\n".join(several))))
            tokens.extend(cut * weight)
        lengths.append(len(tokens) - before)
    return np.frombuffer(tokens, np.int64), np.frombuffer(lengths, np.int64)


def _replace(
    tokens: _Numbers, records: _Numbers, found: Sequence[Sequence[int]]
) -> tuple[_Numbers, _Numbers]:
    """Words by the terms they are found by: none, one or several."""
    flat = np.array([term for terms in found for term in terms], np.int64)
    sizes = np.array([len(terms) for terms in found], np.int64)
    starts = np.cumsum(sizes) - sizes
    many = sizes[tokens]
    within = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    return flat[np.repeat(starts[tokens], many) + within], np.repeat(records, many)
