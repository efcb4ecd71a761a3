"""Which agencies act for an enterprise at its cases."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from gateway.tables import CaseAgency, FinancingCase
from kit.clock import now
from kit.db import WriteSession


def keep_case_agency(session: WriteSession, values: Mapping[str, object]) -> None:
    """Keep how an appointment stands; older news than what is known changes nothing."""
    row = {**values, "heard_at": now()}
    statement = insert(CaseAgency).values(row)
    newer = statement.on_conflict_do_update(
        index_elements=[CaseAgency.appointment_id],
        set_={name: statement.excluded[name] for name in ("state", "valid_until", "version")},
        where=CaseAgency.version < statement.excluded.version,
    )
    session.execute(newer)


def acts_at_case(agency_uscc: str, on: date) -> ColumnElement[bool]:
    """Cases at which an agency acts on a day, or has done its work, for the very enterprise."""
    in_time = or_(CaseAgency.valid_until.is_(None), CaseAgency.valid_until >= on)
    stands = or_(CaseAgency.state == "completed", and_(CaseAgency.state == "accepted", in_time))
    return exists().where(
        CaseAgency.case_id == FinancingCase.id,
        CaseAgency.principal_uscc == FinancingCase.uscc,
        CaseAgency.agency_uscc == agency_uscc,
        stands,
    )


def is_case_agency(session: Session, case_id: str, agency_uscc: str, on: date) -> bool:
    """Whether an agency acts at this case."""
    query = select(FinancingCase.id).where(
        FinancingCase.id == case_id, acts_at_case(agency_uscc, on)
    )
    return session.execute(query).first() is not None
