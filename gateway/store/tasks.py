"""What waits for an organisation: its open tracks, and the questions put to an enterprise."""

from dataclasses import dataclass

from sqlalchemy import and_, or_, select

from gateway.rules.cases import CaseState, Track
from gateway.rules.stages import TrackState
from gateway.store.cases import read_track
from gateway.tables import CaseTrack, FinancingCase
from kit.db import ReadSession

_WORKING = (TrackState.READY, TrackState.IN_PROGRESS, TrackState.SUBMITTED)
_TRACK = CaseTrack.__table__


@dataclass(frozen=True, slots=True)
class WaitingTrack:
    """A track that waits for somebody, and the case it belongs to."""

    track: Track
    case_id: str
    case_number: str
    title: str
    enterprise_name: str
    case_version: int


def list_tasks(
    session: ReadSession,
    uscc: str | None,
    *,
    limit: int,
    after_id: str | None = None,
    claimed_by: str | None = None,
    unclaimed: bool = False,
) -> list[WaitingTrack]:
    """Tracks that wait for the organisation (for anybody, if None), oldest first."""
    working = _TRACK.c.state.in_([state.value for state in _WORKING])
    asking = _TRACK.c.state == TrackState.INFO_REQUESTED.value
    waits = (
        or_(working, asking)
        if uscc is None
        else or_(
            and_(_TRACK.c.holder_uscc == uscc, working),
            and_(FinancingCase.uscc == uscc, asking),
        )
    )
    query = (
        select(
            _TRACK,
            FinancingCase.number,
            FinancingCase.title,
            FinancingCase.enterprise_name,
            FinancingCase.version,
        )
        .join(FinancingCase, FinancingCase.id == _TRACK.c.case_id)
        .where(FinancingCase.state == CaseState.OPEN.value, _TRACK.c.superseded.is_(False), waits)
        .order_by(_TRACK.c.id)
        .limit(limit)
    )
    if after_id is not None:
        query = query.where(_TRACK.c.id > after_id)
    if claimed_by is not None:
        query = query.where(_TRACK.c.claimed_by == claimed_by)
    if unclaimed:
        query = query.where(_TRACK.c.claimed_by.is_(None))
    return [
        WaitingTrack(
            read_track(row._asdict()),
            row.case_id,
            row.number,
            row.title,
            row.enterprise_name,
            row.version,
        )
        for row in session.execute(query)
    ]
