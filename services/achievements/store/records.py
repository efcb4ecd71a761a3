"""Records of any kind: the same columns around different contents."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

import orjson
from psycopg.errors import UniqueViolation
from sqlalchemy import (
    JSON,
    ColumnElement,
    RowMapping,
    String,
    Table,
    cast,
    delete,
    func,
    literal,
    null,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from kit.clock import now
from kit.db import WriteSession
from kit.errors import NotFound, no_such
from services.achievements.rules.content import content_of, fingerprint
from services.achievements.rules.history import HISTORY_COLUMNS
from services.achievements.rules.kinds import CHANGED_AS_DRAFTS, KIND_NAMES, KIND_VISIBILITY, Kind
from services.achievements.rules.new_records import KEY_COLUMNS, NewRecords
from services.achievements.rules.rows import Facts, RowResult
from services.achievements.rules.visibility import Guard, Viewer
from services.achievements.store.bulk import copy_bytes, rows_as_table
from services.achievements.store.search import index_writing
from services.achievements.store.visibility import columns_for, open_to
from services.achievements.tables import RECORD_TABLES, Base

_PIECE = 5000
_FRAME = frozenset({"content_hash", "line_mark", "updated_at"})
NO_MARKS: Mapping[str, bytes | None] = {}
"""What is not read from lines has no marks of them."""
_KEYS = Base.metadata.tables["duplicate_keys"]
_HISTORY = Base.metadata.tables["history"]


class Kept(NamedTuple):
    """A record after it was kept: what happened to it, and what it was before."""

    id: str
    source_id: str
    version: int
    document: int
    result: RowResult
    before: RowMapping | None = None


class Overtaken(Exception):
    """Another writer entered one of these things in this moment; look again, it is known now."""


def find_known(
    session: Session, kind: Kind, owner_uscc: str, source_ids: Sequence[str]
) -> dict[str, RowMapping]:
    """What an owner has under these source_ids: id, version, document, hash of the content."""
    column = RECORD_TABLES[kind].c
    query = select(
        column.id, column.source_id, column.version, column.document, column.content_hash
    ).where(*_owned(kind, owner_uscc, source_ids))
    return {old["source_id"]: old for old in session.execute(query).mappings()}


def find_hashes(
    session: Session, kind: Kind, owner_uscc: str, source_ids: Sequence[str]
) -> dict[str, tuple[bytes, bytes | None]]:
    """The same in short, for many: of what is there, the hash of its content, its line's mark."""
    column = RECORD_TABLES[kind].c
    query = select(column.source_id, column.content_hash, column.line_mark)
    found = session.execute(query.where(*_owned(kind, owner_uscc, source_ids)))
    return {source_id: (content, line) for source_id, content, line in found.all()}


def _owned(kind: Kind, owner_uscc: str, source_ids: Sequence[str]) -> list[ColumnElement[bool]]:
    """As one JSON text: a list of a thousand texts costs the driver ten times as much."""
    column = RECORD_TABLES[kind].c
    packed = cast(literal(orjson.dumps(list(source_ids)).decode(), String), JSON)
    asked = select(func.json_array_elements_text(packed))
    return [
        column.owner_uscc == owner_uscc,
        column.source_id == func.any(func.array(asked.scalar_subquery())),
    ]


def find_settled(
    session: Session, kind: Kind, owner_uscc: str, hashes: Mapping[str, bytes]
) -> dict[str, str]:
    """Of contents by source_id, the states of those that differ from what is no draft any more."""
    column = RECORD_TABLES[kind].c
    query = select(column.source_id, column.state, column.content_hash)
    owned = query.where(*_owned(kind, owner_uscc, list(hashes)))
    # Held, so that none is published or submitted between this look and the change.
    held = session.execute(owned.order_by(column.source_id).with_for_update())
    return {
        source_id: str(state)
        for source_id, state, kept in held
        if state != "draft" and bytes(kept) != hashes[source_id]
    }


def add_new_records(session: WriteSession, new: NewRecords) -> dict[str, Kept]:
    """Add new records with their words, keys and history; raises Overtaken, having added none."""
    try:
        with session.begin_nested():
            copy_bytes(session, RECORD_TABLES[new.kind], new.columns, new.records)
    except UniqueViolation as error:
        raise Overtaken from error
    copy_bytes(session, _KEYS, KEY_COLUMNS, new.keys)
    index_writing(session, new.words, new.names)
    copy_bytes(session, _HISTORY, HISTORY_COLUMNS, new.history)
    return {
        source_id: Kept(id_, source_id, 1, document, RowResult.CREATED)
        for source_id, (id_, document) in new.documents.items()
    }


