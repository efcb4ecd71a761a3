"""Awards of open bidding and the milestones that follow."""

from collections.abc import Mapping, Sequence

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.orm import Session

from kit.clock import now
from kit.db import WriteSession
from kit.errors import no_such
from services.achievements.rules.bid_reviews import AwardState
from services.achievements.store.unique import write_unless_taken
from services.achievements.tables import Base

_AWARDS = Base.metadata.tables["bid_awards"]
_MILESTONES = Base.metadata.tables["demand_milestones"]


def add_award(session: WriteSession, values: Mapping[str, object]) -> bool:
    """Propose an award; False where another one is proposed or confirmed."""
    row = {**values, "version": 1, "created_at": now()}
    return write_unless_taken(session, insert(_AWARDS).values(row))


def lock_award(session: WriteSession, demand_id: str, award_id: str) -> RowMapping:
    """An award of this demand, held until the end of the transaction."""
    query = select(_AWARDS).where(_AWARDS.c.demand_id == demand_id, _AWARDS.c.id == award_id)
    row = session.execute(query.with_for_update()).mappings().one_or_none()
    if row is None:
        raise no_such("定榜意见", "award", award_id)
    return row


def change_award(
    session: WriteSession, award_id: str, version: int, values: Mapping[str, object]
) -> None:
    """Set what was decided of an award."""
    statement = update(_AWARDS).where(_AWARDS.c.id == award_id)
    session.execute(statement.values({**values, "version": version, "decided_at": now()}))


def list_awards(session: Session, demand_id: str) -> Sequence[RowMapping]:
    """All awards proposed for a demand, oldest first."""
    query = select(_AWARDS).where(_AWARDS.c.demand_id == demand_id).order_by(_AWARDS.c.id)
    return session.execute(query).mappings().all()


def get_confirmed_award(session: Session, demand_id: str) -> RowMapping:
    """The award that stands."""
    query = select(_AWARDS).where(
        _AWARDS.c.demand_id == demand_id, _AWARDS.c.state == AwardState.CONFIRMED.value
    )
    row = session.execute(query).mappings().one_or_none()
    if row is None:
        raise no_such("定榜结果", "award of demand", demand_id)
    return row


def add_milestones(session: WriteSession, rows: Sequence[Mapping[str, object]]) -> None:
    """Add the plan of an awarded demand."""
    session.execute(insert(_MILESTONES), [dict(row) for row in rows])


def list_milestones(session: Session, demand_id: str) -> Sequence[RowMapping]:
    """The plan of a demand in its order."""
    query = select(_MILESTONES).where(_MILESTONES.c.demand_id == demand_id)
    return session.execute(query.order_by(_MILESTONES.c.number)).mappings().all()


def lock_milestone(session: WriteSession, demand_id: str, number: int) -> RowMapping:
    """A milestone, held until the end of the transaction."""
    query = select(_MILESTONES).where(
        _MILESTONES.c.demand_id == demand_id, _MILESTONES.c.number == number
    )
    row = session.execute(query.with_for_update()).mappings().one_or_none()
    if row is None:
        raise no_such("里程碑", "milestone", str(number))
    return row


def change_milestone(
    session: WriteSession, demand_id: str, number: int, values: Mapping[str, object]
) -> None:
    """Set what a step of a milestone changes."""
    column = _MILESTONES.c
    statement = update(_MILESTONES).where(column.demand_id == demand_id, column.number == number)
    session.execute(statement.values(values))
