"""市级拨付记录."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from kit.db import WriteSession
from kit.errors import no_such
from services.subsidies.rules.suspected_doubles import PaymentState
from services.subsidies.store.pages import take_page
from services.subsidies.tables import CityPaymentRecord, SuspectedDoubleRecord


def add_city_payment(session: WriteSession, payment: CityPaymentRecord) -> None:
    session.add(payment)
    session.flush()


def find_city_payment(session: Session, payment_ref: str) -> CityPaymentRecord | None:
    return session.get(CityPaymentRecord, payment_ref)


def get_city_payment(session: Session, payment_ref: str) -> CityPaymentRecord:
    payment = find_city_payment(session, payment_ref)
    if payment is None:
        raise no_such("市级拨付", "city payment", payment_ref)
    return payment


def list_city_payments(
    session: Session,
    *,
    uscc: str | None,
    state: PaymentState | None,
    falling: bool,
    after: str | None,
    limit: int,
) -> list[CityPaymentRecord]:
    """By reference."""
    wanted = select(CityPaymentRecord)
    if uscc is not None:
        wanted = wanted.where(CityPaymentRecord.uscc == uscc)
    if state is not None:
        wanted = wanted.where(_stands(state))
    ref = CityPaymentRecord.payment_ref
    page = take_page(wanted, ref, falling=falling, after=after, limit=limit)
    return list(session.scalars(page))


def _stands(state: PaymentState) -> ColumnElement[bool]:
    """A payment counts unless it is suspected, or was found, to be another one."""
    double = SuspectedDoubleRecord
    against = exists().where(
        double.payment_ref == CityPaymentRecord.payment_ref, double.lapsed_at.is_(None)
    )
    found, open_ = (
        against.where(double.outcome == "duplicate"),
        against.where(double.outcome.is_(None)),
    )
    match state:
        case PaymentState.COUNTED:
            return and_(~found, ~open_)
        case PaymentState.HELD:
            return and_(~found, open_)
        case PaymentState.DUPLICATE:
            return found


def list_payments_of(
    session: Session, contract_id: str, contract_number: str, uscc: str
) -> list[CityPaymentRecord]:
    """What counts of the city's payments for a contract, in the order of the payments."""
    return list(
        session.scalars(
            select(CityPaymentRecord)
            .where(
                CityPaymentRecord.uscc == uscc,
                _stands(PaymentState.COUNTED),
                or_(
                    CityPaymentRecord.contract_id == contract_id,
                    CityPaymentRecord.contract_number == contract_number,
                ),
            )
            .order_by(CityPaymentRecord.disbursed_on, CityPaymentRecord.payment_ref)
        )
    )


def list_payments(session: Session, refs: Collection[str]) -> dict[str, CityPaymentRecord]:
    """What counts of some payments, by reference."""
    found = session.scalars(
        select(CityPaymentRecord).where(
            CityPaymentRecord.payment_ref.in_(refs), _stands(PaymentState.COUNTED)
        )
    )
    return {payment.payment_ref: payment for payment in found}


def list_payments_for_platform(
    session: Session, platform_id: str, uscc: str
) -> list[CityPaymentRecord]:
    """What counts of the city's payments for a platform, in the order of the payments."""
    return list(
        session.scalars(
            select(CityPaymentRecord)
            .where(
                CityPaymentRecord.uscc == uscc,
                CityPaymentRecord.platform_id == platform_id,
                _stands(PaymentState.COUNTED),
            )
            .order_by(CityPaymentRecord.disbursed_on, CityPaymentRecord.payment_ref)
        )
    )
