"""Files of organisations: each row is said of one by its code, and can be taken back."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping

from kit.auth import Principal
from kit.db import WriteSession
from kit.errors import Fault
from services.achievements.rules.content import jsonable
from services.achievements.rules.history import Actor, Change
from services.achievements.rules.kinds import Kind
from services.achievements.rules.new_records import Entry
from services.achievements.rules.organizations import OrganizationFacts
from services.achievements.rules.rows import LeftOut, RowResult, judge_facts, leave_out
from services.achievements.rules.spoken import complete_facts
from services.achievements.schemas.kinds import read_kept
from services.achievements.store.history import add_history
from services.achievements.store.organizations import (
    forget_facts,
    list_facts,
    list_leaning,
    lock_organization,
    remove_organization,
    restore_organization,
)
from services.achievements.store.undo import add_undo, list_created, list_undo
from services.achievements.usecases.import_reader import Changed
from services.achievements.usecases.organizations import (
    ONLY_ITSELF,
    judge_end,
    keep_description,
    may_describe,
    tell_of_organization,
)

_KIND = Kind.ORGANIZATIONS
_LAST_FACT = "last_fact"
_PIECE = 1000
Later = Mapping[str, str | None]


def keep_organizations(
    session: WriteSession, principal: Principal, entry: Entry, rows: Sequence[Changed]
) -> tuple[Counter[RowResult], list[LeftOut]]:
    """Say of organisations what rows say; in the order of their codes, as every writer does."""
    done, refused = Counter[RowResult](), list[LeftOut]()
    for row in sorted(rows, key=lambda one: one.facts.source_id):
        faults, result = _keep_one(session, principal, entry, row)
        done[result] += 1
        if faults:
            line = leave_out(row.row, row.facts.source_id, result, faults, row.values)
            refused.append(line)
    return done, refused


def _keep_one(
    session: WriteSession, principal: Principal, entry: Entry, row: Changed
) -> tuple[list[Fault], RowResult]:
    old = lock_organization(session, row.facts.source_id)
    facts = _complete(row, old)
    faults = judge_facts(facts, entry.on) or judge_end(facts, old)
    if not may_describe(principal, facts.uscc):
        faults = [Fault("/uscc", "forbidden", ONLY_ITSELF)]
    if faults:
        return faults, RowResult.FAILED
    last = [one["id"] for one in list_facts(session, facts.uscc)][-1:]
    result = keep_description(session, entry.actor, facts, None, old)
    if old is not None and result is RowResult.UPDATED and entry.actor.import_id is not None:
        before = {**old, _LAST_FACT: last[0] if last else ""}
        add_undo(session, entry.actor.import_id, [(facts.uscc, old["version"] + 1, before)])
    return [], result


def _complete(row: Changed, old: RowMapping | None) -> OrganizationFacts:
    facts = row.facts
    if old is not None and row.spoken is not None:
        facts = complete_facts(facts, read_kept(_KIND, jsonable(dict(old))), row.spoken)
    assert isinstance(facts, OrganizationFacts)
    return facts


def list_later_organizations(session: WriteSession, import_id: str) -> list[Later]:
    """What stands on an import of organisations by now; locks what it touched."""
    created = list_created(session, _KIND, import_id)
    made = dict.fromkeys(created, 1)
    made |= {row["thing_id"]: row["version"] for row in _list_undone(session, import_id)}
    later = [
        _later(uscc, "removed" if row is None else "changed")
        for uscc, version in sorted(made.items())
        if (row := lock_organization(session, uscc)) is None or row["version"] != version
    ]
    return later + [_later(*found) for found in list_leaning(session, created)]


def _later(uscc: str, because: str) -> Later:
    return {"thing_id": uscc, "source_id": uscc, "because": because}


def _list_undone(session: WriteSession, import_id: str) -> Iterator[RowMapping]:
    after = ""
    while piece := list_undo(session, import_id, after=after, limit=_PIECE):
        after = piece[-1]["thing_id"]
        yield from piece


def take_back_organizations(session: WriteSession, actor: Actor, import_id: str) -> None:
    """What an import created goes, what it changed is as it was before."""
    for uscc in list_created(session, _KIND, import_id):
        remove_organization(session, uscc)
        add_history(session, _KIND.value, actor, [Change(uscc, 2, "rolled_back")])
    for row in _list_undone(session, import_id):
        uscc, before = row["thing_id"], dict[str, Any](row["before"])
        forget_facts(session, uscc, after=before.pop(_LAST_FACT))
        version = row["version"] + 1
        restore_organization(session, uscc, version, before)
        add_history(session, _KIND.value, actor, [Change(uscc, version, "rolled_back")])
        tell_of_organization(session, uscc)
