"""Cases in the database: the rows that the events make, and the events themselves."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from sqlalchemy import (
    Row,
    Table,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.dialects.postgresql import insert as insert_or_update
from sqlalchemy.orm import Session

from gateway.rules.case_json import (
    unpack_conditions,
    unpack_credit,
    unpack_enhancements,
    unpack_plan,
    unpack_proposal,
    unpack_record,
)
from gateway.rules.cases import Case, CaseState, Holder, Track
from gateway.rules.ledger import Actor, CaseEvent, EventKind
from gateway.rules.stages import Stage, TrackState
from gateway.store.case_agencies import acts_at_case
from gateway.tables import CaseEventRow, CaseSerial, CaseTrack, FinancingCase
from kit.clock import JINAN
from kit.db import ReadSession, ReadyStatement, WriteSession
from kit.errors import no_such
from kit.money import format_yuan

_CASES = cast(Table, FinancingCase.__table__)
_TRACKS = cast(Table, CaseTrack.__table__)
_EVENTS = cast(Table, CaseEventRow.__table__)

# The tracks of a case travel with it, as JSON: one statement, one round trip.
_TRACKS_OF = (
    select(func.json_agg(aggregate_order_by(literal_column("case_tracks"), _TRACKS.c.place)))
    .where(_TRACKS.c.case_id == _CASES.c.id)
    .scalar_subquery()
    .label("tracks")
)
_SEEN = _CASES.alias("seen")
SELECT_CASE = select(_CASES, _TRACKS_OF)
"""What `read_case` reads."""
_FIND = SELECT_CASE.where(_CASES.c.id == bindparam("case_id"))
_VERSION_SEEN = select(_SEEN.c.version).where(_SEEN.c.id == _CASES.c.id).scalar_subquery()
_LOCK = ReadyStatement(
    _FIND.add_columns(_VERSION_SEEN.label("version_seen")).with_for_update(of=_CASES)
)


def find_case(session: Session, case_id: str) -> Case | None:
    """A case from its rows."""
    row = session.execute(_FIND, {"case_id": case_id}).one_or_none()
    return None if row is None else read_case(row)


def get_case(session: Session, case_id: str) -> Case:
    """A case from its rows; raises NotFound."""
    case = find_case(session, case_id)
    if case is None:
        raise no_such("办件", "case", case_id)
    return case


def lock_case(session: WriteSession, case_id: str) -> Case:
    """A case that nobody else can change until this transaction ends.

    Whoever had to wait for the lock gets the newest row of the case beside tracks as they were
    before (PostgreSQL, §13.2.1); the version as it was before tells, and the tracks are read again.
    """
    row = _LOCK.find_row(session, {"case_id": case_id})
    if row is None:
        raise no_such("办件", "case", case_id)
    stale = row.version != row.version_seen
    return get_case(session, case_id) if stale else read_case(row)


def list_cases(
    session: ReadSession,
    *,
    limit: int,
    before_id: str | None = None,
    visible_to: str | None = None,
    as_agency_on: date | None = None,
    uscc: str | None = None,
    state: CaseState | None = None,
) -> list[Case]:
    """Newest first; `visible_to` keeps to the cases of that enterprise or holder.

    `as_agency_on`: and to those at which it acts as an agency on that day.
    """
    query = SELECT_CASE.order_by(_CASES.c.id.desc()).limit(limit)
    if before_id is not None:
        query = query.where(_CASES.c.id < before_id)
    if visible_to is not None:
        holds = exists().where(
            and_(_TRACKS.c.case_id == _CASES.c.id, _TRACKS.c.holder_uscc == visible_to)
        )
        seen = or_(_CASES.c.uscc == visible_to, holds)
        if as_agency_on is not None:
            seen = or_(seen, acts_at_case(visible_to, as_agency_on))
        query = query.where(seen)
    if uscc is not None:
        query = query.where(_CASES.c.uscc == uscc)
    if state is not None:
        query = query.where(_CASES.c.state == state.value)
    return [read_case(row) for row in session.execute(query)]


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


def read_case(row: Any) -> Case:
    """A case from its row, which carries its tracks."""
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
        tracks=tuple(read_track(track) for track in row.tracks),
        state=CaseState(row.state),
        credit=None if row.credit is None else unpack_credit(row.credit),
        enhancement_reason=row.enhancement_reason,
        enhancements=unpack_enhancements(row.enhancements),
        opened_by=row.opened_by,
        proposal=None if row.proposal is None else unpack_proposal(row.proposal),
        record=None if row.record is None else unpack_record(row.record),
        closed_on=row.closed_on,
        close_reason_code=row.close_reason_code,
        version=row.version,
        last_hash=row.last_hash,
    )


def read_track(row: Mapping[str, Any]) -> Track:
    """A track from its row, or from the JSON that PostgreSQL makes of its row."""
    return Track(
        id=row["id"],
        stage=Stage(row["stage"]),
        holder=Holder(row["holder_role"], row["holder_uscc"], row["holder_name"]),
        state=TrackState(row["state"]),
        superseded=row["superseded"],
        supersedes=row["supersedes"],
        received_on=_read_day(row["received_on"]),
        decided_on=_read_day(row["decided_on"]),
        reason_code=row["reason_code"],
        conditions=unpack_conditions(row["conditions"]),
        result=row["result"],
        claimed_by=row["claimed_by"],
        made_by=row["made_by"],
        accepted_on=_read_day(row["accepted_on"]),
        notice=tuple(row["notice"]),
    )


def _read_day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


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
