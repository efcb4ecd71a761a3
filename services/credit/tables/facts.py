"""What is known of an enterprise, on two time axes."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Instant
from services.credit.tables.base import Base


class Subject(Base):
    """信用主体: an enterprise over its whole life, and the head of its access-log chain.

    `touched_at` is the last instant at which its facts were read or written: both happen under
    the row's lock, so what was known at an instant never changes afterwards.
    """

    __tablename__ = "subjects"
    __table_args__ = ({"comment": "信用主体及其查询日志链的链头"},)

    uscc: Mapped[str] = mapped_column(String(18), primary_key=True)
    name: Mapped[str | None] = mapped_column(String(200))
    touched_at: Mapped[datetime] = mapped_column(Instant)
    log_entries: Mapped[int] = mapped_column(Integer, default=0)
    log_seal: Mapped[str] = mapped_column(String(64))


class FactBatch(Base):
    """归集批次: the receipt of one delivery of facts."""

    __tablename__ = "fact_batches"
    __table_args__ = ({"comment": "信用信息归集批次与回执"},)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    supplier_uscc: Mapped[str] = mapped_column(String(18), index=True)
    supplier_name: Mapped[str] = mapped_column(String(200))
    client_id: Mapped[str] = mapped_column(String(100))
    received_at: Mapped[datetime] = mapped_column(Instant)
    created: Mapped[int] = mapped_column(Integer)
    unchanged: Mapped[int] = mapped_column(Integer)
    failed: Mapped[int] = mapped_column(Integer)


class FactRecord(Base):
    """信用事实: valid from–to (what was true) and recorded from–to (what we knew)."""

    __tablename__ = "facts"
    __table_args__ = (
        Index(
            "uq_facts_current",
            "uscc",
            "item",
            "fact_key",
            unique=True,
            postgresql_where=text("recorded_to IS NULL"),
        ),
        Index("ix_facts_uscc_item", "uscc", "item"),
        CheckConstraint("recorded_to IS NULL OR recorded_to > recorded_from", name="recorded"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="valid"),
        {"comment": "信用事实（双时间轴，只增不改；更正为新记录）"},
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    uscc: Mapped[str] = mapped_column(String(18))
    item: Mapped[str] = mapped_column(String(50))
    value: Mapped[Any] = mapped_column(JSONB)
    source: Mapped[str] = mapped_column(String(200))
    source_document: Mapped[str | None] = mapped_column(String(300))
    source_id: Mapped[str | None] = mapped_column(String(200))
    supplier_uscc: Mapped[str] = mapped_column(String(18))
    observed_on: Mapped[date] = mapped_column(Date)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    conduct_ended_on: Mapped[date | None] = mapped_column(Date)
    details: Mapped[dict[str, str]] = mapped_column(JSONB)
    fact_key: Mapped[str] = mapped_column(String(64))
    content_hash: Mapped[str] = mapped_column(String(64))
    recorded_from: Mapped[datetime] = mapped_column(Instant)
    recorded_to: Mapped[datetime | None] = mapped_column(Instant)
    batch_id: Mapped[str | None] = mapped_column(ForeignKey("fact_batches.id"))
    event_id: Mapped[str | None] = mapped_column(String(36))
    corrects: Mapped[str | None] = mapped_column(String(36))
