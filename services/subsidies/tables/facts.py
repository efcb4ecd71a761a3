"""Facts heard from the registry or recorded by the bureau; the newest word counts."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Instant
from services.subsidies.tables.base import Base, Money


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
    withdrawn_on: Mapped[date | None] = mapped_column(Date)
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


class PlatformRecord(Base):
    """平台认定（来自成果服务）: enterprise R&D platforms, laboratories, centres, pilot bases."""

    __tablename__ = "platforms"
    __table_args__ = (Index(None, "uscc"), {"comment": "已认定的平台（细则2、3、5、6）"})

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    uscc: Mapped[str] = mapped_column(String(18))
    kind: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(1000))
    level: Mapped[str | None] = mapped_column(String(64))
    established_on: Mapped[date | None] = mapped_column(Date)
    certified_on: Mapped[date | None] = mapped_column(Date)
    newly_established: Mapped[bool | None] = mapped_column(Boolean)
    in_district: Mapped[bool | None] = mapped_column(Boolean)
    co_builders: Mapped[int | None] = mapped_column(Integer)
    six_haves: Mapped[dict[str, bool | None]] = mapped_column(JSONB)
    withdrawn_on: Mapped[date | None] = mapped_column(Date)
    heard_at: Mapped[datetime] = mapped_column(Instant)


class PlatformGradeRecord(Base):
    """平台绩效评价结果（按年度和评价单位）"""

    __tablename__ = "platform_grades"
    __table_args__ = ({"comment": "平台绩效评价结果"},)

    id: Mapped[str] = mapped_column(String(200), primary_key=True)
    platform_id: Mapped[str] = mapped_column(String(64), index=True)
    year: Mapped[int] = mapped_column(Integer)
    assessed_by: Mapped[str] = mapped_column(String(64))
    grade: Mapped[str] = mapped_column(String(64))
    heard_at: Mapped[datetime] = mapped_column(Instant)


class MergerRecord(Base):
    """单位合并（来自信用服务）: what one was paid counts for the other."""

    __tablename__ = "mergers"
    __table_args__ = (
        Index(None, "absorbed_uscc"),
        Index(None, "surviving_uscc"),
        {"comment": "单位合并：合并各方视为一个单位，不重复兑付"},
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    absorbed_uscc: Mapped[str] = mapped_column(String(18))
    surviving_uscc: Mapped[str] = mapped_column(String(18))
    ended: Mapped[bool] = mapped_column(Boolean)
    heard_at: Mapped[datetime] = mapped_column(Instant)
