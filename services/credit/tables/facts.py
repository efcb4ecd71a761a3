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
    file_name: Mapped[str | None] = mapped_column(String(300))
    file_hash: Mapped[str | None] = mapped_column(String(64))
    failures: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default="[]")


class FactRecord(Base):
    """信用事实: valid from–to (what was true) and recorded from–to (what we knew).

    `standing` says what an act made of it (revoked, removed, repaired: it no longer stands).
    `withheld_from` and `gone_on` bind past views too: a negative fact that was repaired, or whose
    five years are over by what we know today, is not told to anyone who asks now.
    """

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
        # What changed since an instant, for the platforms above.
        Index("ix_facts_recorded_from", "recorded_from"),
        Index(
            "ix_facts_recorded_to",
            "recorded_to",
            postgresql_where=text("recorded_to IS NOT NULL"),
        ),
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
    standing: Mapped[str] = mapped_column(String(20), default="stands", server_default="stands")
    withheld_from: Mapped[datetime | None] = mapped_column(Instant)
    gone_on: Mapped[date | None] = mapped_column(Date)
    refutes: Mapped[str | None] = mapped_column(String(64))


class FactActRecord(Base):
    """信用信息变更: a revocation, correction, removal or repair of a fact; only appended."""

    __tablename__ = "fact_acts"
    __table_args__ = (
        Index("ix_fact_acts_uscc_at", "uscc", "at"),
        {"comment": "信用信息的撤销、更正、删除与修复记录（变动理由）"},
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    uscc: Mapped[str] = mapped_column(String(18))
    fact_id: Mapped[str] = mapped_column(ForeignKey("facts.id"), index=True)
    result_fact_id: Mapped[str] = mapped_column(ForeignKey("facts.id"))
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(Instant)
    decided_on: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(1000))
    document: Mapped[str | None] = mapped_column(String(300))
    actor_uscc: Mapped[str] = mapped_column(String(18))
    client_id: Mapped[str] = mapped_column(String(100))


class MergerRecord(Base):
    """企业合并: from `merged_on` the surviving enterprise inherits what the catalogue says.

    `via` marks what follows from another merger (A into B, B into C: also A into C).
    """

    __tablename__ = "mergers"
    __table_args__ = (
        Index(
            "uq_mergers_current",
            "absorbed_uscc",
            "surviving_uscc",
            unique=True,
            postgresql_where=text("recorded_to IS NULL"),
        ),
        Index("ix_mergers_surviving_uscc", "surviving_uscc"),
        CheckConstraint("absorbed_uscc <> surviving_uscc", name="two_enterprises"),
        {"comment": "企业吸收合并（双时间轴，只增不改）"},
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    absorbed_uscc: Mapped[str] = mapped_column(String(18))
    surviving_uscc: Mapped[str] = mapped_column(String(18))
    merged_on: Mapped[date] = mapped_column(Date)
    document: Mapped[str] = mapped_column(String(300))
    recorded_from: Mapped[datetime] = mapped_column(Instant)
    recorded_to: Mapped[datetime | None] = mapped_column(Instant)
    supplier_uscc: Mapped[str] = mapped_column(String(18))
    client_id: Mapped[str] = mapped_column(String(100))
    via: Mapped[str | None] = mapped_column(String(36))
    ended_by: Mapped[str | None] = mapped_column(String(100))
    end_reason: Mapped[str | None] = mapped_column(String(1000))
