"""Objections, repairs, and the word that goes to the institutions that had read a fact."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Date, ForeignKey, Index, Integer, Numeric, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Instant
from services.credit.tables.base import Base


class ObjectionRecord(Base):
    """信用异议: what an enterprise says is wrong with a fact, the clock, and what became of it."""

    __tablename__ = "objections"
    __table_args__ = (
        Index("ix_objections_uscc_state", "uscc", "state"),
        {"comment": "信用异议（山东省社会信用条例第三十九条）"},
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    uscc: Mapped[str] = mapped_column(String(18))
    fact_id: Mapped[str] = mapped_column(ForeignKey("facts.id"), index=True)
    item: Mapped[str] = mapped_column(String(50))
    reason: Mapped[str] = mapped_column(String(1000))
    evidence: Mapped[list[str]] = mapped_column(JSONB)
    state: Mapped[str] = mapped_column(String(20))
    raised_at: Mapped[datetime] = mapped_column(Instant)
    raised_by: Mapped[str] = mapped_column(String(100))
    due_on: Mapped[date] = mapped_column(Date)
    other_unit: Mapped[str | None] = mapped_column(String(200))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by: Mapped[str | None] = mapped_column(String(100))
    note: Mapped[str | None] = mapped_column(String(1000))
    result_fact_id: Mapped[str | None] = mapped_column(String(36))
    score_before: Mapped[Decimal | None] = mapped_column(Numeric(12, 4))
    score_after: Mapped[Decimal | None] = mapped_column(Numeric(12, 4))
    version: Mapped[int] = mapped_column(Integer, default=1)


class RepairRecord(Base):
    """信用修复: an enterprise that has mended its conduct asks that a fact no longer be used."""

    __tablename__ = "credit_repairs"
    __table_args__ = (
        Index("ix_credit_repairs_uscc_state", "uscc", "state"),
        {"comment": "信用修复（信用修复管理办法，2026年4月1日施行）"},
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    uscc: Mapped[str] = mapped_column(String(18))
    fact_id: Mapped[str] = mapped_column(ForeignKey("facts.id"), index=True)
    item: Mapped[str] = mapped_column(String(50))
    severity: Mapped[str] = mapped_column(String(20))
    corrected_on: Mapped[date] = mapped_column(Date)
    commitment: Mapped[str] = mapped_column(String(1000))
    evidence: Mapped[list[str]] = mapped_column(JSONB)
    state: Mapped[str] = mapped_column(String(20))
    applied_at: Mapped[datetime] = mapped_column(Instant)
    applied_by: Mapped[str] = mapped_column(String(100))
    due_on: Mapped[date] = mapped_column(Date)
    other_unit: Mapped[str | None] = mapped_column(String(200))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by: Mapped[str | None] = mapped_column(String(100))
    note: Mapped[str | None] = mapped_column(String(1000))
    score_before: Mapped[Decimal | None] = mapped_column(Numeric(12, 4))
    score_after: Mapped[Decimal | None] = mapped_column(Numeric(12, 4))
    version: Mapped[int] = mapped_column(Integer, default=1)


class NoticeRecord(Base):
    """告知: word to an institution that something it had read is disputed, changed or gone.

    It names the item and the inquiries, never a value: a notice must not keep a fact alive.
    """

    __tablename__ = "credit_notices"
    __table_args__ = (
        Index("ix_credit_notices_institution_uscc_id", "institution_uscc", "id"),
        {"comment": "向已查询机构的告知"},
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    institution_uscc: Mapped[str] = mapped_column(String(18))
    uscc: Mapped[str] = mapped_column(String(18))
    kind: Mapped[str] = mapped_column(String(30))
    item: Mapped[str] = mapped_column(String(50))
    fact_id: Mapped[str] = mapped_column(String(36))
    inquiry_ids: Mapped[list[str]] = mapped_column(JSONB)
    case_ids: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default="[]")
    at: Mapped[datetime] = mapped_column(Instant)
