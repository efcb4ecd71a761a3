"""What waits for an organisation: its open tracks, and the questions put to an enterprise."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, or_, select

from gateway.rules.cases import CaseState
from gateway.rules.stages import Stage, TrackState
from gateway.tables import CaseTrack, FinancingCase
from kit.db import ReadSession

_WORKING = (TrackState.READY, TrackState.IN_PROGRESS, TrackState.SUBMITTED)


@dataclass(frozen=True, slots=True)
class WaitingTrack:
    """A track that waits for somebody, and the case it belongs to."""

    id: str
    stage: Stage
    state: TrackState
    received_on: date | None
    case_id: str
    case_number: str
    title: str
    enterprise_name: str
    case_version: int


def list_tasks(
    session: ReadSession, uscc: str, *, limit: int, after_id: str | None = None
) -> list[WaitingTrack]:
    """Tracks that wait for the organisation, oldest first."""
    holds = and_(
        CaseTrack.holder_uscc == uscc, CaseTrack.state.in_([state.value for state in _WORKING])
    )
    asked = and_(FinancingCase.uscc == uscc, CaseTrack.state == TrackState.INFO_REQUESTED.value)
    query = (
        select(
            CaseTrack.id,
            CaseTrack.stage,
            CaseTrack.state,
            CaseTrack.received_on,
            FinancingCase.id,
            FinancingCase.number,
            FinancingCase.title,
            FinancingCase.enterprise_name,
            FinancingCase.version,
        )
        .join(FinancingCase, FinancingCase.id == CaseTrack.case_id)
        .where(FinancingCase.state == CaseState.OPEN.value, CaseTrack.superseded.is_(False))
        .where(or_(holds, asked))
        .order_by(CaseTrack.id)
        .limit(limit)
    )
    if after_id is not None:
        query = query.where(CaseTrack.id > after_id)
    return [
        WaitingTrack(row[0], Stage(row[1]), TrackState(row[2]), *row[3:])
        for row in session.execute(query)
    ]
