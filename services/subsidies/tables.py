"""The data model of subsidies: facts heard or recorded, and which entitlements follow from them.

No outcome and no amount of an entitlement is stored: both are calculated from the facts by the
policy of the day whenever they are read, so the order in which facts arrive cannot matter.
"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Numeric,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kit.db import NAMING, Instant, add_kit_tables

Money = Numeric(20, 2)


class Base(DeclarativeBase):
    """Everything subsidies keeps, in its own database."""

    metadata = MetaData(naming_convention=NAMING)


add_kit_tables(Base.metadata)


class OrganizationRecord(Base):
    """单位（来自成果服务的登记）; `heard_at` is the instant of the event, the newest counts."""

    __tablename__ = "organizations"
    __table_args__ = ({"comment": "单位：来自登记的最新情况"},)

    uscc: Mapped[str] = mapped_column(String(18), primary_key=True)
    name: Mapped[str] = mapped_column(String(500))
    kind: Mapped[str | None] = mapped_column(String(64))
    in_district: Mapped[bool | None] = mapped_column(Boolean)
    is_industrial: Mapped[bool | None] = mapped_column(Boolean)
    is_above_designated_size: Mapped[bool | None] = mapped_column(Boolean)
    heard_at: Mapped[datetime] = mapped_column(Instant)


class ContractRecord(Base):
    """技术合同（经市级登记，来自成果服务）"""

    __tablename__ = "contracts"
    __table_args__ = (
        Index(None, "contract_number"),
        {"comment": "已登记的技术合同"},
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    contract_number: Mapped[str] = mapped_column(String(64))
    type: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(1000))
    registered_by: Mapped[str | None] = mapped_column(String(64))
    registered_on: Mapped[date | None] = mapped_column(Date)
    total_yuan: Mapped[Decimal | None] = mapped_column(Money)
    technology_yuan: Mapped[Decimal | None] = mapped_column(Money)
    achievement_id: Mapped[str | None] = mapped_column(String(64))
    case_id: Mapped[str | None] = mapped_column(String(64))
    heard_at: Mapped[datetime] = mapped_column(Instant)


class ContractPartyRecord(Base):
    """合同当事方"""

    __tablename__ = "contract_parties"
    __table_args__ = (Index(None, "uscc"), {"comment": "技术合同的当事方"})

    contract_id: Mapped[str] = mapped_column(ForeignKey("contracts.id"), primary_key=True)
    uscc: Mapped[str] = mapped_column(String(18), primary_key=True)
    side: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(500))
    kind: Mapped[str | None] = mapped_column(String(64))


class AwardRecord(Base):
    """获奖（来自成果服务）"""

    __tablename__ = "awards"
    __table_args__ = ({"comment": "获奖登记"},)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    uscc: Mapped[str] = mapped_column(String(18))
    scheme: Mapped[str] = mapped_column(String(64))
    level: Mapped[str | None] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(1000))
    awarded_on: Mapped[date | None] = mapped_column(Date)
    heard_at: Mapped[datetime] = mapped_column(Instant)


class CityPaymentRecord(Base):
    """市级补助拨付: recorded by the bureau once per `payment_ref`; never edited."""

    __tablename__ = "city_payments"
    __table_args__ = (
        CheckConstraint("disbursed_yuan >= 0", name="disbursed_not_negative"),
        CheckConstraint(
            "approved_yuan IS NULL OR disbursed_yuan <= approved_yuan", name="within_approval"
        ),
        CheckConstraint(
            "num_nonnulls(contract_number, contract_id, platform_id) = 1", name="one_subject"
        ),
        Index(None, "uscc"),
        {"comment": "市级补助拨付记录：细则4至6的触发事实"},
    )

    payment_ref: Mapped[str] = mapped_column(String(100), primary_key=True)
    uscc: Mapped[str] = mapped_column(String(18))
    contract_number: Mapped[str | None] = mapped_column(String(64))
    contract_id: Mapped[str | None] = mapped_column(String(64))
    platform_id: Mapped[str | None] = mapped_column(String(64))
    approved_yuan: Mapped[Decimal | None] = mapped_column(Money)
    disbursed_yuan: Mapped[Decimal] = mapped_column(Money)
    disbursed_on: Mapped[date] = mapped_column(Date)
    recorded_by: Mapped[str] = mapped_column(String(100))
    recorded_by_uscc: Mapped[str] = mapped_column(String(18))
    recorded_at: Mapped[datetime] = mapped_column(Instant)


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
            postgresql_where=text("state NOT IN ('refused', 'withdrawn')"),
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
