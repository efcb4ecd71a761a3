"""What institutions bring: many looks at once, and what became of an application."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Date, ForeignKey, Index, Integer, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Instant
from services.credit.tables.base import Base


class InquiryBatch(Base):
    """批量查询: a job of many looks under one manifest."""

    __tablename__ = "inquiry_batches"
    __table_args__ = ({"comment": "批量查询任务"},)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    institution_uscc: Mapped[str] = mapped_column(String(18), index=True)
    institution_name: Mapped[str] = mapped_column(String(200))
    client_id: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(20))
    purpose: Mapped[str] = mapped_column(String(50))
    state: Mapped[str] = mapped_column(String(20))
    total: Mapped[int] = mapped_column(Integer)
    manifest_hash: Mapped[str] = mapped_column(String(71))
    submitted_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)


class InquiryBatchRow(Base):
    """批量查询的一行: one enterprise, its consent, and what was answered."""

    __tablename__ = "inquiry_batch_rows"
    __table_args__ = ({"comment": "批量查询清单"},)

    batch_id: Mapped[str] = mapped_column(ForeignKey("inquiry_batches.id"), primary_key=True)
    place: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    uscc: Mapped[str] = mapped_column(String(18))
    consent_id: Mapped[str | None] = mapped_column(String(64))
    outcome: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(50))
    inquiry_id: Mapped[str | None] = mapped_column(String(36))


class CreditOutcome(Base):
    """结果反馈: what the institution decided after a look; a later word is a new record."""

    __tablename__ = "credit_outcomes"
    __table_args__ = (
        Index("ix_credit_outcomes_uscc_id", "uscc", "id"),
        Index("ix_credit_outcomes_inquiry_id_id", "inquiry_id", "id"),
        {"comment": "授信结果反馈"},
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    inquiry_id: Mapped[str] = mapped_column(ForeignKey("inquiries.id"))
    uscc: Mapped[str] = mapped_column(String(18))
    institution_uscc: Mapped[str] = mapped_column(String(18), index=True)
    institution_name: Mapped[str] = mapped_column(String(200))
    outcome: Mapped[str] = mapped_column(String(20))
    product: Mapped[str] = mapped_column(String(30))
    amount_yuan: Mapped[Decimal | None] = mapped_column(Numeric(20, 2))
    annual_rate: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    reason_code: Mapped[str | None] = mapped_column(String(50))
    reason: Mapped[str | None] = mapped_column(String(500))
    decided_on: Mapped[date] = mapped_column(Date)
    reported_at: Mapped[datetime] = mapped_column(Instant)
    replaces: Mapped[str | None] = mapped_column(ForeignKey("credit_outcomes.id"), unique=True)
