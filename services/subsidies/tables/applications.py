"""Entitlements, budgets, applications with all that hangs on them.

No outcome and no amount of an entitlement is stored: both are calculated from the facts by the
policy of the day whenever they are read, so the order in which facts arrive cannot matter.
"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Instant
from services.subsidies.tables.base import Base, Money


class EntitlementRecord(Base):
    """应得: which rule looks at which thing of which organisation; the rest is calculated.

    `payment_ref` is empty while the city's payment is not recorded; each payment of a contract
    is an entitlement of its own.
    """

    __tablename__ = "entitlements"
    __table_args__ = (
        UniqueConstraint("rule", "subject", "uscc", "payment_ref"),
        Index(None, "uscc", "id"),
        {"comment": "应得（免申即享）：由事实推出，结果在读取时计算"},
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    rule: Mapped[str] = mapped_column(String(30))
    subject: Mapped[str] = mapped_column(String(64))
    uscc: Mapped[str] = mapped_column(String(18))
    payment_ref: Mapped[str] = mapped_column(String(100), default="")
    opened_at: Mapped[datetime] = mapped_column(Instant)


class BudgetRecord(Base):
    """预算: by year and rule; allotted ≥ committed ≥ paid holds in the database, too."""

    __tablename__ = "budgets"
    __table_args__ = (
        UniqueConstraint("year", "rule"),
        CheckConstraint("paid_yuan >= 0", name="paid_not_negative"),
        CheckConstraint("paid_yuan <= committed_yuan", name="paid_within_commitments"),
        CheckConstraint("committed_yuan <= allotted_yuan", name="committed_within_allotment"),
        {"comment": "年度预算（按细则）"},
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    year: Mapped[int] = mapped_column(Integer)
    rule: Mapped[str] = mapped_column(String(30))
    allotted_yuan: Mapped[Decimal] = mapped_column(Money)
    committed_yuan: Mapped[Decimal] = mapped_column(Money, default=Decimal(0))
    paid_yuan: Mapped[Decimal] = mapped_column(Money, default=Decimal(0))
    version: Mapped[int] = mapped_column(Integer, default=1)


class ApplicationRecord(Base):
    """申报: `once_key` names what may be paid once; one application at a time stands on it."""

    __tablename__ = "applications"
    __table_args__ = (
        Index(
            "uq_applications_once_key",
            "once_key",
            unique=True,
            postgresql_where=text("state NOT IN ('refused', 'withdrawn', 'clawed_back')"),
        ),
        CheckConstraint("match_ratio BETWEEN 0 AND 1", name="match_at_most_whole"),
        CheckConstraint(
            "paid_yuan BETWEEN 0 AND coalesce(amount_yuan, 0)", name="paid_within_amount"
        ),
        Index(None, "uscc", "id"),
        {"comment": "政策资金申报"},
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    entitlement_id: Mapped[str] = mapped_column(String(36))
    once_key: Mapped[str] = mapped_column(String(200))
    uscc: Mapped[str] = mapped_column(String(18))
    org_name: Mapped[str] = mapped_column(String(500))
    rule: Mapped[str] = mapped_column(String(30))
    subject: Mapped[str] = mapped_column(String(64))
    payment_ref: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(20))
    match_ratio: Mapped[Decimal | None] = mapped_column(Numeric(14, 12))
    amount_yuan: Mapped[Decimal | None] = mapped_column(Money)
    policy_id: Mapped[str | None] = mapped_column(String(100))
    pack_hash: Mapped[str | None] = mapped_column(String(64))
    reviewed_by: Mapped[str | None] = mapped_column(String(100))
    paid_yuan: Mapped[Decimal] = mapped_column(Money, default=Decimal(0))
    budget_id: Mapped[str | None] = mapped_column(ForeignKey("budgets.id"))
    facts: Mapped[list[dict[str, str | None]]] = mapped_column(JSONB, default=list)
    lacking: Mapped[list[str]] = mapped_column(JSONB, default=list)
    told_on: Mapped[date | None] = mapped_column(Date)
    due_on: Mapped[date | None] = mapped_column(Date)
    notice_from: Mapped[date | None] = mapped_column(Date)
    notice_until: Mapped[date | None] = mapped_column(Date)
    opened_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(Integer, default=1)


class ApplicationStepRecord(Base):
    """申报的每一步: only added, never changed."""

    __tablename__ = "application_steps"
    __table_args__ = (
        UniqueConstraint("application_id", "seq"),
        {"comment": "申报经过（只增不改）"},
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("applications.id"))
    seq: Mapped[int] = mapped_column(Integer)
    act: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    amount_yuan: Mapped[Decimal | None] = mapped_column(Money)
    reason: Mapped[str | None] = mapped_column(String(2000))
    actor: Mapped[str] = mapped_column(String(100))
    actor_uscc: Mapped[str] = mapped_column(String(18))
    at: Mapped[datetime] = mapped_column(Instant)


class DocumentRecord(Base):
    """申报材料: the bytes and their hash; only added."""

    __tablename__ = "application_documents"
    __table_args__ = (
        UniqueConstraint("application_id", "sha256"),
        CheckConstraint(
            "size = octet_length(content) AND sha256 = encode(sha256(content), 'hex')",
            name="hash_fits",
        ),
        {"comment": "申报材料（只增不改）"},
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("applications.id"))
    name: Mapped[str] = mapped_column(String(300))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    uploaded_by: Mapped[str] = mapped_column(String(100))
    uploaded_at: Mapped[datetime] = mapped_column(Instant)


class ObjectionRecord(Base):
    """公示异议: only added; its handling is a record of its own."""

    __tablename__ = "notice_objections"
    __table_args__ = (Index(None, "application_id"), {"comment": "公示异议（只增不改）"})

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("applications.id"))
    objector: Mapped[str] = mapped_column(String(300))
    contact: Mapped[str] = mapped_column(String(300))
    reason: Mapped[str] = mapped_column(String(2000))
    raised_by: Mapped[str] = mapped_column(String(100))
    raised_by_uscc: Mapped[str] = mapped_column(String(18))
    raised_at: Mapped[datetime] = mapped_column(Instant)


class ObjectionDecisionRecord(Base):
    """公示异议的处理结果"""

    __tablename__ = "objection_decisions"
    __table_args__ = ({"comment": "公示异议的处理（只增不改）"},)

    objection_id: Mapped[str] = mapped_column(ForeignKey("notice_objections.id"), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(2000))
    decided_by: Mapped[str] = mapped_column(String(100))
    decided_by_uscc: Mapped[str] = mapped_column(String(18))
    decided_at: Mapped[datetime] = mapped_column(Instant)
