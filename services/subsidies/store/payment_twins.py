"""疑似重复登记的市级拨付."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from kit.db import WriteSession
from services.subsidies.tables import CityPaymentRecord, PaymentTwinRecord


def add_twin(session: WriteSession, twin: PaymentTwinRecord) -> None:
    session.add(twin)
    session.flush()


def lock_twin(session: WriteSession, payment_ref: str) -> PaymentTwinRecord | None:
    """The suspicion against a payment, for this transaction alone."""
    wanted = select(PaymentTwinRecord).where(PaymentTwinRecord.payment_ref == payment_ref)
    return session.scalars(wanted.with_for_update()).first()


def list_twins(session: Session, refs: Collection[str]) -> dict[str, PaymentTwinRecord]:
    """Suspicions by the payment they are against."""
    found = session.scalars(
        select(PaymentTwinRecord).where(PaymentTwinRecord.payment_ref.in_(refs))
    )
    return {twin.payment_ref: twin for twin in found}


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
