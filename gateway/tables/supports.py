"""支撑档案：评、保、贷、投各自的办理档案，及其只追加的台账；风险补偿资金池."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Numeric, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from gateway.tables.base import At, Base, Code, Id, Name, Packed, Sealed, UsccColumn

_MONEY = Numeric(20, 2)


class SupportRow(Base):
    """支撑档案：由台账折叠而成的当前状态"""

    __tablename__ = "supports"
    __table_args__ = (
        Index("ix_supports_case_id", "case_id"),
        Index("ix_supports_uscc_noun", "uscc", "noun"),
        Index("ix_supports_holder_uscc_noun", "holder_uscc", "noun"),
        # 一个环节办理同时只有一份未终止的档案；一家企业只有一笔贴息贷款。
        Index(
            "uq_supports_one_live_file", "track_id", unique=True, postgresql_where=text("is_live")
        ),
        Index(
            "uq_supports_one_subsidised_loan",
            "uscc",
            unique=True,
            postgresql_where=text("holds_subsidy"),
        ),
        {"comment": "支撑档案"},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    noun: Mapped[Code]
    case_id: Mapped[Id] = mapped_column(ForeignKey("cases.id"))
    track_id: Mapped[Id]
    product_id: Mapped[str | None] = mapped_column(String(36))
    uscc: Mapped[UsccColumn]
    enterprise_name: Mapped[Name]
    holder_role: Mapped[Code]
    holder_uscc: Mapped[UsccColumn]
    holder_name: Mapped[Name]
    state: Mapped[Code]
    is_live: Mapped[bool]
    holds_subsidy: Mapped[bool]
    terms: Mapped[dict[str, Any]] = mapped_column(JSON)
    opened_on: Mapped[date]
    version: Mapped[int]
    last_hash: Mapped[str] = mapped_column(String(64))


class SupportStep(Base):
    """档案台账：只追加，每一步含前一步的哈希"""

    __tablename__ = "support_steps"
    __table_args__ = ({"comment": "档案台账"},)

    support_id: Mapped[Id] = mapped_column(ForeignKey("supports.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    act: Mapped[Code]
    state: Mapped[Code]
    at: Mapped[At]
    on: Mapped[date]
    actor: Mapped[Packed]
    reason_code: Mapped[str | None] = mapped_column(String(50))
    reason: Mapped[str | None] = mapped_column(Text)
    changes: Mapped[Sealed]
    evidence: Mapped[list[Any]] = mapped_column(JSON)
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class GuaranteeExposure(Base):
    """企业在保余额：出具、解除与代偿时加锁更新"""

    __tablename__ = "guarantee_exposures"
    __table_args__ = (
        CheckConstraint("in_force_yuan >= 0", name="never_negative"),
        {"comment": "企业在保余额"},
    )

    uscc: Mapped[UsccColumn] = mapped_column(primary_key=True)
    in_force_yuan: Mapped[Decimal] = mapped_column(_MONEY)


class RiskPool(Base):
    """风险补偿资金池：余额不会为负"""

    __tablename__ = "risk_pools"
    __table_args__ = (
        CheckConstraint("balance_yuan >= 0", name="never_negative"),
        {"comment": "风险补偿资金池"},
    )

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    name: Mapped[Name]
    balance_yuan: Mapped[Decimal] = mapped_column(_MONEY)
    version: Mapped[int]


class RiskPoolEntry(Base):
    """资金池流水：只追加"""

    __tablename__ = "risk_pool_entries"
    __table_args__ = ({"comment": "资金池流水"},)

    pool_id: Mapped[str] = mapped_column(String(80), ForeignKey("risk_pools.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    amount_yuan: Mapped[Decimal] = mapped_column(_MONEY)
    balance_yuan: Mapped[Decimal] = mapped_column(_MONEY)
    guarantee_id: Mapped[str | None] = mapped_column(String(36))
    actor: Mapped[Packed]
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[At]
