"""The registry filled for the measurement of search: all real texts, then new ones made of theirs.

A made text takes a sentence as its title and others as its abstract, so that words are as common
among 1,000,000 as among the real ones. Records and postings are rendered and sent by COPY: this is
not the way of an import (`make bench-import` measures that), but what it leaves behind is the same.
"""

import gzip
import json
import os
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from kit.clock import now
from kit.db import Database, WriteSession, new_id
from services.achievements.rules.achievements import (
    AchievementFacts,
    ContributingOrg,
    Contributor,
    names_in,
)
from services.achievements.rules.content import content_of, fingerprint
from services.achievements.rules.kinds import Kind
from services.achievements.rules.names import list_name_keys
from services.achievements.rules.postings import (
    DOCUMENT_BITS,
    WEIGHT_STEPS,
    Packed,
    join_segments,
    pack_lists,
    pack_names,
)
from services.achievements.rules.words import K1, USUAL_LENGTH, B, cut_words
from services.achievements.store.bulk import copy_rows
from services.achievements.store.records import take_documents
from services.achievements.store.search import add_segments
from services.achievements.tables import RECORD_TABLES
from tests.bench.texts import UNIVERSITY

FOLDER = Path(os.environ.get("TEXTS", "../shared/data/text"))
FILES = ("csl_dev_test", "csl_sample_2772", "arxiv_zh", "bdci2019_demands")
_PIECE = 20_000
_SENTENCE = re.compile(r"[^。；.;]+[。；.;]?")
_FIELDS = ("new-generation-it", "biomedicine", "new-materials", "advanced-manufacturing", None)
_SURNAMES, _GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "伟芳娜敏静丽强磊军洋勇艳杰涛明超"


@dataclass(frozen=True, slots=True)
class Text:
    """A text with its words counted; words of the title count twice."""

    title: str
    abstract: str
    words: Counter[str]


def read_texts(name: str) -> Iterator[tuple[str, str]]:
    """Title and abstract of all texts of a file."""
    with gzip.open(FOLDER / f"{name}.jsonl.gz", "rt") as lines:
        for line in lines:
            item = json.loads(line)
            title = item.get("title") or item.get("title_zh") or ""
            abstract = item.get("abstract") or item.get("abstract_zh") or item.get("content") or ""
            yield title[:500], abstract[:5000]


def list_texts(rows: int) -> Iterator[Text]:
    """All real texts, and made ones after them up to `rows`."""
    sentences: list[tuple[str, Counter[str]]] = []
    made = 0
    for title, abstract in (text for name in FILES for text in read_texts(name)):
        head = Counter(cut_words(title))
        parts = [(part, Counter(cut_words(part))) for part in _SENTENCE.findall(abstract)]
        sentences += parts
        yield _join(title, head + head, parts)
        made += 1
        if made == rows:
            return
    dice = random.Random(7)
    for _ in range(rows - made):
        title, head = dice.choice(sentences)
        yield _join(title[:500], head + head, dice.choices(sentences, k=dice.randint(3, 9)))


def _join(title: str, head: Counter[str], parts: list[tuple[str, Counter[str]]]) -> Text:
    words = head.copy()
    for _, counts in parts:
        words.update(counts)
    return Text(title, "".join(part for part, _ in parts), words)


def fill(database: Database, rows: int) -> None:
    """Store so many texts with their words, in pieces."""
    dice = random.Random(11)
    numbered = enumerate(list_texts(rows))
    while piece := list(islice(numbered, _PIECE)):
        with database.write() as session:
            _store(session, dice, piece)


def _store(session: WriteSession, dice: random.Random, texts: list[tuple[int, Text]]) -> None:
    documents = take_documents(session, len(texts))
    facts = [_facts(dice, number, text) for number, text in texts]
    records = [_row(one) for one in facts]
    rows = ([*row.values(), document] for row, document in zip(records, documents, strict=True))
    copy_rows(session, RECORD_TABLES[Kind.ACHIEVEMENTS], [*records[0], "document"], rows)
    names = {
        document: list_name_keys(names_in(one))
        for document, one in zip(documents, facts, strict=True)
    }
    words = {
        document: _weigh(text.words) for document, (_, text) in zip(documents, texts, strict=True)
    }
    packed = join_segments(Kind.ACHIEVEMENTS, min(documents), pack_names(names), _gather(words))
    add_segments(session, packed, list(dict.fromkeys(chain.from_iterable(names.values()))))


def _weigh(words: Counter[str]) -> dict[str, int]:
    """The weights of a text whose words are counted already, as `rules/postings.py` makes them."""
    damping = K1 * (1 - B + B * words.total() / USUAL_LENGTH)
    weights = {n: int(n * (K1 + 1) / (n + damping) * WEIGHT_STEPS) for n in set(words.values())}
    return {word: weights[n] for word, n in words.items()}


def _gather(words: dict[int, dict[str, int]]) -> Packed:
    postings: defaultdict[str, list[int]] = defaultdict(list)
    for document, weights in words.items():
        for word, weight in weights.items():
            postings[word].append((document << DOCUMENT_BITS) + weight)
    return pack_lists(postings)


def _facts(dice: random.Random, number: int, text: Text) -> AchievementFacts:
    people = [dice.choice(_SURNAMES) + "".join(dice.choices(_GIVEN, k=2)) for _ in range(3)]
    return AchievementFacts(
        source_id=f"TEXT-{number:07}",
        title=text.title or "无题",
        organizations=(ContributingOrg(f"第{dice.randrange(300)}研究所"),),
        abstract=text.abstract,
        field=dice.choice(_FIELDS),
        trl=dice.randint(1, 9),
        contributors=tuple(map(Contributor, people)),
    )


def _row(facts: AchievementFacts) -> dict[str, object]:
    content = content_of(facts)
    at = now()
    return {
        **content,
        "id": new_id(),
        "owner_uscc": UNIVERSITY,
        "version": 1,
        "content_hash": fingerprint(facts),
        "created_at": at,
        "updated_at": at,
    }
