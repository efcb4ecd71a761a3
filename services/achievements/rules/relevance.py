"""How well a text answers another: BM25 over words, re-ranked by the pairs of letters they share.

The first stage (the postings of search) finds candidates by a dozen telling words. The second
reads the candidates themselves: all words of the question, counted where they stand in the text,
and pairs of neighbouring characters, which hold where the cutter cut the two texts differently.
The score is an average of two parts that each lie between 0 and 1, so that scores of two
questions compare. Measured in docs/benchmarks.md (`make bench-matching`).
"""

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.achievements.rules.words import QueryWord, WordCount, cut_words, rarity

TERMS = 12
POSTINGS_BUDGET = 20_000
MOST_WORDS = 64
_MOST_PAIRS = 80
_K1 = 1.2
_B = 0.75
_USUAL_CHARACTERS = 220
"""The usual length of a title with its abstract in characters, as of the real texts measured."""
_WORDS, _PAIRS = 1.0, 1.5
"""What words and pairs count for; chosen among 24 blends on real texts (docs/adr/0080)."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: words by what they count for, and phrases in which letters stand in pairs."""

    words: Mapping[str, float]
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Weighed:
    """A question beside a collection: each word with its rarity there, and those to ask by."""

    question: Question
    rarities: Mapping[str, float]
    asked: Mapping[str, QueryWord]


@dataclass(frozen=True, slots=True)
class Relevance:
    """0 to 1, and what both texts hold: whole phrases first, then words, the most telling first."""

    score: float
    shared: tuple[str, ...]


def make_question(parts: Iterable[tuple[str, float]], phrases: Iterable[str]) -> Question:
    """A question of texts that count for so much each; a word repeated counts a little more."""
    counts: Counter[str] = Counter()
    for text, weight in parts:
        for word, times in Counter(cut_words(text)).items():
            counts[word] += weight * (1 + math.log(times))  # type: ignore[assignment]
    return Question(dict(counts.most_common(MOST_WORDS)), tuple(make_plain(one) for one in phrases))


def weigh_question(question: Question, counts: Mapping[str, WordCount], total: int) -> Weighed:
    """The words that the collection knows, and the most telling of them to ask by."""
    known = {word: counts[word] for word in question.words if word in counts}
    rarities = {
        word: rarity(count.documents, total) for word, count in known.items() if count.documents
    }
    worth = {word: found * question.words[word] for word, found in rarities.items()}
    asked: dict[str, QueryWord] = {}
    spent = 0
    for word in sorted(worth, key=lambda one: (-worth[one], one)):
        cost = known[word].cost
        if len(asked) < 2 or spent + cost <= POSTINGS_BUDGET:
            asked[word] = QueryWord(worth[word], by_best=known[word].newer is not None)
            spent += cost
        if len(asked) == TERMS:
            break
    return Weighed(question, rarities, asked)


def make_plain(text: str) -> str:
    """One width, one case."""
    return unicodedata.normalize("NFKC", text).lower()


def measure_relevance(weighed: Weighed, texts: Sequence[str]) -> list[Relevance]:
    """How well each of the candidates answers."""
    plain = [make_plain(text) for text in texts]
    pairs = _rarities_of_pairs(_list_pairs(weighed.question.phrases), plain)
    words = {
        word: found * weighed.question.words[word]
        for word, found in weighed.rarities.items()
        if len(word) > 1
    }
    measured = [_measure(text, words, pairs) for text in plain]
    phrases = weighed.question.phrases
    return [
        Relevance(score, _name_shared(text, phrases, found))
        for text, (score, found) in zip(plain, measured, strict=True)
    ]


def _name_shared(text: str, phrases: Sequence[str], words: Sequence[str]) -> tuple[str, ...]:
    whole = [phrase for phrase in phrases if phrase and phrase in text]
    rest = [word for word in words if not any(word in phrase for phrase in whole)]
    return tuple(dict.fromkeys([*whole, *rest]))


def _measure(
    text: str, words: Mapping[str, float], pairs: Mapping[str, float]
) -> tuple[float, list[str]]:
    damping = _K1 * (1 - _B + _B * len(text) / _USUAL_CHARACTERS)
    by_words, found = _score(text, words, damping)
    by_pairs, _ = _score(text, pairs, damping)
    # A question without phrases is judged by its words alone, and the other way round.
    whole = _WORDS * bool(words) + _PAIRS * bool(pairs)
    score = (_WORDS * by_words + _PAIRS * by_pairs) / whole if whole else 0.0
    return score, sorted(found, key=lambda word: (-words[word], word))


def _score(text: str, worth: Mapping[str, float], damping: float) -> tuple[float, list[str]]:
    """The share of what could be scored, and what was found."""
    total, found = 0.0, []
    for term, weight in worth.items():
        times = text.count(term)
        if times:
            total += weight * times / (times + damping)
            found.append(term)
    return total / (sum(worth.values()) or 1.0), found


def _list_pairs(phrases: Iterable[str]) -> list[str]:
    """Neighbouring letters within each phrase; nothing reaches over blanks and signs."""
    pairs = [phrase[at : at + 2] for phrase in phrases for at in range(len(phrase) - 1)]
    return list(dict.fromkeys(pair for pair in pairs if pair.isalnum()))[:_MOST_PAIRS]


def _rarities_of_pairs(pairs: Iterable[str], texts: Sequence[str]) -> dict[str, float]:
    """How telling each pair is among the candidates: nobody counts pairs in the whole registry."""
    return {pair: rarity(sum(pair in text for text in texts), len(texts) + 1) for pair in pairs}
