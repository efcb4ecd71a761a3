"""Search in SQL: postings with BM25 weights (docs/adr/0003-search.md)."""

from collections.abc import Mapping

from sqlalchemy import (
    CTE,
    Float,
    String,
    cast,
    column,
    delete,
    func,
    insert,
    literal,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from kit.db import WriteSession
from services.achievements.rules.kinds import KIND_NUMBERS, Kind
from services.achievements.rules.postings import (
    DOCUMENT_BITS,
    SEGMENT_COLUMNS,
    WEIGHT_MASK,
    WEIGHT_STEPS,
    Texts,
    render_segments,
)
from services.achievements.rules.words import choose_terms, cut_words
from services.achievements.store.bulk import copy_text
from services.achievements.tables import RECORD_TABLES, SearchSegment, SearchTerm

# A word in more records than this is counted by a job; up to here it is counted when asked.
COMMON_WORD = 500
CANDIDATES = 1000

_COUNT_WORDS = text(
    """
    SELECT asked.term, coalesce(known.documents, (
        SELECT sum(counted.documents) FROM (
            SELECT s.documents FROM search_segments s
            WHERE s.kind = :kind AND s.term = asked.term COLLATE "C" LIMIT :common
        ) AS counted
    ), 0)
    FROM unnest(CAST(:terms AS text[])) AS asked (term)
    LEFT JOIN search_terms known
        ON known.kind = :kind AND known.term = asked.term COLLATE "C"
    """
)


def index_texts(session: WriteSession, kind: Kind, texts: Texts) -> None:
    """Add the words of records under their document numbers; old numbers are swept later."""
    if texts:
        add_segments(session, render_segments(kind, texts))


def add_segments(session: WriteSession, lines: bytes) -> None:
    """The same for words that are packed already."""
    copy_text(session, SearchSegment.__table__, SEGMENT_COLUMNS, lines)


def weigh_query(session: Session, kind: Kind, query: str) -> dict[str, float]:
    """The words a query is answered by, each with its rarity; empty where none is known."""
    terms = list(dict.fromkeys(cut_words(query)))[:64]
    if not terms:
        return {}
    found = session.execute(
        _COUNT_WORDS, {"kind": KIND_NUMBERS[kind], "terms": ["", *terms], "common": COMMON_WORD}
    )
    documents = {str(term): int(count) for term, count in found}
    total = documents.pop("") or 10 * COMMON_WORD
    return choose_terms(documents, total)


def scored_documents(kind: Kind, weights: Mapping[str, float], best: int | None = None) -> CTE:
    """The documents that hold any of the words, with their scores; all of them or the best."""
    # Arrays, not VALUES: the statement stays the same for any number of words, so it is cached.
    asked = (
        func.unnest(
            cast(list(weights), ARRAY(String(collation="C"))),
            cast(list(weights.values()), ARRAY(Float)),
        )
        .table_valued(column("term", String(collation="C")), column("rarity", Float), name="asked")
        .render_derived()
    )
    table = SearchSegment.__table__
    segments = (
        select(func.unnest(table.c.postings).label("posting"), asked.c.rarity)
        .join_from(asked, table, table.c.term == asked.c.term)
        .where(table.c.kind == KIND_NUMBERS[kind])
        .subquery("segments")
    )
    weight = segments.c.posting.op("&")(WEIGHT_MASK)
    score = func.sum(weight * segments.c.rarity / WEIGHT_STEPS).label("score")
    document = segments.c.posting.op(">>")(DOCUMENT_BITS).label("document")
    hits = select(document, score).group_by(document)
    if best is not None:
        hits = hits.order_by(score.desc(), document.desc()).limit(best)
    return hits.cte("hits")


def count_words(session: WriteSession, kind: Kind) -> None:
    """Count the common words of a kind anew (a job; queries read the counts)."""
    number, table = KIND_NUMBERS[kind], RECORD_TABLES[kind]
    segment = SearchSegment.__table__.c
    columns = ["kind", "term", "documents"]
    common = (
        select(segment.kind, segment.term, func.sum(segment.documents))
        .where(segment.kind == number)
        .group_by(segment.kind, segment.term)
        .having(func.sum(segment.documents) >= COMMON_WORD)
    )
    everything = select(literal(number), literal(""), func.count()).select_from(table)
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext("search_terms"))))
    session.execute(delete(SearchTerm).where(SearchTerm.kind == number))
    session.execute(insert(SearchTerm).from_select(columns, common))
    session.execute(insert(SearchTerm).from_select(columns, everything))


# Rows written while this runs are newer than :newest and stay as they are.
_JOIN_SEGMENTS = text(
    """
    WITH taken AS (
        DELETE FROM search_segments
        WHERE kind = :kind AND segment <= :newest RETURNING term, segment, postings
    ), live AS (
        SELECT taken.term, taken.segment, posting
        FROM taken CROSS JOIN unnest(taken.postings) AS posting
        WHERE EXISTS (SELECT FROM {table} r WHERE r.document = posting >> 12)
    )
    INSERT INTO search_segments (kind, term, segment, documents, postings)
    SELECT :kind, term, min(posting >> 12), count(*), array_agg(posting ORDER BY posting)
    FROM live GROUP BY term
    """
)


def join_segments(session: WriteSession, kind: Kind) -> None:
    """Join the segments of each word and drop the words of texts that were replaced."""
    newest = select(func.max(SearchSegment.segment)).where(SearchSegment.kind == KIND_NUMBERS[kind])
    values = {"kind": KIND_NUMBERS[kind], "newest": session.execute(newest).scalar_one() or 0}
    statement = _JOIN_SEGMENTS.text.format(table=RECORD_TABLES[kind].name)
    session.execute(text(statement), values)
