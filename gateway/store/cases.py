"""Cases in the database: the rows that the events make, and the events themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, cast

from sqlalchemy import Row, Table, and_, bindparam, exists, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or_update
from sqlalchemy.orm import Session

from gateway.rules.case_json import (
    pack_conditions,
    pack_credit,
    pack_enhancements,
    pack_plan,
    pack_record,
    unpack_conditions,
    unpack_credit,
    unpack_enhancements,
    unpack_plan,
    unpack_record,
)
from gateway.rules.cases import Case, CaseState, Holder, Track
from gateway.rules.ledger import Actor, CaseEvent, EventKind
from gateway.rules.stages import Stage, TrackState
from gateway.rules.story import Story
from gateway.tables import CaseEventRow, CaseSerial, CaseTrack, FinancingCase
from kit.clock import JINAN
from kit.db import ReadSession, WriteSession
from kit.errors import no_such
from kit.money import format_yuan

_CASES = cast(Table, FinancingCase.__table__)
_TRACKS = cast(Table, CaseTrack.__table__)
_EVENTS = cast(Table, CaseEventRow.__table__)


def find_case(session: Session, case_id: str) -> Case | None:
    """A case from its rows."""
    row = session.execute(select(_CASES).where(_CASES.c.id == case_id)).one_or_none()
    return None if row is None else _read_case(row, _list_track_rows(session, case_id))


def get_case(session: Session, case_id: str) -> Case:
    """A case from its rows; raises NotFound."""
    case = find_case(session, case_id)
    if case is None:
        raise no_such("办件", "case", case_id)
    return case


def lock_case(session: WriteSession, case_id: str) -> Case:
    """A case that nobody else can change until this transaction ends."""
    query = select(_CASES).where(_CASES.c.id == case_id).with_for_update()
    row = session.execute(query).one_or_none()
    if row is None:
        raise no_such("办件", "case", case_id)
    return _read_case(row, _list_track_rows(session, case_id))


def list_cases(
    session: ReadSession,
    *,
    limit: int,
    before_id: str | None = None,
    visible_to: str | None = None,
    uscc: str | None = None,
    state: CaseState | None = None,
) -> list[Case]:
    """Newest first; `visible_to` keeps to the cases of that enterprise or holder."""
    query = select(_CASES).order_by(_CASES.c.id.desc()).limit(limit)
    if before_id is not None:
        query = query.where(_CASES.c.id < before_id)
    if visible_to is not None:
        holds = exists().where(
            and_(_TRACKS.c.case_id == _CASES.c.id, _TRACKS.c.holder_uscc == visible_to)
        )
        query = query.where(or_(_CASES.c.uscc == visible_to, holds))
    if uscc is not None:
        query = query.where(_CASES.c.uscc == uscc)
    if state is not None:
        query = query.where(_CASES.c.state == state.value)
    rows = session.execute(query).all()
    tracks = _list_track_rows(session, *(row.id for row in rows))
    return [_read_case(row, [t for t in tracks if t.case_id == row.id]) for row in rows]


def list_events(
    session: ReadSession, case_id: str, *, after: int = 0, limit: int | None = None
) -> list[CaseEvent]:
    """The ledger of a case, in order."""
    query = (
        select(_EVENTS)
        .where(_EVENTS.c.case_id == case_id, _EVENTS.c.sequence > after)
        .order_by(_EVENTS.c.sequence)
        .limit(limit)
    )
    return [_read_event(row) for row in session.execute(query)]


def take_case_number(session: WriteSession, year: int) -> str:
    """The next readable number of the year, without gaps: LX-2026-000001."""
    statement = (
        insert_or_update(CaseSerial)
        .values(year=year, last=1)
        .on_conflict_do_update(index_elements=["year"], set_={"last": CaseSerial.last + 1})
        .returning(CaseSerial.last)
    )
    return f"LX-{year}-{session.execute(statement).scalar_one():06d}"


def add_story(session: WriteSession, story: Story, before: Case | None) -> None:
    """Append the story's events and bring the rows to where they lead."""
    case = story.case
    if before is None:
        session.execute(insert(_CASES).values(_write_case(case)))
    else:
        changed = update(_CASES).where(_CASES.c.id == case.id).values(_write_case(case))
        session.execute(changed)
    _keep_tracks(session, case, {} if before is None else {t.id: t for t in before.tracks})
    session.execute(insert(_EVENTS), [_write_event(event) for event in story.events])


def _keep_tracks(session: WriteSession, case: Case, known: Mapping[str, Track]) -> None:
    """Write what is new and what changed, each in one round trip."""
    new = [
        {"case_id": case.id, "place": place, **_write_track(track)}
        for place, track in enumerate(case.tracks)
        if track.id not in known
    ]
    changed = [
        {"track": track.id, **_write_track(track)}
        for track in case.tracks
        if track.id in known and known[track.id] != track
    ]
    if new:
        session.execute(insert(_TRACKS), new)
    if changed:
        statement = update(_TRACKS).where(_TRACKS.c.id == bindparam("track"))
        session.connection().execute(statement, changed)


