"""Who looked: the answers that were given, and the access log."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    String,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Instant
from services.credit.tables.base import Base


class InquiryRecord(Base):
    """查询: one answered look, with the very bytes that were answered.

    `readable_until` is the day on which a negative fact in it must be gone (条例 art. 38);
    `keep_until` is the last day on which the institution may keep it, by its consent.
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
    keep_until: Mapped[date | None] = mapped_column(Date)
    fact_ids: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default="[]")
    signature: Mapped[str | None] = mapped_column(String(500))


class DisclosureRecord(Base):
    """告知所据: what an institution was told without an inquiry (the result of a case, a message of
    a monitor), by the facts that it rests on: word of what becomes of them goes there too.
    """

    __tablename__ = "disclosures"
    __table_args__ = ({"comment": "查询之外的告知（办件结果、监测消息）所依据的信用事实"},)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    uscc: Mapped[str] = mapped_column(String(18), index=True)
    institution_uscc: Mapped[str] = mapped_column(String(18))
    case_id: Mapped[str | None] = mapped_column(String(64))
    message_id: Mapped[str | None] = mapped_column(String(36), index=True)
    fact_ids: Mapped[list[str]] = mapped_column(JSONB)
    readable_until: Mapped[date | None] = mapped_column(Date)
    at: Mapped[datetime] = mapped_column(Instant)


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
    stamp: Mapped[str | None] = mapped_column(String(64))
