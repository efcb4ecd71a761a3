"""The data model of credit. Nothing here is overwritten but heads, states and the end of a record.

Facts stand on two time axes (valid and recorded); the access log is one hash chain per enterprise,
whose head stands in `subjects`.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kit.db import NAMING, Instant, add_kit_tables


class Base(DeclarativeBase):
    """Everything credit keeps, in its own database."""

    metadata = MetaData(naming_convention=NAMING)


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


class ConsentRecord(Base):
    """授权: who allows whom what, why, until when, how often. States move by `rules/consents`."""

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
    valid_until: Mapped[datetime] = mapped_column(Instant)
    answer_by: Mapped[datetime] = mapped_column(Instant)
    max_reads: Mapped[int] = mapped_column(Integer)
    reads_used: Mapped[int] = mapped_column(Integer, default=0)
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


class InquiryRecord(Base):
    """查询: one answered look, with the very bytes that were answered.

    `readable_until` is the day on which a negative fact in it must be gone (条例 art. 38).
    """

    __tablename__ = "inquiries"
    __table_args__ = (
        Index("ix_inquiries_uscc_asked_at", "uscc", "asked_at"),
        {"comment": "信用查询与所答内容"},
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    uscc: Mapped[str] = mapped_column(String(18))
    institution_uscc: Mapped[str] = mapped_column(String(18))
    client_id: Mapped[str] = mapped_column(String(100))
    purpose: Mapped[str] = mapped_column(String(50))
    consent_id: Mapped[str] = mapped_column(ForeignKey("consents.id"))
    as_of: Mapped[date] = mapped_column(Date)
    known_at: Mapped[datetime] = mapped_column(Instant)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    scorecard_id: Mapped[str] = mapped_column(String(100))
    scorecard_version: Mapped[str] = mapped_column(String(20))
    score: Mapped[Any] = mapped_column(Numeric(12, 4))
    grade: Mapped[str] = mapped_column(String(20))
    input_hash: Mapped[str] = mapped_column(String(71))
    answer: Mapped[bytes] = mapped_column(LargeBinary)
    readable_until: Mapped[date | None] = mapped_column(Date)


class AccessEntry(Base):
    """查询日志: every look and every refusal, sealed over the entry before; only appended."""

    __tablename__ = "access_log"
    __table_args__ = (
        UniqueConstraint("uscc", "seq"),
        {"comment": "查询日志（哈希链，企业可见）"},
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    uscc: Mapped[str] = mapped_column(String(18))
    seq: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(Instant)
    institution_uscc: Mapped[str] = mapped_column(String(18))
    institution_name: Mapped[str] = mapped_column(String(200))
    client_id: Mapped[str] = mapped_column(String(100))
    purpose: Mapped[str] = mapped_column(String(100))
    consent_id: Mapped[str | None] = mapped_column(String(64))
    outcome: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(50))
    categories: Mapped[list[str]] = mapped_column(JSONB)
    fields: Mapped[list[str]] = mapped_column(JSONB)
    inquiry_id: Mapped[str | None] = mapped_column(String(36))
    case_id: Mapped[str | None] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str] = mapped_column(String(64))


add_kit_tables(Base.metadata)
