"""Bids, experts, reviews, awards and milestones of open bidding."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.achievements.tables import Base

_BIDS = Base.metadata.tables["bids"]


def list_bidders(session: Session, demand_id: str) -> list[str]:
    """The organisations that lead a standing bid for a demand."""
    query = select(_BIDS.c.lead_uscc).where(
        _BIDS.c.demand_id == demand_id, _BIDS.c.state != "withdrawn"
    )
    return list(session.execute(query).scalars())
