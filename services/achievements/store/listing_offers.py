"""Offers and counter-offers of listings by agreement."""

from collections.abc import Mapping

from sqlalchemy import RowMapping, func, insert, or_, select, update
from sqlalchemy.orm import Session

from kit.clock import now
from kit.db import WriteSession, new_id
from kit.errors import no_such
from services.achievements.rules.visibility import Viewer
from services.achievements.tables import Base

_TABLE = Base.metadata.tables["listing_offers"]


def add_offer(session: WriteSession, listing_id: str, values: Mapping[str, object]) -> str:
    """Add the next offer of a listing, under the listing's lock."""
    offer_id = new_id()
    count = select(func.count() + 1).where(_TABLE.c.listing_id == listing_id).scalar_subquery()
    row = {**values, "id": offer_id, "listing_id": listing_id, "created_at": now()}
    session.execute(insert(_TABLE).values({**row, "sequence": count}))
    return offer_id


def get_offer(session: Session, listing_id: str, offer_id: str) -> RowMapping:
    """An offer of this listing."""
    query = select(_TABLE).where(_TABLE.c.id == offer_id, _TABLE.c.listing_id == listing_id)
    row = session.execute(query).mappings().one_or_none()
    if row is None:
        raise no_such("报价", "offer", offer_id)
    return row


def decide_offer(session: WriteSession, offer_id: str, state: str) -> None:
    """Set the outcome of an offer."""
    statement = update(_TABLE).where(_TABLE.c.id == offer_id)
    session.execute(statement.values(state=state, decided_at=now()))


def list_offers(session: Session, listing_id: str, viewer: Viewer) -> list[RowMapping]:
    """The offers this viewer takes part in, in their order; all for those who see all."""
    column = _TABLE.c
    query = select(_TABLE).where(column.listing_id == listing_id)
    if not viewer.sees_all:
        ours = or_(column.buyer_uscc == viewer.uscc, column.author_uscc == viewer.uscc)
        query = query.where(ours)
    return list(session.execute(query.order_by(column.sequence)).mappings())
