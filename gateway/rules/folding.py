"""Folding: a case is what its events make of it. `apply_event` is the only way a case changes.

What an event carries is plain JSON, so that the ledger can be read and checked without this code.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import cast

from gateway.rules.cases import (
    Case,
    CaseState,
    Condition,
    CreditResult,
    Holder,
    Track,
    TradeRecord,
)
from gateway.rules.ledger import CaseEvent, EventKind, Json
from gateway.rules.plans import Plan, PlanStep, Requirement
from gateway.rules.stages import Stage, TrackState
from kit.text import Text

Packed = Mapping[str, Json]


def apply_event(case: Case | None, event: CaseEvent) -> Case:
    """The case after one more event; the first one makes it."""
    if case is None:
        if event.kind is not EventKind.CASE_OPENED or event.sequence != 1:
            raise ValueError("a case begins with its opening")
        made = _open_case(event)
    else:
        if event.sequence != case.version + 1 or event.prev_hash != case.last_hash:
            raise ValueError("an event must follow the one before")
        made = _CHANGES.get(event.kind, _move_track)(case, event)
    return replace(made, version=event.sequence, last_hash=event.hash)


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
        number=_text(data["number"]),
        uscc=_text(data["uscc"]),
        enterprise_name=_text(data["enterprise_name"]),
        title=_text(data["title"]),
        amount_yuan=_text_or_none(data["amount_yuan"]),
        achievement_id=_text_or_none(data["achievement_id"]),
        plan=unpack_plan(_mapping(data["plan"])),
        opened_on=_day(data["on"]),
        tracks=_unpack_tracks(data["tracks"]),
    )


def _move_track(case: Case, event: CaseEvent) -> Case:
    track = next(track for track in case.tracks if track.id == event.track_id)
    moved = replace(track, state=_STATE_AFTER[event.kind])
    on = _day(event.data["on"])
    supplied = track.state is TrackState.INFO_REQUESTED and event.kind is EventKind.TRACK_SUBMITTED
    if event.kind in _RECEIPTS or supplied:
        moved = replace(
            moved, received_on=on, decided_on=None, reason_code=None, conditions=(), result=None
        )
    if event.kind in _ENDS:
        moved = replace(
            moved,
            decided_on=on,
            reason_code=event.reason_code,
            conditions=unpack_conditions(event.data.get("conditions")),
            result=_mapping_or_none(event.data.get("result")),
        )
    case = replace(case, tracks=_put(case.tracks, moved))
    credit = event.data.get("credit")
    return replace(case, credit=unpack_credit(_mapping(credit))) if credit else case


def _open_enhancement(case: Case, event: CaseEvent) -> Case:
    tracks = _unpack_tracks(event.data["tracks"])
    replaced = {track.supersedes for track in tracks}
    kept = tuple(
        replace(track, superseded=track.superseded or track.id in replaced) for track in case.tracks
    )
    return replace(case, tracks=(*kept, *tracks), enhancement_reason=event.reason)


def _change_plan(case: Case, event: CaseEvent) -> Case:
    gone = set(_list(event.data["superseded"]))
    kept = tuple(
        replace(track, superseded=track.superseded or track.id in gone) for track in case.tracks
    )
    plan = unpack_plan(_mapping(event.data["plan"]))
    return replace(case, plan=plan, tracks=(*kept, *_unpack_tracks(event.data["tracks"])))


def _transform_case(case: Case, event: CaseEvent) -> Case:
    return replace(
        case,
        state=CaseState.TRANSFORMED,
        closed_on=_day(event.data["on"]),
        record=unpack_record(_mapping(event.data["record"])),
    )


def _close_case(case: Case, event: CaseEvent) -> Case:
    return replace(
        case,
        state=CaseState.CLOSED,
        closed_on=_day(event.data["on"]),
        close_reason_code=event.reason_code,
    )


_CHANGES: Mapping[EventKind, Callable[[Case, CaseEvent], Case]] = {
    EventKind.ENHANCEMENT_OPENED: _open_enhancement,
    EventKind.PLAN_CHANGED: _change_plan,
    EventKind.CASE_TRANSFORMED: _transform_case,
    EventKind.CASE_CLOSED: _close_case,
}


def _put(tracks: Sequence[Track], moved: Track) -> tuple[Track, ...]:
    return tuple(moved if track.id == moved.id else track for track in tracks)


def pack_plan(plan: Plan) -> dict[str, Json]:
    """A plan as JSON."""
    return {
        "id": plan.id,
        "version": plan.version,
        "title": {"zh": plan.title.zh, "en": plan.title.en},
        "steps": [
            {
                "stage": step.stage.value,
                "after": [stage.value for stage in step.after],
                "need": step.need,
                "requirement": step.requirement.value,
                "holders": list(step.holders),
                "quorum": step.quorum,
            }
            for step in plan.steps
        ],
    }


def unpack_plan(data: Packed) -> Plan:
    """A plan from its JSON."""
    title = _mapping(data["title"])
    steps = tuple(_unpack_step(_mapping(step)) for step in _list(data["steps"]))
    return Plan(
        id=_text(data["id"]),
        title=Text(_text(title["zh"]), _text(title["en"])),
        steps=steps,
        version=_number(data["version"]),
    )


def _unpack_step(data: Packed) -> PlanStep:
    return PlanStep(
        stage=Stage(_text(data["stage"])),
        after=tuple(Stage(_text(stage)) for stage in _list(data["after"])),
        need=None if data["need"] is None else _number(data["need"]),
        requirement=Requirement(_text(data["requirement"])),
        holders=tuple(_text(uscc) for uscc in _list(data["holders"])),
        quorum=None if data["quorum"] is None else _number(data["quorum"]),
    )


def pack_tracks(tracks: Iterable[Track]) -> list[Json]:
    """New tracks as an opening or a plan change carries them."""
    return [
        {
            "id": track.id,
            "stage": track.stage.value,
            "holder": {
                "role": track.holder.role,
                "uscc": track.holder.uscc,
                "name": track.holder.name,
            },
            "supersedes": track.supersedes,
        }
        for track in tracks
    ]


def _unpack_tracks(data: Json) -> tuple[Track, ...]:
    return tuple(_unpack_track(_mapping(one)) for one in _list(data))


def _unpack_track(data: Packed) -> Track:
    holder = _mapping(data["holder"])
    return Track(
        id=_text(data["id"]),
        stage=Stage(_text(data["stage"])),
        holder=Holder(_text(holder["role"]), _text(holder["uscc"]), _text(holder["name"])),
        supersedes=_text_or_none(data["supersedes"]),
    )


def pack_conditions(conditions: Iterable[Condition]) -> list[Json]:
    """Conditions as JSON."""
    return [
        {"text": one.text, "stage": None if one.stage is None else one.stage.value}
        for one in conditions
    ]


def unpack_conditions(data: Json) -> tuple[Condition, ...]:
    """Conditions from their JSON; none from null."""
    return tuple(
        Condition(_text(one["text"]), Stage(_text(one["stage"])) if one["stage"] else None)
        for one in map(_mapping, _list(data or []))
    )


def pack_credit(credit: CreditResult) -> dict[str, Json]:
    """A credit result as JSON."""
    return {
        "result_id": credit.result_id,
        "score": credit.score,
        "grade": credit.grade,
        "is_weak": credit.is_weak,
        "valid_until": credit.valid_until.isoformat(),
        "consent_id": credit.consent_id,
    }


def unpack_credit(data: Packed) -> CreditResult:
    """A credit result from its JSON."""
    score = data["score"]
    return CreditResult(
        result_id=_text_or_none(data["result_id"]),
        score=None if score is None else _text(score),
        grade=_text_or_none(data["grade"]),
        is_weak=data["is_weak"] is True,
        valid_until=_day(data["valid_until"]),
        consent_id=_text_or_none(data["consent_id"]),
    )


def pack_record(record: TradeRecord) -> dict[str, Json]:
    """A trade record as JSON."""
    return {
        "kind": record.kind,
        "contract_id": record.contract_id,
        "contract_number": record.contract_number,
    }


def unpack_record(data: Packed) -> TradeRecord:
    """A trade record from its JSON."""
    return TradeRecord(
        _text(data["kind"]),
        _text_or_none(data["contract_id"]),
        _text_or_none(data["contract_number"]),
    )


def _text(value: Json) -> str:
    return cast(str, value)


def _text_or_none(value: Json) -> str | None:
    return cast("str | None", value)


def _number(value: Json) -> int:
    return cast(int, value)


def _day(value: Json) -> date:
    return date.fromisoformat(cast(str, value))


def _list(value: Json) -> Sequence[Json]:
    return cast("Sequence[Json]", value)


def _mapping(value: Json) -> Packed:
    return cast(Packed, value)


def _mapping_or_none(value: Json) -> Packed | None:
    return cast("Packed | None", value)
