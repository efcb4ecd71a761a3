"""Folding: a case is what its events make of it. `apply_event` is the only way a case changes.

What an event carries is plain JSON, so that the ledger can be read and checked without this code.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from gateway.rules.case_json import (
    read_day,
    read_list,
    read_mapping,
    read_mapping_or_none,
    read_text,
    read_text_or_none,
    unpack_conditions,
    unpack_credit,
    unpack_plan,
    unpack_record,
    unpack_tracks,
)
from gateway.rules.cases import Case, CaseState, Enhancement, PlanProposal, Track
from gateway.rules.ledger import CaseEvent, EventKind, Json
from gateway.rules.stages import TrackState

Changes = dict[str, Any]
"""What an event changes of a case or a track, by the names of its fields."""


def apply_event(case: Case | None, event: CaseEvent) -> Case:
    """The case after one more event; the first one makes it."""
    if case is None:
        if event.kind is not EventKind.CASE_OPENED or event.sequence != 1:
            raise ValueError("a case begins with its opening")
        return replace(_open_case(event), version=event.sequence, last_hash=event.hash)
    if event.sequence != case.version + 1 or event.prev_hash != case.last_hash:
        raise ValueError("an event must follow the one before")
    changes = _CHANGES.get(event.kind, _move_track)(case, event)
    return replace(case, version=event.sequence, last_hash=event.hash, **changes)


def replay_events(events: Iterable[CaseEvent]) -> Case | None:
    """The case that these events make; None without any."""
    case: Case | None = None
    for event in events:
        case = apply_event(case, event)
    return case


_STATE_AFTER: Mapping[EventKind, TrackState] = {
    EventKind.TRACK_OPENED: TrackState.READY,
    EventKind.TRACK_ACCEPTED: TrackState.IN_PROGRESS,
    EventKind.INFORMATION_REQUESTED: TrackState.INFO_REQUESTED,
    EventKind.INFORMATION_SUPPLIED: TrackState.IN_PROGRESS,
    EventKind.TRACK_SUBMITTED: TrackState.SUBMITTED,
    EventKind.TRACK_APPROVED: TrackState.APPROVED,
    EventKind.TRACK_CONDITIONALLY_APPROVED: TrackState.CONDITIONALLY_APPROVED,
    EventKind.TRACK_REJECTED: TrackState.REJECTED,
    EventKind.TRACK_WITHDRAWN: TrackState.WITHDRAWN,
    EventKind.TRACK_WAIVED: TrackState.WAIVED,
    EventKind.TRACK_EXPIRED: TrackState.EXPIRED,
    EventKind.TRACK_REOPENED: TrackState.IN_PROGRESS,
}

# The clock of a track starts with these; a supplement restarts it the day after it arrives.
_RECEIPTS = frozenset(
    {EventKind.TRACK_OPENED, EventKind.INFORMATION_SUPPLIED, EventKind.TRACK_REOPENED}
)
_ENDS = frozenset(
    {
        EventKind.TRACK_APPROVED,
        EventKind.TRACK_CONDITIONALLY_APPROVED,
        EventKind.TRACK_REJECTED,
        EventKind.TRACK_WITHDRAWN,
        EventKind.TRACK_WAIVED,
        EventKind.TRACK_EXPIRED,
    }
)


def _open_case(event: CaseEvent) -> Case:
    data = event.data
    return Case(
        id=event.case_id,
        number=read_text(data["number"]),
        uscc=read_text(data["uscc"]),
        enterprise_name=read_text(data["enterprise_name"]),
        title=read_text(data["title"]),
        amount_yuan=read_text_or_none(data["amount_yuan"]),
        achievement_id=read_text_or_none(data["achievement_id"]),
        plan=unpack_plan(read_mapping(data["plan"])),
        opened_on=read_day(data["on"]),
        tracks=unpack_tracks(data["tracks"]),
        opened_by=event.actor.client_id,
    )


def _move_track(case: Case, event: CaseEvent) -> Changes:
    track = next(track for track in case.tracks if track.id == event.track_id)
    changes = _receive(track, event) | _note_people(track, event)
    if event.kind in _ENDS:
        changes |= {
            "decided_on": read_day(event.data["on"]),
            "reason_code": event.reason_code,
            "conditions": unpack_conditions(event.data.get("conditions")),
            "result": read_mapping_or_none(event.data.get("result")),
        }
    moved = replace(track, state=_STATE_AFTER[event.kind], **changes)
    credit = event.data.get("credit")
    known = {"credit": unpack_credit(read_mapping(credit))} if credit else {}
    return {"tracks": _put(case.tracks, moved), **known}


def _receive(track: Track, event: CaseEvent) -> Changes:
    """Receipt starts the clock, and a supplement starts it again."""
    asked = track.state is TrackState.INFO_REQUESTED
    supplied = asked and event.kind is EventKind.TRACK_SUBMITTED
    if event.kind not in _RECEIPTS and not supplied:
        return {}
    return {
        "received_on": read_day(event.data["on"]),
        "decided_on": None,
        "reason_code": None,
        "conditions": (),
        "result": None,
        "made_by": None,
    }


def _note_people(track: Track, event: CaseEvent) -> Changes:
    """Who accepted and who submitted; what was asked for, once."""
    if event.kind is EventKind.TRACK_ACCEPTED:
        return {"accepted_on": read_day(event.data["on"])}
    if event.kind is EventKind.TRACK_REOPENED:
        return {"notice": ()}
    if event.kind is EventKind.TRACK_SUBMITTED and event.actor.uscc == track.holder.uscc:
        return {"made_by": event.actor.client_id}
    if event.kind is EventKind.INFORMATION_REQUESTED and not track.notice:
        items = read_list(event.data.get("items") or [])
        return {"notice": tuple(read_text(item) for item in items)}
    return {}


def _claim_track(case: Case, event: CaseEvent) -> Changes:
    track = next(track for track in case.tracks if track.id == event.track_id)
    claimed_by = read_text_or_none(event.data.get("claimed_by"))
    return {"tracks": _put(case.tracks, replace(track, claimed_by=claimed_by))}


def _choose_enhancement(case: Case, event: CaseEvent) -> Changes:
    chosen = Enhancement(
        read_text(event.data["way"]),
        read_day(event.data["on"]),
        event.reason,
        read_mapping(event.data["evidence"]),
    )
    return {"enhancements": (*case.enhancements, chosen)}


def _change_nothing(_case: Case, _event: CaseEvent) -> Changes:
    return {}


def _open_enhancement(case: Case, event: CaseEvent) -> Changes:
    tracks = unpack_tracks(event.data["tracks"])
    kept = _supersede(case.tracks, {track.supersedes for track in tracks})
    return {"tracks": (*kept, *tracks), "enhancement_reason": event.reason}


def _change_plan(case: Case, event: CaseEvent) -> Changes:
    kept = _supersede(case.tracks, set(read_list(event.data["superseded"])))
    return {
        "plan": unpack_plan(read_mapping(event.data["plan"])),
        "tracks": (*kept, *unpack_tracks(event.data["tracks"])),
        "proposal": None,
    }


def _propose_plan(_case: Case, event: CaseEvent) -> Changes:
    plan = unpack_plan(read_mapping(event.data["plan"]))
    on = read_day(event.data["on"])
    return {"proposal": PlanProposal(plan, event.reason, event.actor.client_id, on)}


def _refuse_plan(_case: Case, _event: CaseEvent) -> Changes:
    return {"proposal": None}


def _transform_case(_case: Case, event: CaseEvent) -> Changes:
    return {
        "state": CaseState.TRANSFORMED,
        "closed_on": read_day(event.data["on"]),
        "record": unpack_record(read_mapping(event.data["record"])),
    }


def _close_case(_case: Case, event: CaseEvent) -> Changes:
    return {
        "state": CaseState.CLOSED,
        "closed_on": read_day(event.data["on"]),
        "close_reason_code": event.reason_code,
    }


_CHANGES: Mapping[EventKind, Callable[[Case, CaseEvent], Changes]] = {
    EventKind.TRACK_CLAIMED: _claim_track,
    EventKind.TRACK_RELEASED: _claim_track,
    EventKind.TRACK_DELEGATED: _claim_track,
    EventKind.ENHANCEMENT_OPENED: _open_enhancement,
    EventKind.ENHANCEMENT_CHOSEN: _choose_enhancement,
    EventKind.CONSENT_CHANGED: _change_nothing,
    EventKind.PLAN_CHANGED: _change_plan,
    EventKind.PLAN_PROPOSED: _propose_plan,
    EventKind.PLAN_REFUSED: _refuse_plan,
    EventKind.CASE_TRANSFORMED: _transform_case,
    EventKind.CASE_CLOSED: _close_case,
}


def _put(tracks: Sequence[Track], moved: Track) -> tuple[Track, ...]:
    return tuple(moved if track.id == moved.id else track for track in tracks)


def _supersede(tracks: Sequence[Track], gone: Collection[Json]) -> tuple[Track, ...]:
    """The tracks, those in `gone` superseded; what is superseded stays so."""
    return tuple(replace(track, superseded=True) if track.id in gone else track for track in tracks)
