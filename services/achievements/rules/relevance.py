"""How well a text answers another: BM25 over words, re-ranked by the pairs of letters they share.

The first stage (the postings of search) finds candidates by a dozen telling words. The second
reads the candidates themselves for pairs of neighbouring characters, which hold where the cutter
cut the two texts differently, and which know the order of words. The score is an average of two
parts that each lie between 0 and 1, so that scores of two questions compare. Measured in
docs/benchmarks.md (`make bench-matching`).
"""

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from services.achievements.rules.words import K1, B, QueryWord, WordCount, cut_words, rarity

TERMS = 12
POSTINGS_BUDGET = 20_000
MOST_WORDS = 64
_MOST_PAIRS = 80
_USUAL_CHARACTERS = 220
"""The usual length of a title with its abstract in characters, as of the real texts measured."""
_WORDS, _PAIRS = 1.0, 1.5
"""What words and pairs count for; chosen among 60 blends on real texts (docs/adr/0080)."""


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
    """0 to 1, and what both texts hold: whole phrases first, then words, the most telling first.

    `closeness`: how near the two are in meaning, where vectors of both are kept.
    """

    score: float
    shared: tuple[str, ...]
    closeness: float | None = None


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


def measure_relevance(
    weighed: Weighed, texts: Sequence[str], first: Sequence[float] | None = None
) -> list[Relevance]:
    """How well each of the candidates answers.

    `first` are the sums of the first stage; where there was none, words are counted in the texts.
    """
    plain = [make_plain(text) for text in texts]
    pairs = _rarities_of_pairs(_list_pairs(weighed.question.phrases), plain)
    worth = {
        word: found * weighed.question.words[word]
        for word, found in weighed.rarities.items()
        if len(word) > 1
    }
    telling = sorted(worth, key=lambda word: (-worth[word], word))
    by_words = _share(weighed, first) if first is not None else _score_all(plain, worth)
    by_pairs = _score_all(plain, pairs)
    # A question without phrases is judged by its words alone, and the other way round.
    counts = (_WORDS * bool(weighed.rarities), _PAIRS * bool(pairs))
    return [
        Relevance(_average(parts, counts), _name_shared(text, weighed.question.phrases, telling))
        for text, *parts in zip(plain, by_words, by_pairs, strict=True)
    ]


def blend_closeness(
    relevances: Sequence[Relevance], closeness: Sequence[float | None], share: float
) -> list[Relevance]:
    """The same with closeness in meaning counting for a share, where it is known."""
    return [
        one
        if near is None
        else replace(one, score=(1 - share) * one.score + share * near, closeness=near)
        for one, near in zip(relevances, closeness, strict=True)
    ]


def _share(weighed: Weighed, first: Sequence[float]) -> list[float]:
    """Sums of the first stage as shares of the most that could be reached."""
    most = sum(word.rarity for word in weighed.asked.values()) * (K1 + 1)
    return [score / most if most else 0.0 for score in first]


def _average(parts: Sequence[float], counts: Sequence[float]) -> float:
    whole = sum(counts)
    total = sum(part * count for part, count in zip(parts, counts, strict=True))
    return total / whole if whole else 0.0


def _name_shared(text: str, phrases: Sequence[str], words: Sequence[str]) -> tuple[str, ...]:
    """What both hold: whole phrases, then words that are not within them."""
    whole = [phrase for phrase in phrases if phrase and phrase in text]
    rest = [word for word in words if word in text and not any(word in phrase for phrase in whole)]
    return tuple(dict.fromkeys([*whole, *rest]))


def _score_all(texts: Sequence[str], worth: Mapping[str, float]) -> list[float]:
    """Of what could be scored, the share that each text scores."""
    most = sum(worth.values()) or 1.0
    return [_score(text, worth) / most for text in texts]


def _score(text: str, worth: Mapping[str, float]) -> float:
    damping = K1 * (1 - B + B * len(text) / _USUAL_CHARACTERS)
    total = 0.0
    for term, weight in worth.items():
        times = text.count(term)
        if times:
            total += weight * times / (times + damping)
    return total


def _list_pairs(phrases: Iterable[str]) -> list[str]:
    """Neighbouring letters within each phrase; nothing reaches over blanks and signs."""
    pairs = [phrase[at : at + 2] for phrase in phrases for at in range(len(phrase) - 1)]
    return list(dict.fromkeys(pair for pair in pairs if pair.isalnum()))[:_MOST_PAIRS]


def _rarities_of_pairs(pairs: Iterable[str], texts: Sequence[str]) -> dict[str, float]:
    """How telling each pair is among the candidates: nobody counts pairs in the whole registry."""
    return {pair: rarity(sum(pair in text for text in texts), len(texts) + 1) for pair in pairs}
