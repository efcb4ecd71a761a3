"""Records of any kind: the same columns around different contents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from psycopg.errors import UniqueViolation
from sqlalchemy import (
    RowMapping,
    String,
    Table,
    cast,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from kit.clock import now
from kit.db import WriteSession, new_id
from kit.errors import NotFound, no_such
from services.achievements.rules.content import ColumnValue, hash_content
from services.achievements.rules.filters import RecordFilter
from services.achievements.rules.kinds import KIND_NAMES, KIND_VISIBILITY, Kind
from services.achievements.rules.rows import RowResult
from services.achievements.rules.visibility import Viewer
from services.achievements.store.bulk import copy_rows, rows_as_table
from services.achievements.store.narrowing import narrow_list
from services.achievements.store.pages import after_cursor, by_id, by_score, cut_page, order_by
from services.achievements.store.search import scored_documents, weigh_query
from services.achievements.store.visibility import columns_for, open_to, visible_to
from services.achievements.tables import RECORD_TABLES

Content = Mapping[str, ColumnValue]


@dataclass(frozen=True, slots=True)
class Kept:
    """A record after it was kept: what happened to it, and what it was before."""

    id: str
    source_id: str
    version: int
    document: int
    result: RowResult
    before: RowMapping | None = None


def upsert_records(
    session: WriteSession, kind: Kind, owner_uscc: str, contents: Sequence[Content]
) -> dict[str, Kept]:
    """Add what is new, change what differs, leave the rest alone; keyed by source_id.

    The source_ids must differ. Rows are taken in the order of their keys, so that two writers of
    the same things wait for each other and never block each other for good.
    """
    table = RECORD_TABLES[kind]
    ordered = sorted(contents, key=lambda content: str(content["source_id"]))
    rows = [_row_of(kind, owner_uscc, content) for content in ordered]
    known = _find_known(session, table, owner_uscc, rows)
    kept = {
        str(row["source_id"]): _unchanged(known[row["source_id"]])
        for row in rows
        if row["source_id"] in known
        and known[row["source_id"]]["content_hash"] == row["content_hash"]
    }
    kept |= _add_new(session, table, [row for row in rows if row["source_id"] not in known])
    rows = [row for row in rows if row["source_id"] not in kept]
    return kept | _change_known(session, table, owner_uscc, rows)


def _row_of(kind: Kind, owner_uscc: str, content: Content) -> dict[str, object]:
    at = now()
    return {
        "visibility": KIND_VISIBILITY[kind].value,
        **content,
        "id": new_id(),
        "owner_uscc": owner_uscc,
        "version": 1,
        "content_hash": hash_content(content),
        "created_at": at,
        "updated_at": at,
    }


def _find_known(
    session: WriteSession, table: Table, owner_uscc: str, rows: Sequence[Mapping[str, object]]
) -> dict[object, RowMapping]:
    column = table.c
    query = select(
        column.id, column.source_id, column.version, column.document, column.content_hash
    ).where(
        column.owner_uscc == owner_uscc,
        column.source_id == func.any(cast([str(row["source_id"]) for row in rows], ARRAY(String))),
    )
    return {old["source_id"]: old for old in session.execute(query).mappings()}


def _unchanged(old: RowMapping) -> Kept:
    return Kept(
        old["id"], old["source_id"], old["version"], old["document"], RowResult.UNCHANGED, old
    )


def _add_new(
    session: WriteSession, table: Table, rows: Sequence[Mapping[str, object]]
) -> dict[str, Kept]:
    if not rows:
        return {}
    try:
        return _copy_new(session, table, rows)
    except UniqueViolation:
        # Another writer entered one of them in this moment; what is left is entered with care.
        return _insert_new(session, table, rows)


def _copy_new(
    session: WriteSession, table: Table, rows: Sequence[Mapping[str, object]]
) -> dict[str, Kept]:
    documents = take_documents(session, len(rows))
    names = list(rows[0])
    with session.begin_nested():
        copy_rows(
            session,
            table,
            [*names, "document"],
            (
                [*map(row.__getitem__, names), document]
                for row, document in zip(rows, documents, strict=True)
            ),
        )
    return {
        str(row["source_id"]): Kept(
            str(row["id"]), str(row["source_id"]), 1, document, RowResult.CREATED
        )
        for row, document in zip(rows, documents, strict=True)
    }


def _insert_new(
    session: WriteSession, table: Table, rows: Sequence[Mapping[str, object]]
) -> dict[str, Kept]:
    names = list(rows[0])
    sent = rows_as_table(table, names, rows)
    statement = (
        insert(table)
        .from_select(names, select(*[sent.c[name] for name in names]))
        .on_conflict_do_nothing(index_elements=[table.c.owner_uscc, table.c.source_id])
        .returning(table.c.source_id, table.c.id, table.c.document)
    )
    return {
        source_id: Kept(id_, source_id, 1, document, RowResult.CREATED)
        for source_id, id_, document in session.execute(statement)
    }


def _change_known(
    session: WriteSession, table: Table, owner_uscc: str, rows: Sequence[Mapping[str, object]]
) -> dict[str, Kept]:
    if not rows:
        return {}
    wanted = {str(row["source_id"]): row for row in rows}
    query = (
        select(table)
        .where(table.c.owner_uscc == owner_uscc)
        .where(table.c.source_id == func.any(cast(list(wanted), ARRAY(String))))
        .order_by(table.c.source_id)
        .with_for_update()
    )
    found = session.execute(query).mappings().all()
    same = [old for old in found if old["content_hash"] == _hash_of(wanted, old)]
    changes = [
        (old, wanted[old["source_id"]])
        for old in found
        if old["content_hash"] != _hash_of(wanted, old)
    ]
    return {old["source_id"]: _unchanged(old) for old in same} | _replace(session, table, changes)


def _hash_of(wanted: Mapping[str, Mapping[str, object]], old: RowMapping) -> object:
    return wanted[old["source_id"]]["content_hash"]


def _replace(
    session: WriteSession,
    table: Table,
    changes: Sequence[tuple[RowMapping, Mapping[str, object]]],
) -> dict[str, Kept]:
    if not changes:
        return {}
    documents = take_documents(session, len(changes))
    rows = [
        {**new, "id": old["id"], "version": old["version"] + 1, "document": document}
        for (old, new), document in zip(changes, documents, strict=True)
    ]
    names = [name for name in rows[0] if name not in {"owner_uscc", "source_id", "created_at"}]
    sent = rows_as_table(table, names, rows)
    settable = {name: sent.c[name] for name in names if name != "id"}
    session.execute(update(table).where(table.c.id == sent.c.id).values(settable))
    return {
        old["source_id"]: Kept(
            old["id"],
            old["source_id"],
            old["version"] + 1,
            document,
            RowResult.UPDATED,
            old,
        )
        for (old, _), document in zip(changes, documents, strict=True)
    }


def take_documents(session: WriteSession, count: int) -> list[int]:
    """Numbers under which words of records will stand."""
    numbers = text("SELECT nextval('documents') FROM generate_series(1, :count)")
    return list(session.execute(numbers, {"count": count}).scalars())


def list_owned(session: Session, kind: Kind, owner_uscc: str) -> list[tuple[str, str]]:
    """Id and source_id of all an organisation owns of a kind."""
    table = RECORD_TABLES[kind]
    query = select(table.c.id, table.c.source_id).where(table.c.owner_uscc == owner_uscc)
    return [(row[0], row[1]) for row in session.execute(query)]


def withdraw_records(
    session: WriteSession, kind: Kind, record_ids: Sequence[str]
) -> Sequence[RowMapping]:
    """Take records out; answers them as they were."""
    table = RECORD_TABLES[kind]
    gone = delete(table).where(table.c.id.in_(record_ids)).returning(*table.c)
    return session.execute(gone).mappings().all()


def find_by_source(
    session: Session, kind: Kind, owner_uscc: str, source_id: str
) -> RowMapping | None:
    """An owner's record by its own key."""
    table = RECORD_TABLES[kind]
    query = select(table).where(table.c.owner_uscc == owner_uscc, table.c.source_id == source_id)
    return session.execute(query).mappings().one_or_none()


