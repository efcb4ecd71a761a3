"""Public notices of listings, and objections to them."""

from collections.abc import Mapping

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.orm import Session

from kit.clock import now
from kit.db import WriteSession, new_id
from kit.errors import no_such
from services.achievements.tables import Base

_NOTICES = Base.metadata.tables["listing_notices"]
_OBJECTIONS = Base.metadata.tables["listing_objections"]


def add_notice(session: WriteSession, values: Mapping[str, object]) -> str:
    """Put up a notice."""
    notice_id = new_id()
    row = {**values, "id": notice_id, "is_withdrawn": False, "created_at": now()}
    session.execute(insert(_NOTICES).values(row))
    return notice_id


def find_notice(session: Session, listing_id: str) -> RowMapping | None:
    """The newest notice of a listing that was not taken down."""
    query = select(_NOTICES).where(
        _NOTICES.c.listing_id == listing_id, _NOTICES.c.is_withdrawn.is_(False)
    )
    return session.execute(query.order_by(_NOTICES.c.id.desc()).limit(1)).mappings().one_or_none()


def list_notices(session: Session, listing_id: str) -> list[RowMapping]:
    """All notices of a listing, oldest first."""
    query = select(_NOTICES).where(_NOTICES.c.listing_id == listing_id).order_by(_NOTICES.c.id)
    return list(session.execute(query).mappings())


def withdraw_notices(session: WriteSession, listing_id: str) -> None:
    """Take the notices of a listing down: the deal they spoke of is off."""
    statement = update(_NOTICES).where(_NOTICES.c.listing_id == listing_id)
    session.execute(statement.values(is_withdrawn=True))


def add_objection(session: WriteSession, values: Mapping[str, object]) -> str:
    """Enter an objection."""
    objection_id = new_id()
    row = {**values, "id": objection_id, "version": 1, "created_at": now()}
    session.execute(insert(_OBJECTIONS).values(row))
    return objection_id


def get_objection(session: Session, listing_id: str, objection_id: str) -> RowMapping:
    """An objection against a notice of this listing."""
    column = _OBJECTIONS.c
    query = select(_OBJECTIONS).where(column.id == objection_id, column.listing_id == listing_id)
    row = session.execute(query).mappings().one_or_none()
    if row is None:
        raise no_such("异议", "objection", objection_id)
    return row


def decide_objection(
    session: WriteSession, objection_id: str, values: Mapping[str, object]
) -> None:
    """Set the outcome of an objection."""
    statement = update(_OBJECTIONS).where(_OBJECTIONS.c.id == objection_id)
    session.execute(statement.values({**values, "decided_at": now()}))


def list_objections(session: Session, listing_id: str) -> list[RowMapping]:
    """All objections against notices of a listing, oldest first."""
    query = select(_OBJECTIONS).where(_OBJECTIONS.c.listing_id == listing_id)
    return list(session.execute(query.order_by(_OBJECTIONS.c.id)).mappings())
