"""Search in SQL: postings with BM25 weights (docs/adr/0003-search.md)."""

from collections.abc import Iterable, Mapping

from sqlalchemy import (
    CTE,
    Float,
    String,
    cast,
    column,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from kit.db import WriteSession
from services.achievements.rules.kinds import Kind
from services.achievements.rules.words import choose_terms, cut_words, weigh_words
from services.achievements.tables import RECORD_TABLES, SearchPosting, SearchTerm
from services.achievements.tables.search import KIND_NUMBERS

# A word in more records than this is counted by a job; up to here it is counted when asked.
COMMON_WORD = 500
CANDIDATES = 1000
_COPY_LINES = 10_000

_COUNT_WORDS = text(
    """
    SELECT asked.term, coalesce(known.documents, (
        SELECT count(*) FROM (
            SELECT FROM search_postings p
            WHERE p.kind = :kind AND p.term = asked.term COLLATE "C" LIMIT :common
        ) AS counted
    ))
    FROM unnest(CAST(:terms AS text[])) AS asked (term)
    LEFT JOIN search_terms known
        ON known.kind = :kind AND known.term = asked.term COLLATE "C"
    """
)


def index_texts(
    session: WriteSession, kind: Kind, texts: Mapping[int, Iterable[tuple[str, int]]]
) -> None:
    """Add the words of records under their document numbers; old numbers are swept later."""
    number = KIND_NUMBERS[kind]
    # Sorted by word, so that neighbours in the index are written together. A word holds no tab,
    # backslash or line break (it is what the cutter made of letters), so nothing is escaped.
    lines = sorted(
        f"{number}\t{term}\t{document}\t{weight:.5g}\n"
        for document, parts in texts.items()
        for term, weight in weigh_words(parts).items()
    )
    connection = session.connection().connection.driver_connection
    assert connection is not None
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY search_postings (kind, term, document, weight) FROM STDIN") as copy,
    ):
        for place in range(0, len(lines), _COPY_LINES):
            copy.write("".join(lines[place : place + _COPY_LINES]))


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
    posting = SearchPosting.__table__.c
    score = func.sum(posting.weight * asked.c.rarity).label("score")
    hits = (
        select(posting.document, score)
        .join_from(asked, SearchPosting.__table__, posting.term == asked.c.term)
        .where(posting.kind == KIND_NUMBERS[kind])
        .group_by(posting.document)
    )
    if best is not None:
        hits = hits.order_by(score.desc(), posting.document.desc()).limit(best)
    return hits.cte("hits")


def count_words(session: WriteSession, kind: Kind) -> None:
    """Count the common words of a kind anew (a job; queries read the counts)."""
    number, table = KIND_NUMBERS[kind], RECORD_TABLES[kind]
    posting = SearchPosting.__table__.c
    columns = ["kind", "term", "documents"]
    common = (
        select(posting.kind, posting.term, func.count())
        .where(posting.kind == number)
        .group_by(posting.kind, posting.term)
        .having(func.count() >= COMMON_WORD)
    )
    everything = select(literal(number), literal(""), func.count()).select_from(table)
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext("search_terms"))))
    session.execute(delete(SearchTerm).where(SearchTerm.kind == number))
    session.execute(insert(SearchTerm).from_select(columns, common))
    session.execute(insert(SearchTerm).from_select(columns, everything))


def sweep_postings(session: WriteSession, kind: Kind) -> None:
    """Remove the words of texts that were replaced."""
    table = RECORD_TABLES[kind]
    still_used = exists().where(table.c.document == SearchPosting.document)
    stale = (SearchPosting.kind == KIND_NUMBERS[kind]) & ~still_used
    session.execute(delete(SearchPosting).where(stale))