def find_case_by_contract(session: Session, contract_id: str) -> str | None:
    """The number of the case whose trade record a contract is (one at most, by the table)."""
    query = select(_CASES.c.number).where(_CASES.c.contract_id == contract_id)
    return session.execute(query).scalar()


def find_case_by_reference(session: Session, reference: str) -> str | None:
    """The number of the case whose trade record is this deal or contribution."""
    query = select(_CASES.c.number).where(_CASES.c.record_reference == reference)
    return session.execute(query).scalar()


def list_cases_within_consent(session: Session, uscc: str, consent_id: str) -> list[str]:
    """The open cases of an enterprise whose credit result stands on a consent."""
    query = select(_CASES.c.id).where(
        _CASES.c.uscc == uscc,
        _CASES.c.state == CaseState.OPEN.value,
        _CASES.c.credit["consent_id"].astext == consent_id,
    )
    return list(session.scalars(query.order_by(_CASES.c.id)))


def find_case_of_track(session: Session, track_id: str) -> str | None:
    """The case that a track belongs to."""
    return session.execute(select(_TRACKS.c.case_id).where(_TRACKS.c.id == track_id)).scalar()


def _list_track_rows(session: Session, *case_ids: str) -> Sequence[Row[Any]]:
    if not case_ids:
        return []
    query = select(_TRACKS).where(_TRACKS.c.case_id.in_(case_ids))
    return session.execute(query.order_by(_TRACKS.c.case_id, _TRACKS.c.place)).all()


def _read_case(row: Row[Any], tracks: Sequence[Row[Any]]) -> Case:
    return Case(
        id=row.id,
        number=row.number,
        uscc=row.uscc,
        enterprise_name=row.enterprise_name,
        title=row.title,
        amount_yuan=None if row.amount_yuan is None else format_yuan(row.amount_yuan),
        achievement_id=row.achievement_id,
        plan=unpack_plan(row.plan),
        opened_on=row.opened_on,
        tracks=tuple(read_track(track) for track in tracks),
        state=CaseState(row.state),
        credit=None if row.credit is None else unpack_credit(row.credit),
        enhancement_reason=row.enhancement_reason,
        enhancements=unpack_enhancements(row.enhancements),
        opened_by=row.opened_by,
        record=None if row.record is None else unpack_record(row.record),
        closed_on=row.closed_on,
        close_reason_code=row.close_reason_code,
        version=row.version,
        last_hash=row.last_hash,
    )


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
        "record_reference": None if case.record is None else case.record.reference,
        "record": None if case.record is None else pack_record(case.record),
        "contract_id": None if case.record is None else case.record.contract_id,
        "opened_on": case.opened_on,
        "closed_on": case.closed_on,
        "close_reason_code": case.close_reason_code,
        "version": case.version,
        "last_hash": case.last_hash,
    }


def read_track(row: Row[Any]) -> Track:
    """A track from its row."""
    return Track(
        id=row.id,
        stage=Stage(row.stage),
        holder=Holder(row.holder_role, row.holder_uscc, row.holder_name),
        state=TrackState(row.state),
        superseded=row.superseded,
        supersedes=row.supersedes,
        received_on=row.received_on,
        decided_on=row.decided_on,
        reason_code=row.reason_code,
        conditions=unpack_conditions(row.conditions),
        result=row.result,
        claimed_by=row.claimed_by,
        made_by=row.made_by,
        accepted_on=row.accepted_on,
        notice=tuple(row.notice),
    )


def _write_track(track: Track) -> dict[str, Any]:
    return {
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


def _read_event(row: Row[Any]) -> CaseEvent:
    return CaseEvent(
        case_id=row.case_id,
        sequence=row.sequence,
        kind=EventKind(row.kind),
        at=row.at.astimezone(JINAN),
        actor=Actor(**row.actor),
        prev_hash=row.prev_hash,
        hash=row.hash,
        track_id=row.track_id,
        reason_code=row.reason_code,
        reason=row.reason,
        data=row.data,
    )


def _write_event(event: CaseEvent) -> dict[str, Any]:
    return {
        "case_id": event.case_id,
        "sequence": event.sequence,
        "kind": event.kind.value,
        "at": event.at,
        "actor": asdict(event.actor),
        "track_id": event.track_id,
        "reason_code": event.reason_code,
        "reason": event.reason,
        "data": dict(event.data),
        "prev_hash": event.prev_hash,
        "hash": event.hash,
    }
