"""Take an import back: what it created goes, what it changed or withdrew is as it was before."""

from collections.abc import Mapping, Sequence

from sqlalchemy import RowMapping

from kit.auth import Principal
from kit.clock import today
from kit.db import WriteSession
from kit.errors import RuleBroken
from kit.events import record_event
from kit.text import Text
from services.achievements.rules.achievements import AchievementFacts, duplicate_keys
from services.achievements.rules.history import Actor, Change
from services.achievements.rules.kinds import ImportKind, Kind
from services.achievements.rules.names import list_name_keys
from services.achievements.rules.rows import names_in, searchable_text
from services.achievements.rules.uploads import ImportState, refuse_rollback
from services.achievements.schemas.kinds import read_kept
from services.achievements.schemas.news import Removal, Touched, list_news
from services.achievements.store.achievements import keep_duplicate_keys
from services.achievements.store.history import add_history
from services.achievements.store.imports import change_import, get_import, lock_import
from services.achievements.store.records import take_documents
from services.achievements.store.search import index_texts
from services.achievements.store.undo import (
    WITHDRAWN,
    list_created,
    list_later_changes,
    list_undo,
    restore_rows,
)
from services.achievements.usecases.callers import actor_of, require_owner, viewer_of
from services.achievements.usecases.import_organizations import (
    list_later_organizations,
    take_back_organizations,
)
from services.achievements.usecases.record_news import tell_of_kept
from services.achievements.usecases.removals import remove_records

_PIECE = 1000


def roll_back_import(session: WriteSession, principal: Principal, import_id: str) -> RowMapping:
    """Restore the state before an import, all of it or (where later changes stand on it) nothing.

    Versions and history go on: that the import was there and was taken back stays known.
    """
    require_owner(principal, get_import(session, import_id, viewer_of(principal))["owner_uscc"])
    job = lock_import(session, import_id)
    refuse_rollback(ImportState(job["state"]), dry_run=job["dry_run"])
    kind = ImportKind(job["kind"]).kind
    _refuse_later_changes(session, kind, import_id)
    actor = actor_of(principal, reason="撤销导入", import_id=import_id)
    if kind is Kind.ORGANIZATIONS:
        take_back_organizations(session, actor, import_id)
    else:
        _take_back_records(session, kind, actor, import_id)
    change_import(session, import_id, {"state": ImportState.ROLLED_BACK.value})
    return get_import(session, import_id, viewer_of(principal))


def _refuse_later_changes(session: WriteSession, kind: Kind, import_id: str) -> None:
    if kind is Kind.ORGANIZATIONS:
        later: Sequence[Mapping[str, str | None]] = list_later_organizations(session, import_id)
    else:
        later = [dict(row) for row in list_later_changes(session, kind, import_id)]
    if later:
        raise RuleBroken(
            "import_built_upon",
            Text(
                "导入之后已有其他变更或业务以这些记录为基础，不能撤销；请先处理所列记录",
                "later changes stand on what this import did, so it cannot be taken back; see the"
                " things listed",
            ),
            things=[
                {"id": row["thing_id"], "source_id": row["source_id"], "because": row["because"]}
                for row in later
            ],
        )


def _take_back_records(session: WriteSession, kind: Kind, actor: Actor, import_id: str) -> None:
    created = list_created(session, kind, import_id)
    for _ in remove_records(session, kind, actor, created, Removal.ROLLED_BACK):
        pass
    _restore(session, kind, actor, import_id)


def _restore(session: WriteSession, kind: Kind, actor: Actor, import_id: str) -> None:
    """Put back what an import changed or withdrew, with its words and keys; the others hear it."""
    after = ""
    while piece := list_undo(session, import_id, after=after, limit=_PIECE):
        after = piece[-1]["thing_id"]
        ids = [str(row["thing_id"]) for row in piece]
        documents = dict(zip(ids, take_documents(session, len(ids)), strict=True))
        restore_rows(session, kind, import_id, documents)
        facts = {str(row["thing_id"]): read_kept(kind, row["before"]) for row in piece}
        index_texts(
            session,
            kind,
            {documents[id_]: searchable_text(item) for id_, item in facts.items()},
            {documents[id_]: list_name_keys(names_in(item)) for id_, item in facts.items()},
        )
        keys = {
            id_: duplicate_keys(item)
            for id_, item in facts.items()
            if isinstance(item, AchievementFacts)
        }
        keep_duplicate_keys(session, keys, replaced=list(keys))
        changes = [Change(row["thing_id"], _version_made(row) + 1, "rolled_back") for row in piece]
        add_history(session, kind.value, actor, changes)
        touched = [
            Touched(row["thing_id"], row["version"] == WITHDRAWN, facts[row["thing_id"]])
            for row in piece
        ]
        for event in list_news(actor.organization_uscc, today(), touched, many=True):
            record_event(session, event, subject=actor.organization_uscc)
        tell_of_kept(session, kind, actor.organization_uscc, ids)


def _version_made(row: RowMapping) -> int:
    if row["version"] == WITHDRAWN:
        return int(row["before"]["version"]) + 1
    return int(row["version"])
