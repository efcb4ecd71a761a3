"""Related parties: pairs of organisations, each with its days."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import insert, or_, select
from sqlalchemy.orm import Session

from gateway.tables import RelatedParty
from kit.db import ReadSession, WriteSession


def list_related_pairs(
    session: Session, usccs: Sequence[str], on: date
) -> frozenset[frozenset[str]]:
    """The pairs among these organisations that are related on that day."""
    query = select(RelatedParty.uscc, RelatedParty.related_uscc).where(
        RelatedParty.uscc.in_(usccs),
        RelatedParty.related_uscc.in_(usccs),
        RelatedParty.since_on <= on,
        or_(RelatedParty.ended_on.is_(None), RelatedParty.ended_on >= on),
    )
    return frozenset(frozenset((row[0], row[1])) for row in session.execute(query))


def list_related_parties(
    session: ReadSession, uscc: str | None, *, limit: int, after_id: str | None
) -> list[RelatedParty]:
    """What was recorded, oldest first; of one organisation, on either side."""
    query = select(RelatedParty).order_by(RelatedParty.id).limit(limit)
    if uscc is not None:
        query = query.where(or_(RelatedParty.uscc == uscc, RelatedParty.related_uscc == uscc))
    if after_id is not None:
        query = query.where(RelatedParty.id > after_id)
    return list(session.scalars(query))


def add_related_party(session: WriteSession, values: dict[str, Any]) -> None:
    """Record a pair."""
    session.execute(insert(RelatedParty).values(values))


def lock_related_party(session: WriteSession, party_id: str) -> RelatedParty | None:
    """A recorded pair, to end it."""
    return session.get(RelatedParty, party_id, with_for_update=True)
