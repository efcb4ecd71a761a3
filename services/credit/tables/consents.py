"""Who may know it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Instant
from services.credit.tables.base import Base


class ConsentRecord(Base):
    """授权: who allows whom what, why, until when, how often, and how long an answer is kept.

    States move by `rules/consents`. `reads_that_day` counts the reads of `reads_on` (Jinan).
    """

    __tablename__ = "consents"
    __table_args__ = (
        CheckConstraint("reads_used <= max_reads", name="reads"),
        Index("ix_consents_uscc_state", "uscc", "state"),
        Index("ix_consents_institution_uscc_state", "institution_uscc", "state"),
        {"comment": "信用信息查询授权"},
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    uscc: Mapped[str] = mapped_column(String(18))
    institution_uscc: Mapped[str] = mapped_column(String(18))
    institution_name: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(String(50))
    scope: Mapped[str] = mapped_column(String(20))
    categories: Mapped[list[str]] = mapped_column(JSONB)
    state: Mapped[str] = mapped_column(String(20))
    valid_from: Mapped[datetime | None] = mapped_column(Instant)
    valid_until: Mapped[datetime] = mapped_column(Instant)
    answer_by: Mapped[datetime] = mapped_column(Instant)
    max_reads: Mapped[int] = mapped_column(Integer)
    reads_used: Mapped[int] = mapped_column(Integer, default=0)
    max_reads_per_day: Mapped[int | None] = mapped_column(Integer)
    reads_on: Mapped[date | None] = mapped_column(Date)
    reads_that_day: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    keep_days: Mapped[int | None] = mapped_column(Integer)
    requested_at: Mapped[datetime] = mapped_column(Instant)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    supersedes: Mapped[str | None] = mapped_column(ForeignKey("consents.id"))
    version: Mapped[int] = mapped_column(Integer, default=1)


class ConsentEventRecord(Base):
    """授权事件: every step of a consent, who took it and when; only appended."""

    __tablename__ = "consent_events"
    __table_args__ = ({"comment": "授权状态变更记录"},)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    consent_id: Mapped[str] = mapped_column(ForeignKey("consents.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str] = mapped_column(String(20))
    actor_uscc: Mapped[str | None] = mapped_column(String(18))
    client_id: Mapped[str | None] = mapped_column(String(100))
    reason: Mapped[str | None] = mapped_column(String(500))