def get_record(session: Session, kind: Kind, record_id: str, viewer: Viewer) -> RowMapping:
    """A record that this viewer may see; others are as if they were not there."""
    table = RECORD_TABLES[kind]
    query = select(*columns_for(table, viewer)).where(table.c.id == record_id)
    row = session.execute(query.where(open_to(table, viewer))).mappings().one_or_none()
    if row is None:
        raise _no_such(kind, record_id)
    return row


def lock_record(session: WriteSession, kind: Kind, record_id: str, viewer: Viewer) -> RowMapping:
    """A record that this viewer may see, held until the end of the transaction."""
    table = RECORD_TABLES[kind]
    query = select(table).where(table.c.id == record_id, open_to(table, viewer))
    row = session.execute(query.with_for_update()).mappings().one_or_none()
    if row is None:
        raise _no_such(kind, record_id)
    return row


def _no_such(kind: Kind, record_id: str) -> NotFound:
    name = KIND_NAMES[kind]
    return no_such(name.zh, name.en, record_id)


def list_records(
    session: Session, kind: Kind, viewer: Viewer, wanted: RecordFilter
) -> tuple[list[RowMapping], str | None]:
    """One page: the best matches first where words are given, else the newest first."""
    table = RECORD_TABLES[kind]
    query = select(*columns_for(table, viewer)).where(visible_to(table, viewer))
    if wanted.organization is not None:
        query = query.where(table.c.owner_uscc == wanted.organization)
    if wanted.source_id is not None:
        query = query.where(table.c.source_id == wanted.source_id)
    query = query.where(*narrow_list(kind, wanted.narrow))
    order = by_id(table)
    if wanted.q is not None:
        weights = weigh_query(session, kind, wanted.q)
        if not weights:
            return [], None
        hits = scored_documents(kind, weights)
        order, query = by_score(hits), query.join(hits, hits.c.document == table.c.document)
    if wanted.cursor is not None:
        query = query.where(after_cursor(order, table, wanted.cursor))
    query = query.add_columns(order.key.label("sort_key")).order_by(*order_by(order, table))
    rows = session.execute(query.limit(wanted.limit + 1)).mappings().all()
    return cut_page(rows, wanted.limit)
