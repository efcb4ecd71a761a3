"""What agencies are appointed to, as conditions of a query."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import ColumnElement, FromClause, and_, or_, select

from services.achievements.rules.appointments import AppointmentState, SubjectKind
from services.achievements.rules.visibility import Visibility
from services.achievements.tables import Base

_APPOINTMENTS = Base.metadata.tables["appointments"].c
SUBJECTS: Mapping[str, SubjectKind] = {
    "achievements": SubjectKind.ACHIEVEMENT,
    "demands": SubjectKind.DEMAND,
    "listings": SubjectKind.LISTING,
    "contracts": SubjectKind.CONTRACT,
}
"""Tables whose rows an agency can be appointed to."""


def in_force(on: date | ColumnElement[date]) -> ColumnElement[bool]:
    """Appointments under which an agency acts on a day."""
    until = _APPOINTMENTS.valid_until
    accepted = _APPOINTMENTS.state == AppointmentState.ACCEPTED.value
    return and_(accepted, or_(until.is_(None), until >= on))


def appointed_to(
    table: FromClause, agency_uscc: str, on: ColumnElement[date]
) -> ColumnElement[bool]:
    """Rows an agency acts for, or has done its work on; what is classified stays with its owner."""
    done = _APPOINTMENTS.state == AppointmentState.COMPLETED.value
    kind = SUBJECTS[str(getattr(table, "name", ""))]
    named = select(_APPOINTMENTS.subject_id).where(
        _APPOINTMENTS.agency_uscc == agency_uscc,
        _APPOINTMENTS.subject_kind == kind.value,
        or_(in_force(on), done),
    )
    rows: ColumnElement[bool] = table.c.id.in_(named)
    if "visibility" not in table.c:
        return rows
    return and_(rows, table.c.visibility != Visibility.CLASSIFIED.value)
