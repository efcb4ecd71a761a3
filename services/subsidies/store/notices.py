"""公示与异议."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from kit.db import WriteSession
from kit.errors import no_such
from services.subsidies.tables import (
    ApplicationRecord,
    ObjectionDecisionRecord,
    ObjectionRecord,
)

Handled = tuple[ObjectionRecord, ObjectionDecisionRecord | None]


def list_notices(session: Session, *, after: str | None, limit: int) -> list[ApplicationRecord]:
    """Every application that was ever published, newest first."""
    wanted = select(ApplicationRecord).where(ApplicationRecord.notice_from.is_not(None))
    if after is not None:
        wanted = wanted.where(ApplicationRecord.id < after)
    return list(session.scalars(wanted.order_by(ApplicationRecord.id.desc()).limit(limit)))


def add_objection(session: WriteSession, objection: ObjectionRecord) -> None:
    session.add(objection)
    session.flush()


def get_objection(session: Session, application_id: str, objection_id: str) -> ObjectionRecord:
    objection = session.get(ObjectionRecord, objection_id)
    if objection is None or objection.application_id != application_id:
        raise no_such("公示异议", "objection", objection_id)
    return objection


def list_objections(session: Session, application_id: str) -> list[Handled]:
    """Each objection with its handling."""
    rows = session.execute(
        select(ObjectionRecord, ObjectionDecisionRecord)
        .outerjoin(
            ObjectionDecisionRecord, ObjectionDecisionRecord.objection_id == ObjectionRecord.id
        )
        .where(ObjectionRecord.application_id == application_id)
        .order_by(ObjectionRecord.id)
    )
    return [(objection, decision) for objection, decision in rows]


def add_objection_decision(session: WriteSession, decision: ObjectionDecisionRecord) -> bool:
    """False where it was decided before."""
    columns = {
        column.name: getattr(decision, column.name)
        for column in ObjectionDecisionRecord.__table__.columns
    }
    added = insert(ObjectionDecisionRecord).values(**columns).on_conflict_do_nothing()
    return (
        session.execute(added.returning(ObjectionDecisionRecord.objection_id)).first() is not None
    )
