"""A query weighed and scored: which words it asks by, and which documents hold them."""

from collections.abc import Mapping, Sequence

from sqlalchemy import (
    CTE,
    Boolean,
    Float,
    String,
    and_,
    case,
    cast,
    column,
    func,
    literal,
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


def scored_documents(
    kind: Kind,
    words: Mapping[str, QueryWord],
    *,
    all_of_them: bool,
    among: tuple[int, int] | None = None,
) -> CTE:
    """The documents that hold any of the words, with their scores: the best, or all of them.

    `among` are the first and the last document number of one writing: nothing else is read.
    """
    # Arrays, not VALUES: the statement stays the same for any number of words, so it is cached.
    asked = (
        func.unnest(
            cast(list(words), ARRAY(String(collation="C"))),
            cast([word.rarity for word in words.values()], ARRAY(Float)),
            cast([word.by_best and not all_of_them for word in words.values()], ARRAY(Boolean)),
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
    # Row 0 holds the best of what is joined, the rows below it all of that, those above the rest.
    lowest = case((asked.c.by_best, literal(0)), else_=literal(_LOWEST))
    rows = and_(
        table.c.kind == KIND_NUMBERS[kind],
        table.c.term == asked.c.term,
        table.c.segment >= lowest,
        asked.c.by_best | (table.c.segment != 0),
    )
    if among is not None:
        rows = and_(rows, table.c.segment.between(*among))
    postings = (
        select(func.unnest(table.c.postings).label("posting"), asked.c.rarity)
        .join_from(asked, table, rows)
        .subquery("postings")
    )
    weight = postings.c.posting.op("&")(WEIGHT_MASK)
    score = func.sum(weight * postings.c.rarity / WEIGHT_STEPS).label("score")
    document = postings.c.posting.op(">>")(DOCUMENT_BITS).label("document")
    hits = select(document, score).group_by(document)
    if not all_of_them:
        hits = hits.order_by(score.desc(), document.desc()).limit(CANDIDATES)
    return hits.cte("hits")
