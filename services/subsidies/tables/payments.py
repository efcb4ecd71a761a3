"""What is paid: batches for the bank, its return files row by row, and the entries of money."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Instant
from services.subsidies.tables.base import Base, Money


class DisbursementRecord(Base):
    """拨付批次"""

    __tablename__ = "disbursements"
    __table_args__ = ({"comment": "拨付批次"},)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    total_yuan: Mapped[Decimal] = mapped_column(Money)
    made_by: Mapped[str] = mapped_column(String(100))
    made_by_uscc: Mapped[str] = mapped_column(String(18))
    made_at: Mapped[datetime] = mapped_column(Instant)


class DisbursementLineRecord(Base):
    """拨付明细: an application is in one open line at most; never more is paid than it says."""

    __tablename__ = "disbursement_lines"
    __table_args__ = (
        CheckConstraint("amount_yuan > 0", name="amount_positive"),
        CheckConstraint("paid_yuan BETWEEN 0 AND amount_yuan", name="paid_within_amount"),
        Index(None, "disbursement_id"),
        Index(
            "uq_disbursement_lines_open",
            "application_id",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
        {"comment": "拨付明细"},
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    disbursement_id: Mapped[str] = mapped_column(ForeignKey("disbursements.id"))
    application_id: Mapped[str] = mapped_column(ForeignKey("applications.id"))
    payee_uscc: Mapped[str] = mapped_column(String(18))
    payee_name: Mapped[str] = mapped_column(String(500))
    amount_yuan: Mapped[Decimal] = mapped_column(Money)
    paid_yuan: Mapped[Decimal] = mapped_column(Money, default=Decimal(0))
    state: Mapped[str] = mapped_column(String(10), default="open")


class MoneyEntryRecord(Base):
    """资金分录: a payment is positive, a claw-back negative; only added, never changed."""

    __tablename__ = "money_entries"
    __table_args__ = (
        CheckConstraint(
            "(kind = 'payment' AND amount_yuan > 0 AND line_id IS NOT NULL)"
            " OR (kind = 'clawback' AND amount_yuan < 0)",
            name="sign_fits_kind",
        ),
        UniqueConstraint("bank_ref"),
        Index(None, "application_id"),
        {"comment": "资金分录（只增不改）"},
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("applications.id"))
    line_id: Mapped[str | None] = mapped_column(ForeignKey("disbursement_lines.id"))
    kind: Mapped[str] = mapped_column(String(10))
    amount_yuan: Mapped[Decimal] = mapped_column(Money)
    booked_on: Mapped[date] = mapped_column(Date)
    bank_ref: Mapped[str] = mapped_column(String(100))
    reason: Mapped[str | None] = mapped_column(String(2000))
    actor: Mapped[str] = mapped_column(String(100))
    actor_uscc: Mapped[str] = mapped_column(String(18))
    at: Mapped[datetime] = mapped_column(Instant)


class ReturnFileRecord(Base):
    """银行回盘文件: kept as it came."""

    __tablename__ = "return_files"
    __table_args__ = (
        UniqueConstraint("disbursement_id", "sha256"),
        {"comment": "银行回盘文件（原样保存）"},
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    disbursement_id: Mapped[str] = mapped_column(ForeignKey("disbursements.id"))
    name: Mapped[str] = mapped_column(String(300))
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    received_by: Mapped[str] = mapped_column(String(100))
    received_by_uscc: Mapped[str] = mapped_column(String(18))
    received_at: Mapped[datetime] = mapped_column(Instant)


class ReturnRowRecord(Base):
    """回盘文件的每一行及处理结果; only added."""

    __tablename__ = "return_rows"
    __table_args__ = ({"comment": "回盘文件逐行处理结果（只增不改）"},)

    file_id: Mapped[str] = mapped_column(ForeignKey("return_files.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    raw: Mapped[str] = mapped_column(String(4000))
    outcome: Mapped[str] = mapped_column(String(20))
    line_id: Mapped[str | None] = mapped_column(String(36))
    entry_id: Mapped[str | None] = mapped_column(String(36))
    note: Mapped[str | None] = mapped_column(String(1000))
