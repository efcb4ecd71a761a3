"""A query weighed and scored: which words it asks by, and which documents hold them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    Boolean,
    ColumnElement,
    Float,
    String,
    and_,
    bindparam,
    case,
    column,
    func,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from services.achievements.rules.kinds import KIND_NUMBERS, Kind
from services.achievements.rules.names import name_term, names_in_query
from services.achievements.rules.postings import DOCUMENT_BITS, WEIGHT_MASK, WEIGHT_STEPS
from services.achievements.rules.words import (
    NEAR_SHARE,
    QueryWord,
    WordCount,
    choose_terms,
    cut_words,
)
from services.achievements.store.names import list_near_names
from services.achievements.store.segments import COUNTED_WORD
from services.achievements.tables import SearchSegment

CANDIDATES = 1000
_MOST_WORDS = 64
_LOWEST = -(2**62)
_ROUNDING = 1e6

_COUNT_WORDS = text(
    """
    SELECT asked.term, coalesce(known.documents, (
        SELECT sum(counted.documents) FROM (
            SELECT s.documents FROM search_segments s
            WHERE s.kind = :kind AND s.term = asked.term COLLATE "C" AND s.segment <> 0
            LIMIT :common
        ) AS counted
    ), 0), CASE WHEN EXISTS (
        SELECT FROM search_segments s
        WHERE s.kind = :kind AND s.term = asked.term COLLATE "C" AND s.segment = 0
    ) THEN (
        SELECT coalesce(sum(s.documents), 0) FROM search_segments s
        WHERE s.kind = :kind AND s.term = asked.term COLLATE "C" AND s.segment > 0
    ) END
    FROM unnest(CAST(:terms AS text[])) AS asked (term)
    LEFT JOIN search_terms known
        ON known.kind = :kind AND known.term = asked.term COLLATE "C"
    """
)


def weigh_query(session: Session, kind: Kind, query: str) -> dict[str, QueryWord]:
    """The words a query is answered by, each with its rarity; empty where none is known.

    A part of the query that is no known name is also asked as the names it nearly is.
    """
    names = names_in_query(query)
    near = set(map(name_term, list_near_names(session, names)))
    words = cut_words(query)[:_MOST_WORDS]
    terms = list(dict.fromkeys([*words, *map(name_term, names), *near]))
    chosen = choose_terms(*count_terms(session, kind, terms))
    return {
        term: QueryWord(word.rarity * (NEAR_SHARE if term in near else 1), word.by_best)
        for term, word in chosen.items()
    }


def count_terms(
    session: Session, kind: Kind, terms: Sequence[str]
) -> tuple[dict[str, WordCount], int]:
    """In how many records of a kind each term stands, and how many records there are."""
    if not terms:
        return {}, 0
    values = {"kind": KIND_NUMBERS[kind], "terms": ["", *terms], "common": COUNTED_WORD}
    counts = {
        str(term): WordCount(int(documents), None if newer is None else int(newer))
        for term, documents, newer in session.execute(_COUNT_WORDS, values)
    }
    return counts, counts.pop("").documents or 10 * COUNTED_WORD


def list_words(
    words: Mapping[str, QueryWord], among: tuple[int, int] | None = None
) -> dict[str, object]:
    """The words of a query as `scored_documents` takes them."""
    values: dict[str, object] = {
        "terms": list(words),
        "rarities": [word.rarity for word in words.values()],
        "by_best": [word.by_best for word in words.values()],
    }
    return values if among is None else {**values, "first": among[0], "last": among[1]}


def scored_documents(kind: Kind, all_of_them: bool, *, of_one_writing: bool = False) -> CTE:
    """The documents that hold any of the words, with their scores: the best, or all of them.

    What it asks by are the parameters that `list_words` makes, so that a statement is made once.
    `of_one_writing` reads nothing but the document numbers from `first` to `last`.
    """
    asked = (
        func.unnest(
            bindparam("terms", type_=ARRAY(String(collation="C"))),
            bindparam("rarities", type_=ARRAY(Float)),
            bindparam("by_best", type_=ARRAY(Boolean)),
        )
        .table_valued(
            column("term", String(collation="C")),
            column("rarity", Float),
            column("by_best", Boolean),
            name="asked",
        )
        .render_derived()
    )
    table = SearchSegment.__table__
    rows = [table.c.kind == _plain(KIND_NUMBERS[kind]), table.c.term == asked.c.term]
    if all_of_them:
        rows.append(table.c.segment != _plain(0))
    else:
        # Row 0 holds the best of what is joined, the rows below it all of that, those above the
        # rest.
        rows.append(table.c.segment >= case((asked.c.by_best, _plain(0)), else_=_plain(_LOWEST)))
        rows.append(asked.c.by_best | (table.c.segment != _plain(0)))
    if of_one_writing:
        first, last = (bindparam(name, type_=BigInteger) for name in ("first", "last"))
        rows.append(table.c.segment.between(first, last))
    postings = (
        select(func.unnest(table.c.postings).label("posting"), asked.c.rarity)
        .join_from(asked, table, and_(*rows))
        .subquery("postings")
    )
    document = postings.c.posting.op(">>")(_plain(DOCUMENT_BITS)).label("document")
    weight = postings.c.posting.op("&")(_plain(WEIGHT_MASK))
    # Rounded, so that sums in another order are the same.
    steps = func.round(
        func.sum(weight * postings.c.rarity) * _plain(_ROUNDING / WEIGHT_STEPS), type_=Float
    )
    score = (steps / _plain(_ROUNDING)).label("score")
    hits = select(document, score).group_by(document)
    if not all_of_them:
        hits = hits.order_by(score.desc(), document.desc()).limit(CANDIDATES)
    return hits.cte("hits")


def _plain(number: float) -> ColumnElement[Any]:
    """A number that is always the same stands in the statement itself."""
    return literal_column(str(number), type_=Float if isinstance(number, float) else BigInteger)
