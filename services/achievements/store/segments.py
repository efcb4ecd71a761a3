"""The postings kept in order: written pieces joined, the best of common words chosen, counted."""

from collections.abc import Iterator, Sequence

from sqlalchemy import delete, func, insert, literal, select, text
from sqlalchemy.orm import Session

from kit.db import WriteSession
from services.achievements.rules.kinds import KIND_NUMBERS, Kind
from services.achievements.rules.words import BEST_POSTINGS, COMMON_WORD
from services.achievements.tables import RECORD_TABLES, SearchSegment, SearchTerm

COUNTED_WORD = 500
"""A word in more records than this is counted by a job; up to here it is counted when asked."""
_PIECE = 1_000_000
"""Postings joined in one transaction."""

_JOIN = """
    WITH taken AS (
        DELETE FROM search_segments WHERE kind = :kind AND term = ANY(CAST(:terms AS text[]))
        RETURNING term, segment, postings
    ), live AS MATERIALIZED (
        SELECT taken.term, posting
        FROM taken CROSS JOIN unnest(taken.postings) AS posting
        WHERE taken.segment <> 0
            AND EXISTS (SELECT FROM {table} r WHERE r.document = posting >> 12)
    ), best AS (
        INSERT INTO search_segments (kind, term, segment, documents, postings)
        SELECT :kind, term, 0, count(*), array_agg(posting ORDER BY place)
        FROM (
            SELECT term, posting,
                count(*) OVER (PARTITION BY term) AS documents,
                row_number() OVER (
                    PARTITION BY term ORDER BY posting & 4095 DESC, posting DESC
                ) AS place
            FROM live
        ) ranked
        WHERE documents > :common AND place <= :best GROUP BY term
    )
    INSERT INTO search_segments (kind, term, segment, documents, postings)
    SELECT :kind, term, -min(posting >> 12), count(*), array_agg(posting ORDER BY posting)
    FROM live GROUP BY term
"""
_SCATTERED = text(
    """
    SELECT term, sum(documents) FROM search_segments WHERE kind = :kind AND segment <> 0
    GROUP BY term
    HAVING count(*) > 1 AND coalesce(sum(documents) FILTER (WHERE segment > 0), 0) >= :fresh
    ORDER BY term
    """
)


def list_scattered(session: Session, kind: Kind, fresh: int) -> Iterator[list[str]]:
    """Words with at least so many postings that are not joined yet, in pieces to join at once."""
    found = session.execute(_SCATTERED, {"kind": KIND_NUMBERS[kind], "fresh": fresh}).all()
    piece: list[str] = []
    held = 0
    for term, documents in found:
        piece.append(term)
        held += documents
        if held >= _PIECE:
            yield piece
            piece, held = [], 0
    if piece:
        yield piece


def join_segments(session: WriteSession, kind: Kind, terms: Sequence[str]) -> None:
    """Join the segments of words, drop what was replaced, choose the best of common words.

    What is written while this runs is not seen by it and stays as it is.
    """
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext("search_segments"))))
    values = {
        "kind": KIND_NUMBERS[kind],
        "terms": list(terms),
        "common": COMMON_WORD,
        "best": BEST_POSTINGS,
    }
    session.execute(text(_JOIN.format(table=RECORD_TABLES[kind].name)), values)


def count_words(session: WriteSession, kind: Kind) -> None:
    """Count the common words of a kind anew (a job; queries read the counts)."""
    number, table = KIND_NUMBERS[kind], RECORD_TABLES[kind]
    segment = SearchSegment.__table__.c
    columns = ["kind", "term", "documents"]
    common = (
        select(segment.kind, segment.term, func.sum(segment.documents))
        .where(segment.kind == number, segment.segment != 0)
        .group_by(segment.kind, segment.term)
        .having(func.sum(segment.documents) >= COUNTED_WORD)
    )
    everything = select(literal(number), literal(""), func.count()).select_from(table)
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext("search_terms"))))
    session.execute(delete(SearchTerm).where(SearchTerm.kind == number))
    session.execute(insert(SearchTerm).from_select(columns, common))
    session.execute(insert(SearchTerm).from_select(columns, everything))
