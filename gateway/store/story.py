"""A story in the database: its events, and the rows they lead to, in one statement.

What PostgreSQL does with the parts of one statement it does at once (§7.8.4 of its manual): the
case moves, its tracks move, new tracks appear and the events are appended, in one round trip.
"""

from typing import Any, cast

import orjson
from sqlalchemy import (
    JSON,
    BindParameter,
    Select,
    Table,
    TableValuedAlias,
    bindparam,
    column,
    exists,
    func,
    insert,
    select,
    update,
)

from gateway.rules.case_json import (
    pack_conditions,
    pack_credit,
    pack_enhancements,
    pack_plan,
    pack_proposal,
    pack_record,
)
from gateway.rules.cases import Case, Track
from gateway.rules.ledger import CaseEvent
from gateway.rules.story import Story
from gateway.tables import CaseEventRow, CaseTrack, FinancingCase, SupportRow
from kit.db import ReadyStatement, WriteSession

_CASES = cast(Table, FinancingCase.__table__)
_TRACKS = cast(Table, CaseTrack.__table__)
_EVENTS = cast(Table, CaseEventRow.__table__)
_FILES = cast(Table, SupportRow.__table__)

_LASTING = frozenset({"id", "case_id", "place", "stage", "supersedes"})
"""What never changes of a track."""
_MOVING = (
    "plan",
    "state",
    "credit",
    "enhancement_reason",
    "enhancements",
    "proposal",
    "record_reference",
    "record",
    "contract_id",
    "closed_on",
    "close_reason_code",
    "version",
    "last_hash",
)
"""What an event can change of a case."""


def add_story(session: WriteSession, story: Story, before: Case | None) -> bool:
    """Append the story's events and bring the rows to where they lead.

    Answers whether the case has live files, which follow it. Who opens a file holds the case, as
    this does; so a file that was opened before is seen, and none can be opened meanwhile.
    """
    case = story.case
    known = {} if before is None else {track.id: track for track in before.tracks}
    if before is None:
        session.execute(insert(_CASES).values(_write_case(case)))
    placed = enumerate(case.tracks)
    fresh = [_write_track(case, place, one) for place, one in placed if one.id not in known]
    if fresh:
        session.execute(insert(_TRACKS), fresh)
    wanted = _write_case(case)
    moved = [
        _write_track(case, 0, one)
        for one in case.tracks
        if one.id in known and known[one.id] != one
    ]
    parameters = {f"new_{name}": _as_given(wanted[name]) for name in _MOVING} | {
        "case_id": case.id,
        "changed_case": None if before is None else case.id,
        "moved": _as_given(moved),
        "events": _as_given([_write_event(event) for event in story.events]),
    }
    kept = _KEEP.find_row(session, parameters)
    return kept is not None and bool(kept.has_files)


def _recordset(parameter: str, table: Table) -> TableValuedAlias:
    """The rows of a JSON array, with the columns of a table."""
    columns = [column(one.name, one.type) for one in table.columns]
    bound: BindParameter[Any] = bindparam(parameter, type_=JSON())
    rows = func.json_to_recordset(bound).table_valued(*columns, name=parameter)
    return rows.render_derived(with_types=True)


def _build() -> Select[Any]:
    names = [one.name for one in _TRACKS.columns]
    moved, events = _recordset("moved", _TRACKS), _recordset("events", _EVENTS)
    tracks = (
        update(_TRACKS)
        .where(_TRACKS.c.id == moved.c.id)
        .values({name: moved.c[name] for name in names if name not in _LASTING})
    )
    case = (
        update(_CASES)
        .where(_CASES.c.id == bindparam("changed_case"))
        .values({name: bindparam(f"new_{name}", type_=_CASES.c[name].type) for name in _MOVING})
    )
    kept = [one.name for one in _EVENTS.columns]
    appended = insert(_EVENTS).from_select(kept, select(*(events.c[name] for name in kept)))
    live = exists().where(_FILES.c.case_id == bindparam("case_id"), _FILES.c.is_live)
    return select(live.label("has_files")).add_cte(
        case.cte("moved_case"), tracks.cte("moved_tracks"), appended.cte("appended_events")
    )


_KEEP = ReadyStatement(_build())


def _as_given(value: object) -> object:
    """A value as the driver takes it: what is JSON, as its text."""
    return orjson.dumps(value).decode() if isinstance(value, dict | list) else value


def _write_case(case: Case) -> dict[str, Any]:
    return {
        "id": case.id,
        "number": case.number,
        "uscc": case.uscc,
        "enterprise_name": case.enterprise_name,
        "title": case.title,
        "amount_yuan": case.amount_yuan,
        "achievement_id": case.achievement_id,
        "plan": pack_plan(case.plan),
        "state": case.state.value,
        "credit": None if case.credit is None else pack_credit(case.credit),
        "enhancement_reason": case.enhancement_reason,
        "enhancements": pack_enhancements(case.enhancements),
        "opened_by": case.opened_by,
        "proposal": None if case.proposal is None else pack_proposal(case.proposal),
        "record_reference": None if case.record is None else case.record.reference,
        "record": None if case.record is None else pack_record(case.record),
        "contract_id": None if case.record is None else case.record.contract_id,
        "opened_on": case.opened_on,
        "closed_on": case.closed_on,
        "close_reason_code": case.close_reason_code,
        "version": case.version,
        "last_hash": case.last_hash,
    }


def _write_track(case: Case, place: int, track: Track) -> dict[str, Any]:
    return {
        "case_id": case.id,
        "place": place,
        "id": track.id,
        "stage": track.stage.value,
        "holder_role": track.holder.role,
        "holder_uscc": track.holder.uscc,
        "holder_name": track.holder.name,
        "state": track.state.value,
        "superseded": track.superseded,
        "supersedes": track.supersedes,
        "received_on": track.received_on,
        "decided_on": track.decided_on,
        "reason_code": track.reason_code,
        "conditions": pack_conditions(track.conditions),
        "result": track.result,
        "claimed_by": track.claimed_by,
        "made_by": track.made_by,
        "accepted_on": track.accepted_on,
        "notice": list(track.notice),
    }


def _write_event(event: CaseEvent) -> dict[str, Any]:
    return {
        "case_id": event.case_id,
        "sequence": event.sequence,
        "kind": event.kind.value,
        "at": event.at.isoformat(),
        "actor": event.actor,
        "track_id": event.track_id,
        "reason_code": event.reason_code,
        "reason": event.reason,
        "data": dict(event.data),
        "prev_hash": event.prev_hash,
        "hash": event.hash,
    }
