"""What may be one thing twice; nothing is paid on a suspicion until a person has decided."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Instant
from services.subsidies.tables.base import Base


class SuspectedDoubleRecord(Base):
    """疑似重复: a payment of the city or an application that may be one with another (the twin).

    `lapsed_at`: the merger behind it was undone, so it weighs no more, whatever was decided.
    """

    __tablename__ = "suspected_doubles"
    __table_args__ = (
        CheckConstraint("outcome IN ('distinct', 'duplicate')", name="known_outcome"),
        CheckConstraint("cause IN ('recorded', 'merged', 'unmerged')", name="known_cause"),
        CheckConstraint(
            "(payment_ref IS NULL) = (twin_payment_ref IS NULL)"
            " AND (application_id IS NULL) = (twin_application_id IS NULL)"
            " AND (payment_ref IS NULL) <> (application_id IS NULL)",
            name="two_of_a_kind",
        ),
        Index(None, "payment_ref"),
        Index(None, "application_id"),
        Index(None, "twin_application_id"),
        {"comment": "疑似重复：人工核定前不兑付"},
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    payment_ref: Mapped[str | None] = mapped_column(ForeignKey("city_payments.payment_ref"))
    twin_payment_ref: Mapped[str | None] = mapped_column(ForeignKey("city_payments.payment_ref"))
    application_id: Mapped[str | None] = mapped_column(ForeignKey("applications.id"))
    twin_application_id: Mapped[str | None] = mapped_column(ForeignKey("applications.id"))
    cause: Mapped[str] = mapped_column(String(16))
    noted_by: Mapped[str] = mapped_column(String(100))
    noted_by_uscc: Mapped[str] = mapped_column(String(18))
    noted_at: Mapped[datetime] = mapped_column(Instant)
    lapsed_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[str | None] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(2000))
    decided_by: Mapped[str | None] = mapped_column(String(100))
    decided_by_uscc: Mapped[str | None] = mapped_column(String(18))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
