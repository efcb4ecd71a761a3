"""Rows of a file about things that are there already: what they mean beside what is there."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import RowMapping

from kit.db import WriteSession
from kit.errors import Fault
from services.achievements.rules.content import jsonable
from services.achievements.rules.kinds import Kind
from services.achievements.rules.new_records import Entry
from services.achievements.rules.rows import LeftOut, RowResult, judge_facts, leave_out
from services.achievements.rules.spoken import complete_facts
from services.achievements.schemas.kinds import read_kept
from services.achievements.store.records import lock_owned
from services.achievements.usecases.clashes import find_clashes
from services.achievements.usecases.import_reader import Changed


def settle_changed(
    session: WriteSession, entry: Entry, rows: Sequence[Changed]
) -> tuple[list[Changed], list[LeftOut]]:
    """The rows that hold beside what is there, which is locked, and those that do not."""
    there = lock_owned(session, entry.kind, entry.owner_uscc, [one.facts.source_id for one in rows])
    rows = [_complete(entry.kind, row, there.get(row.facts.source_id)) for row in rows]
    clashes = find_clashes(session, entry.owner_uscc, entry.kind, [row.facts for row in rows])
    sound, refused = list[Changed](), list[LeftOut]()
    for row in rows:
        clash = clashes.get(row.facts.source_id)
        faults = judge_facts(row.facts, entry.on) or ([] if clash is None else [clash])
        if faults:
            refused.append(_refuse(row, faults))
        else:
            sound.append(row)
    return sound, refused


def _complete(kind: Kind, row: Changed, before: RowMapping | None) -> Changed:
    if row.spoken is None or before is None:
        return row
    known = read_kept(kind, jsonable(dict(before)))
    return replace(row, facts=complete_facts(row.facts, known, row.spoken))


def _refuse(row: Changed, faults: Iterable[Fault]) -> LeftOut:
    return leave_out(row.row, row.facts.source_id, RowResult.FAILED, faults, row.values)