def keep_unchanged(old: RowMapping) -> Kept:
    """A record that is there already with the same content."""
    return Kept(
        old["id"], old["source_id"], old["version"], old["document"], RowResult.UNCHANGED, old
    )


def change_records(
    session: WriteSession,
    kind: Kind,
    owner_uscc: str,
    facts: Sequence[Facts],
    line_marks: Mapping[str, bytes | None] = NO_MARKS,
) -> dict[str, Kept]:
    """Change what an owner has where it differs; locked in the order of the source_ids."""
    if not facts:
        return {}
    wanted = {item.source_id: _row_of(kind, item, line_marks) for item in facts}
    found = lock_owned(session, kind, owner_uscc, list(wanted)).values()
    differ = [(old, new) for old in found if _differs(old, new := wanted[old["source_id"]])]
    kept = {old["source_id"]: keep_unchanged(old) for old in found}
    return kept | _replace(session, RECORD_TABLES[kind], differ)


def lock_owned(
    session: WriteSession, kind: Kind, owner_uscc: str, source_ids: Sequence[str]
) -> dict[str, RowMapping]:
    """Whole records of an owner, held in the order of their source_ids."""
    table = RECORD_TABLES[kind]
    query = select(table).where(*_owned(kind, owner_uscc, source_ids))
    held = session.execute(query.order_by(table.c.source_id).with_for_update())
    return {row["source_id"]: row for row in held.mappings()}


def _differs(old: RowMapping, new: Mapping[str, object]) -> bool:
    """The hash is a short cut: one made when a kind had fewer fields says nothing."""
    if old["content_hash"] == new["content_hash"]:
        return False
    return any(old[name] != new[name] for name in new if name not in _FRAME)


def _row_of(kind: Kind, facts: Facts, line_marks: Mapping[str, bytes | None]) -> dict[str, object]:
    return {
        "visibility": KIND_VISIBILITY[kind].value,
        **content_of(facts),
        "content_hash": fingerprint(facts),
        "line_mark": line_marks.get(facts.source_id),
        "updated_at": now(),
    }


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
    names = [name for name in rows[0] if name != "source_id"]
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
    numbers = text("SELECT array_agg(nextval('documents')) FROM generate_series(1, :count)")
    taken: list[int] | None = session.execute(numbers, {"count": count}).scalar_one()
    return taken or []


def wait_for_no_disk(session: WriteSession) -> None:
    """Let this transaction's commit not wait until it is on disk; it holds nothing to lose."""
    session.execute(text("SET LOCAL synchronous_commit TO off"))


def list_owned(
    session: Session, kind: Kind, owner_uscc: str
) -> Iterator[Sequence[tuple[str, str]]]:
    """Id and source_id of all an organisation may withdraw of a kind, a piece at a time."""
    table = RECORD_TABLES[kind]
    query = select(table.c.id, table.c.source_id).where(table.c.owner_uscc == owner_uscc)
    if kind in CHANGED_AS_DRAFTS:
        query = query.where(table.c.state == "draft")
    found = session.execute(query.execution_options(yield_per=_PIECE))
    for piece in found.partitions():
        yield [(row[0], row[1]) for row in piece]


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
    query = select(*_whole_record(table, viewer)).where(table.c.id == record_id)
    row = session.execute(query.where(open_to(table, viewer))).mappings().one_or_none()
    if row is None:
        raise _no_such(kind, record_id)
    return row


def _whole_record(table: Table, viewer: Viewer) -> list[ColumnElement[object]]:
    """The columns for this viewer; a record that stands for this one is named if he may see it."""
    if "merged_into" not in table.c:
        return list(columns_for(table, viewer))
    kept = table.alias("kept")
    named = select(kept.c.id).where(kept.c.id == table.c.merged_into, open_to(kept, viewer))
    shown = named.scalar_subquery().label("merged_into")
    return [shown if one.key == "merged_into" else one for one in columns_for(table, viewer)]


def get_guard(session: Session, kind: Kind, record_id: str) -> Guard:
    """Who may see a record now, whoever asks."""
    return get_guards(session, kind, [record_id])[record_id][1]


def get_guards(
    session: Session, kind: Kind, ids: Collection[str]
) -> Mapping[str, tuple[str, Guard]]:
    """By id: whose some records are and who may see them now; none of those that are gone."""
    column = RECORD_TABLES[kind].c
    query = select(
        column.id,
        column.owner_uscc,
        column.visibility,
        column.embargo_until if "embargo_until" in column else null(),
        column.hidden_fields if "hidden_fields" in column else null(),
    ).where(column.id.in_(ids))
    return {
        record_id: (owner, Guard(visibility, embargo_until, frozenset(hidden or ())))
        for record_id, owner, visibility, embargo_until, hidden in session.execute(query)
    }


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
