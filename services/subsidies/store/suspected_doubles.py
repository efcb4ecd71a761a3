"""疑似重复."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from kit.db import WriteSession
from kit.errors import no_such
from services.subsidies.rules.applications import FREES_THE_THING
from services.subsidies.rules.suspected_doubles import DoubleOutcome, DoubleState
from services.subsidies.store.pages import take_page
from services.subsidies.tables import (
    ApplicationRecord,
    CityPaymentRecord,
    SuspectedDoubleRecord,
)

_Double = SuspectedDoubleRecord
_WEIGHS = and_(_Double.lapsed_at.is_(None), _Double.outcome.is_distinct_from("distinct"))
"""A suspicion that nobody has cleared."""


def add_double(session: WriteSession, double: SuspectedDoubleRecord) -> None:
    session.add(double)
    session.flush()


def get_double(session: Session, double_id: str) -> SuspectedDoubleRecord:
    double = session.get(_Double, double_id)
    if double is None:
        raise no_such("疑似重复", "suspected double", double_id)
    return double


def list_doubles(
    session: Session,
    *,
    uscc: str | None,
    state: DoubleState | None,
    falling: bool,
    after: str | None,
    limit: int,
) -> list[SuspectedDoubleRecord]:
    """In the order they were noted, or the newest first."""
    wanted = select(_Double)
    if uscc is not None:
        wanted = wanted.where(or_(*_concerns({uscc})))
    if state is not None:
        wanted = wanted.where(_stands(state))
    page = take_page(wanted, _Double.id, falling=falling, after=after, limit=limit)
    return list(session.scalars(page))


def _stands(state: DoubleState) -> ColumnElement[bool]:
    if state is DoubleState.LAPSED:
        return _Double.lapsed_at.is_not(None)
    outcome = None if state is DoubleState.OPEN else state.value
    return and_(_Double.lapsed_at.is_(None), _Double.outcome.is_not_distinct_from(outcome))


def _concerns(usccs: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    payments = select(CityPaymentRecord.payment_ref).where(CityPaymentRecord.uscc.in_(usccs))
    applications = select(ApplicationRecord.id).where(ApplicationRecord.uscc.in_(usccs))
    return (
        _Double.payment_ref.in_(payments),
        _Double.twin_payment_ref.in_(payments),
        _Double.application_id.in_(applications),
        _Double.twin_application_id.in_(applications),
    )


def list_doubles_of(session: Session, usccs: Collection[str]) -> list[SuspectedDoubleRecord]:
    """Those that have not lapsed and concern some organisations."""
    wanted = select(_Double).where(_Double.lapsed_at.is_(None), or_(*_concerns(usccs)))
    return list(session.scalars(wanted.order_by(_Double.id)))


def list_payees(
    session: Session, doubles: Sequence[SuspectedDoubleRecord]
) -> dict[str, tuple[str, str]]:
    """The organisations of suspect and twin, by the suspicion."""
    payment, twin = aliased(CityPaymentRecord), aliased(CityPaymentRecord)
    one, other = aliased(ApplicationRecord), aliased(ApplicationRecord)
    ids = [double.id for double in doubles]
    of_payments = (
        select(_Double.id, payment.uscc, twin.uscc)
        .join(payment, payment.payment_ref == _Double.payment_ref)
        .join(twin, twin.payment_ref == _Double.twin_payment_ref)
    )
    of_applications = (
        select(_Double.id, one.uscc, other.uscc)
        .join(one, one.id == _Double.application_id)
        .join(other, other.id == _Double.twin_application_id)
    )
    both = of_payments.where(_Double.id.in_(ids)), of_applications.where(_Double.id.in_(ids))
    return {
        double_id: (suspect, twin_uscc)
        for wanted in both
        for double_id, suspect, twin_uscc in session.execute(wanted)
    }


def list_doubles_of_payments(
    session: Session, refs: Collection[str]
) -> dict[str, list[SuspectedDoubleRecord]]:
    """Suspicions by the payment they are against, the oldest first."""
    wanted = select(_Double).where(_Double.payment_ref.in_(refs)).order_by(_Double.id)
    found: dict[str, list[SuspectedDoubleRecord]] = {}
    for double in session.scalars(wanted):
        found.setdefault(double.payment_ref or "", []).append(double)
    return found


def list_holds(session: Session, application: ApplicationRecord) -> list[SuspectedDoubleRecord]:
    """What is suspected, or was found, against an application or the payment it rests on."""
    suspected = [_Double.application_id == application.id]
    if application.payment_ref:
        suspected.append(_Double.payment_ref == application.payment_ref)
    wanted = select(_Double).where(or_(*suspected), _WEIGHS).order_by(_Double.id)
    return list(session.scalars(wanted))


def list_apart(session: Session, application_id: str) -> set[str]:
    """The applications that a person found to be for something else than this one."""
    wanted = select(_Double.application_id, _Double.twin_application_id).where(
        _Double.lapsed_at.is_(None),
        _Double.outcome == DoubleOutcome.DISTINCT.value,
        or_(
            _Double.application_id == application_id, _Double.twin_application_id == application_id
        ),
    )
    return {one for pair in session.execute(wanted) for one in pair} - {application_id}


def list_payments_alike(
    session: Session, usccs: Collection[str], disbursed_yuan: Decimal, disbursed_on: date
) -> list[CityPaymentRecord]:
    """What the city paid these organisations on one day in one sum, the earliest record first."""
    return list(
        session.scalars(
            select(CityPaymentRecord)
            .where(
                CityPaymentRecord.uscc.in_(usccs),
                CityPaymentRecord.disbursed_yuan == disbursed_yuan,
                CityPaymentRecord.disbursed_on == disbursed_on,
            )
            .order_by(CityPaymentRecord.recorded_at, CityPaymentRecord.payment_ref)
        )
    )


def list_payments_to(session: Session, usccs: Collection[str]) -> list[CityPaymentRecord]:
    """All that the city paid to some organisations."""
    wanted = select(CityPaymentRecord).where(CityPaymentRecord.uscc.in_(usccs))
    return list(session.scalars(wanted.order_by(CityPaymentRecord.recorded_at)))


def list_standing_of(session: Session, usccs: Collection[str]) -> list[ApplicationRecord]:
    """Applications of some organisations that have not ended."""
    ended = [state.value for state in FREES_THE_THING]
    wanted = select(ApplicationRecord).where(
        ApplicationRecord.uscc.in_(usccs), ApplicationRecord.state.not_in(ended)
    )
    return list(session.scalars(wanted.order_by(ApplicationRecord.id)))


def find_standing_on(
    session: Session, payment_refs: Collection[str]
) -> dict[str, ApplicationRecord]:
    """The application that has not ended on each payment."""
    ended = [state.value for state in FREES_THE_THING]
    wanted = select(ApplicationRecord).where(
        ApplicationRecord.payment_ref.in_(payment_refs), ApplicationRecord.state.not_in(ended)
    )
    return {one.payment_ref: one for one in session.scalars(wanted)}
