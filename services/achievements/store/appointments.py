"""Appointments of agencies, and the commissions that complete them."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, RowMapping, insert, or_, select, true, update
from sqlalchemy.orm import Session

from kit.clock import now
from kit.db import WriteSession, new_id
from kit.errors import no_such
from services.achievements.rules.appointments import (
    AppointmentFilter,
    CommissionPart,
    SubjectKind,
)
from services.achievements.rules.visibility import Viewer
from services.achievements.store.counts import Counts, count_values, holds_words
from services.achievements.store.mandates import in_force
from services.achievements.store.pages import after_cursor, by_id, cut_page, order_by
from services.achievements.tables import Base

_TABLE = Base.metadata.tables["appointments"]
_COMMISSIONS = Base.metadata.tables["commissions"]
_AGENCIES = Base.metadata.tables["service_agencies"]
_PARTS = Base.metadata.tables["commission_parts"]


def add_appointment(session: WriteSession, values: Mapping[str, object]) -> str:
    """Add an appointment that waits for its agency."""
    appointment_id, at = new_id(), now()
    row = {**values, "id": appointment_id, "version": 1, "created_at": at, "updated_at": at}
    session.execute(insert(_TABLE).values(row))
    return appointment_id


def get_appointment(
    session: Session, appointment_id: str, viewer: Viewer, *, lock: bool = False
) -> RowMapping:
    """An appointment the viewer is a side of; the bureau sees all."""
    query = select(_TABLE).where(_TABLE.c.id == appointment_id)
    if lock:
        query = query.with_for_update()
    row = session.execute(query).mappings().one_or_none()
    sides = () if row is None else (row["principal_uscc"], row["agency_uscc"])
    if row is None or not (viewer.sees_all or viewer.uscc in sides):
        raise no_such("委托", "appointment", appointment_id)
    return row


def find_in_force(
    session: Session, agency_uscc: str, kind: SubjectKind, subject_id: str, on: date
) -> RowMapping | None:
    """The appointment under which an agency may act for a thing on a day."""
    column = _TABLE.c
    query = select(_TABLE).where(
        column.agency_uscc == agency_uscc,
        column.subject_kind == kind.value,
        column.subject_id == subject_id,
        in_force(on),
    )
    return session.execute(query.order_by(column.id).limit(1)).mappings().one_or_none()


def list_agencies_for(
    session: Session, kind: SubjectKind, subject_id: str, on: date
) -> Sequence[str]:
    """The agencies that act for a thing on a day."""
    column = _TABLE.c
    query = select(column.agency_uscc).where(
        column.subject_kind == kind.value, column.subject_id == subject_id, in_force(on)
    )
    query = query.distinct()
    return list(session.execute(query).scalars())


def change_appointment(
    session: WriteSession, appointment_id: str, values: Mapping[str, object]
) -> None:
    """Set the outcome of a step."""
    statement = update(_TABLE).where(_TABLE.c.id == appointment_id)
    session.execute(statement.values({**values, "updated_at": now()}))


def list_appointments(
    session: Session, viewer: Viewer, wanted: AppointmentFilter
) -> tuple[list[RowMapping], str | None]:
    """One page of appointments, newest first."""
    column, order = _TABLE.c, by_id(_TABLE)
    query = select(_TABLE, order.key.label("sort_key")).where(open_to(viewer))
    for name in ("state", "subject_kind", "subject_id", "agency_uscc"):
        if getattr(wanted, name) is not None:
            query = query.where(column[name] == getattr(wanted, name))
    if wanted.q is not None:
        agency = select(_AGENCIES.c.name).where(_AGENCIES.c.uscc == column.agency_uscc)
        named = holds_words(wanted.q, column.principal_name, agency.scalar_subquery())
        query = query.where(named)
    if wanted.broker_id is not None:
        has_share = column.commission["shares"].contains([{"broker_id": wanted.broker_id}])
        query = query.where(has_share)
    if wanted.cursor is not None:
        query = query.where(after_cursor(order, _TABLE, wanted.cursor))
    rows = session.execute(query.order_by(*order_by(order, _TABLE)).limit(wanted.limit + 1))
    return cut_page(rows.mappings().all(), wanted.limit)


def open_to(viewer: Viewer) -> ColumnElement[bool]:
    """The appointments a viewer is a side of; the bureau sees all."""
    if viewer.sees_all:
        return true()
    return or_(_TABLE.c.principal_uscc == viewer.uscc, _TABLE.c.agency_uscc == viewer.uscc)


def count_appointments(session: Session, viewer: Viewer, column: str) -> Counts:
    """How many appointments this viewer may see have each value of a column."""
    return count_values(session, _TABLE.c[column], open_to(viewer))


def add_commission(
    session: WriteSession, values: Mapping[str, object], parts: Sequence[CommissionPart]
) -> None:
    """Keep a commission and who gets what of it."""
    commission_id = new_id()
    row = {**values, "id": commission_id, "created_at": now()}
    session.execute(insert(_COMMISSIONS).values(row))
    rows = [
        {
            "commission_id": commission_id,
            "broker_id": part.broker_id,
            "share": part.share,
            "amount_yuan": part.amount_yuan,
        }
        for part in parts
    ]
    session.execute(insert(_PARTS), rows)


def find_commission(session: Session, appointment_id: str) -> dict[str, object] | None:
    """The commission of an appointment with its parts."""
    query = select(_COMMISSIONS).where(_COMMISSIONS.c.appointment_id == appointment_id)
    row = session.execute(query).mappings().one_or_none()
    if row is None:
        return None
    parts = select(_PARTS).where(_PARTS.c.commission_id == row["id"]).order_by(_PARTS.c.broker_id)
    found = [dict(part) for part in session.execute(parts).mappings()]
    return {str(name): value for name, value in row.items()} | {"parts": found}
