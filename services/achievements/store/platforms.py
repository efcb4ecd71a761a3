"""Evidence, certification, grades and tenants of platforms."""

from collections.abc import Mapping, Sequence

from sqlalchemy import RowMapping, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from kit.clock import now
from kit.db import WriteSession
from services.achievements.tables import Base

_EVIDENCE = Base.metadata.tables["platform_evidence"]
_CERTIFICATIONS = Base.metadata.tables["platform_certifications"]
_GRADES = Base.metadata.tables["platform_grades"]
_TENANTS = Base.metadata.tables["platform_tenants"]
Values = Mapping[str, object]


def list_evidence(session: Session, platform_id: str) -> Sequence[RowMapping]:
    """What was given of the six."""
    query = select(_EVIDENCE).where(_EVIDENCE.c.platform_id == platform_id)
    return session.execute(query).mappings().all()


def keep_evidence(session: WriteSession, values: Values) -> None:
    """Set the evidence for one of the six."""
    row = {**values, "given_at": now()}
    statement = upsert(_EVIDENCE).values(row)
    keys = ["platform_id", "have"]
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_=row))


def find_certification(session: Session, platform_id: str) -> RowMapping | None:
    """The certification of a platform."""
    query = select(_CERTIFICATIONS).where(_CERTIFICATIONS.c.platform_id == platform_id)
    return session.execute(query).mappings().one_or_none()


def add_certification(session: WriteSession, values: Values) -> bool:
    """Certify a platform; False where it is certified already."""
    statement = upsert(_CERTIFICATIONS).values(values).on_conflict_do_nothing()
    found = session.execute(statement.returning(_CERTIFICATIONS.c.platform_id))
    return found.first() is not None


def list_grades(session: Session, platform_id: str) -> Sequence[RowMapping]:
    """Grades, oldest year first."""
    query = select(_GRADES, _GRADES.c.assessor.label("assessed_by"))
    query = query.where(_GRADES.c.platform_id == platform_id)
    return session.execute(query.order_by(_GRADES.c.year, _GRADES.c.assessor)).mappings().all()


def keep_grade(session: WriteSession, values: Values) -> None:
    """Set the grade of a year by an assessor."""
    row = {**values, "recorded_at": now()}
    statement = upsert(_GRADES).values(row)
    keys = ["platform_id", "year", "assessor"]
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_=row))


def list_tenants(session: Session, platform_id: str) -> Sequence[RowMapping]:
    """Tenants, first come first."""
    query = select(_TENANTS).where(_TENANTS.c.platform_id == platform_id)
    order = (_TENANTS.c.moved_in_on, _TENANTS.c.id)
    return session.execute(query.order_by(*order)).mappings().all()


def add_tenant(session: WriteSession, values: Values) -> None:
    """Add a tenant."""
    session.execute(insert(_TENANTS).values({**values, "created_at": now()}))
