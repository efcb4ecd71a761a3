"""Words for search: how a text is cut, how much each word weighs, which words a query asks by.

Ranking is BM25 (k1 = 1.2, b = 0.75). The part that depends on the text alone is stored with each
posting; the rarity of a word is looked up when a query asks.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import rjieba

from services.achievements.rules.plain_text import plain_text

# The usual length of a record's text in words. A constant, so that weights written today and
# in a year compare; measured on 69,739 real titles and abstracts.
USUAL_LENGTH = 120.0
QUERY_TERMS = 8
POSTINGS_BUDGET = 8_000
COMMON_WORD = 8_000
"""A word in more records than this is read by its best postings first."""
BEST_POSTINGS = 4_000
NEAR_SHARE = 0.6
"""What a name counts that is only near to the one asked for."""
LONGEST_TERM = 40
K1 = 1.2
B = 0.75
END = "\x1e"
"""What stands between two texts that are cut together; it ends every word."""
_LATIN_PARTS = re.compile(r"[a-z0-9]+")


def cut_words(text: str) -> list[str]:
    """The words of a text in Chinese or English, in one width and case; parts after their word."""
    return [term for word in cut_raw(text) for term in terms_of(word)]


def cut_raw(text: str) -> list[str]:
    """The text in pieces as the cutter makes them, with punctuation still among them."""
    words: list[str] = rjieba.cut(plain_text(text))
    return words


def cut_together(texts: Iterable[str]) -> list[str]:
    """Many texts in one call of the cutter, which is quicker; END stands after each."""
    return cut_raw("".join([f"{text.replace(END, ' ')}{END}" for text in texts]))


def terms_of(word: str) -> list[str]:
    """What a piece of text is found by: itself, and the parts of what hyphens join; or nothing."""
    if not word[0].isalnum():
        return []
    if word.isascii() and not word.isalnum():
        # "bert-base" is also found by "bert" and by "base".
        parts = [word, *_LATIN_PARTS.findall(word)]
        return parts if len(word) <= LONGEST_TERM else [part[:LONGEST_TERM] for part in parts]
    return [word[:LONGEST_TERM]]


def rarity(documents: int, total: int) -> float:
    """The inverse document frequency of a word that stands in so many of the records."""
    among = max(total, documents)
    return math.log(1 + (among - documents + 0.5) / (documents + 0.5))


@dataclass(frozen=True, slots=True)
class WordCount:
    """In how many records a word stands, and how many postings are read for it: all, or its best.

    `newer` are those written since the best were chosen; None where none are chosen.
    """

    documents: int
    newer: int | None = None

    @property
    def cost(self) -> int:
        best = self.documents if self.newer is None else BEST_POSTINGS + self.newer
        return min(self.documents, best)


@dataclass(frozen=True, slots=True)
class QueryWord:
    """A word that a query is answered by: its rarity, and whether only its best are read."""

    rarity: float
    by_best: bool = False


def choose_terms(counts: Mapping[str, WordCount], total: int) -> dict[str, QueryWord]:
    """The rarest words of a query with their rarity; common ones only while they are cheap."""
    chosen: dict[str, QueryWord] = {}
    spent = 0
    for word, count in sorted(counts.items(), key=lambda item: (item[1].documents, item[0])):
        if count.documents == 0:
            continue
        spent += count.cost
        if len(chosen) == QUERY_TERMS or (len(chosen) >= 2 and spent > POSTINGS_BUDGET):
            break
        chosen[word] = QueryWord(rarity(count.documents, total), count.newer is not None)
    return chosen
