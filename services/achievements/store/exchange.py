"""Receipts of the exchange, the place up to which it was heard, and what it has not been told."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import RowMapping, func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from kit.clock import now
from kit.db import WriteSession, new_id
from services.achievements.rules.listings import ListingState
from services.achievements.tables import Base

_RECEIPTS = Base.metadata.tables["exchange_receipts"]
_CURSORS = Base.metadata.tables["exchange_cursors"]
_LISTINGS = Base.metadata.tables["listings"]
_CHANGES = "changes"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A question of ours with its answer, or a message of theirs with what became of it."""

    direction: str
    kind: str
    key: str
    outcome: str
    request: Mapping[str, object]
    listing_id: str | None = None
    attempts: int = 1
    simulated: bool = False
    status: int | None = None
    answer: Mapping[str, object] | None = None


def keep_receipt(session: WriteSession, receipt: Receipt) -> int:
    """Enter a receipt, or count its attempts up; answers how many there are now."""
    at = now()
    values = {
        "direction": receipt.direction,
        "kind": receipt.kind,
        "key": receipt.key,
        "listing_id": receipt.listing_id,
        "attempts": receipt.attempts,
        "simulated": receipt.simulated,
        "request": dict(receipt.request),
        "status": receipt.status,
        "answer": None if receipt.answer is None else dict(receipt.answer),
        "outcome": receipt.outcome,
        "last_at": at,
    }
    statement = upsert(_RECEIPTS).values({**values, "id": new_id(), "first_at": at})
    newer = {
        name: statement.excluded[name] for name in ("simulated", "status", "answer", "outcome")
    }
    counted = _RECEIPTS.c.attempts + statement.excluded.attempts
    kept = session.execute(
        statement.on_conflict_do_update(
            index_elements=["direction", "key"],
            set_={**newer, "attempts": counted, "last_at": at},
        ).returning(_RECEIPTS.c.attempts)
    )
    return int(kept.scalar_one())


def count_again(session: WriteSession, key: str) -> bool:
    """Whether a message was here before; if so, count that it came again."""
    known = select(_RECEIPTS.c.id).where(_RECEIPTS.c.direction == "in", _RECEIPTS.c.key == key)
    if session.execute(known.with_for_update()).first() is None:
        return False
    again = _RECEIPTS.update().where(_RECEIPTS.c.direction == "in", _RECEIPTS.c.key == key)
    session.execute(again.values(attempts=_RECEIPTS.c.attempts + 1, last_at=now()))
    return True


def list_receipts(session: Session, listing_id: str) -> list[RowMapping]:
    """The receipts about a listing, oldest first."""
    query = select(_RECEIPTS).where(_RECEIPTS.c.listing_id == listing_id)
    return list(session.execute(query.order_by(_RECEIPTS.c.id)).mappings())


def list_conflicts(session: Session, limit: int) -> list[RowMapping]:
    """Messages that a person has to look at, newest first."""
    outcomes = ("conflict", "unknown_listing", "refused")
    query = select(_RECEIPTS).where(_RECEIPTS.c.outcome.in_(outcomes))
    return list(session.execute(query.order_by(_RECEIPTS.c.id.desc()).limit(limit)).mappings())


def list_untold(session: Session) -> list[str]:
    """Listings whose newest version the exchange does not know yet."""
    column = _LISTINGS.c
    untold = select(column.id).where(
        column.state != ListingState.DRAFT.value,
        column.told_version < column.version,
        column.listed_at.is_not(None),
    )
    return list(session.execute(untold.order_by(column.id)).scalars())


def find_by_number(session: WriteSession, number: str) -> str | None:
    """The listing that the exchange knows under a number."""
    query = select(_LISTINGS.c.id).where(_LISTINGS.c.exchange_number == number)
    return session.execute(query).scalar_one_or_none()


def read_position(session: Session) -> int:
    """Up to where the exchange's messages were heard."""
    query = select(_CURSORS.c.position).where(_CURSORS.c.name == _CHANGES)
    return int(session.execute(query).scalar_one_or_none() or 0)


def read_heard_at(session: Session) -> object:
    """When the exchange was heard last; None where it never was."""
    query = select(_CURSORS.c.heard_at).where(_CURSORS.c.name == _CHANGES)
    return session.execute(query).scalar_one_or_none()


def keep_position(session: WriteSession, position: int) -> None:
    """Never backwards: two listeners may have asked at once."""
    statement = upsert(_CURSORS).values(name=_CHANGES, position=position, heard_at=now())
    furthest = func.greatest(_CURSORS.c.position, statement.excluded.position)
    values = {"position": furthest, "heard_at": statement.excluded.heard_at}
    session.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))
