"""Vectors of texts, kept with pgvector where an operator has switched them on.

Their table is made when they are switched on and dropped when they are switched off: PostgreSQL
without pgvector serves the platform as well. They are made of other columns and can always be made
again.

    search_vectors (kind, document, vector)   vector is null where the model knows no word of a text
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import CTE, BigInteger, Float, bindparam, select, text
from sqlalchemy.orm import Session

from kit.db import WriteSession
from kit.errors import Unavailable
from kit.text import Text
from services.achievements.rules.kinds import KIND_NUMBERS, Kind
from services.achievements.rules.match_texts import Row, columns_read
from services.achievements.rules.visibility import EVERYBODY
from services.achievements.store.visibility import columns_for
from services.achievements.tables import RECORD_TABLES

NEAREST = 40
"""What an index of pgvector looks for unless told otherwise (`hnsw.ef_search`)."""
_MADE = text("SELECT to_regclass('search_vectors') IS NOT NULL")
_AVAILABLE = text("SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'vector')")
_MODEL = text("SELECT obj_description(to_regclass('search_vectors'), 'pg_class')")
_DROP = text("DROP TABLE IF EXISTS search_vectors")


def has_vectors(session: Session) -> bool:
    """Whether vectors are switched on."""
    return bool(session.execute(_MADE).scalar_one())


def prepare_vectors(session: WriteSession, model: str, dimensions: int) -> None:
    """Make room for the vectors of a model; those of another model go."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext('search_vectors'))"))
    if session.execute(_MODEL).scalar_one_or_none() == model:
        return
    if not session.execute(_AVAILABLE).scalar_one():
        raise Unavailable(
            "pgvector_missing",
            Text(
                "此数据库服务器没有 pgvector 扩展，词向量未启用；匹配照常进行",
                "this database server has no pgvector extension: word vectors stay off, matching"
                " goes on without them; install it, or unset LIURONG_WORD_VECTORS",
            ),
        )
    session.execute(_DROP)
    for statement in (
        "CREATE EXTENSION IF NOT EXISTS vector",
        f"""CREATE TABLE search_vectors (kind smallint, document bigint,
            vector vector({dimensions:d}), PRIMARY KEY (kind, document))""",
        f"""CREATE INDEX ix_search_vectors_nearest ON search_vectors
            USING hnsw (vector vector_cosine_ops)
            WHERE kind = {KIND_NUMBERS[Kind.ACHIEVEMENTS]:d}""",
        f"COMMENT ON TABLE search_vectors IS '{model}'",
    ):
        session.execute(text(statement))


def drop_vectors(session: WriteSession) -> None:
    """Switch vectors off."""
    session.execute(_DROP)


def drop_replaced(session: WriteSession, kind: Kind) -> None:
    """Drop the vectors of texts that were changed or withdrawn."""
    statement = f"""
        DELETE FROM search_vectors v WHERE v.kind = :kind
        AND NOT EXISTS (SELECT FROM {RECORD_TABLES[kind].name} r WHERE r.document = v.document)
    """  # noqa: S608 a table of ours
    session.execute(text(statement), {"kind": KIND_NUMBERS[kind]})


def list_without_vector(
    session: Session, kind: Kind, limit: int, among: tuple[int, int] | None = None
) -> list[Row]:
    """Things without a vector, with the texts that everybody may read of them."""
    table, kept = RECORD_TABLES[kind], _table_of(kind)
    read = columns_read(kind)
    shown = [column for column in columns_for(table, EVERYBODY) if column.key in read]
    query = (
        select(*shown, table.c.document)
        .outerjoin(kept, kept.c.document == table.c.document)
        .where(kept.c.document.is_(None))
        .limit(limit)
    )
    if among is not None:
        query = query.where(table.c.document.between(*among))
    return [dict(row) for row in session.execute(query).mappings()]


def add_vectors(session: WriteSession, kind: Kind, vectors: Mapping[int, str | None]) -> None:
    """Keep vectors by document; two jobs at the same texts do no harm."""
    statement = text(
        """INSERT INTO search_vectors (kind, document, vector)
        SELECT :kind, document, CAST(vector AS vector)
        FROM unnest(CAST(:documents AS bigint[]), CAST(:vectors AS text[]))
            AS new (document, vector)
        ON CONFLICT DO NOTHING"""
    )
    values = {"documents": list(vectors), "vectors": list(vectors.values())}
    session.execute(statement, {"kind": KIND_NUMBERS[kind], **values})


def find_vector(session: Session, kind: Kind, document: object) -> str | None:
    """The vector of a thing, as text; None where it has none or vectors are off."""
    if not has_vectors(session):
        return None
    statement = text(
        "SELECT CAST(vector AS text) FROM search_vectors"
        " WHERE kind = :kind AND document = :document"
    )
    values = {"kind": KIND_NUMBERS[kind], "document": document}
    found: str | None = session.execute(statement, values).scalar_one_or_none()
    return found


def nearest_documents(kind: Kind, *, of_one_writing: bool) -> CTE:
    """The documents nearest to `:vector`; words score them nothing."""
    among = "AND document BETWEEN :first AND :last" if of_one_writing else ""
    statement = f"""
        SELECT document, 0.0 AS score FROM search_vectors
        WHERE kind = {KIND_NUMBERS[kind]:d} AND vector IS NOT NULL {among}
        ORDER BY vector <=> CAST(:vector AS vector) LIMIT {NEAREST}
    """  # noqa: S608 made of constants
    return text(statement).columns(document=BigInteger, score=Float).cte("nearest")


def find_closeness(
    session: Session, kind: Kind, vector: str, documents: Sequence[object]
) -> dict[object, float]:
    """How close in meaning documents are to a vector, 0 to 1; those without one are left out."""
    statement = text(
        """SELECT document, greatest(1 - (vector <=> CAST(:vector AS vector)), 0)
        FROM search_vectors WHERE kind = :kind AND vector IS NOT NULL
            AND document = ANY(CAST(:documents AS bigint[]))"""
    )
    values = {"kind": KIND_NUMBERS[kind], "vector": vector, "documents": list(documents)}
    return {document: float(near) for document, near in session.execute(statement, values)}


def _table_of(kind: Kind) -> CTE:
    statement = text("SELECT document FROM search_vectors WHERE kind = :of_kind").bindparams(
        bindparam("of_kind", KIND_NUMBERS[kind])
    )
    return statement.columns(document=BigInteger).cte("kept")
