"""Service agencies, brokers, training, appointments, commissions."""

from datetime import date

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.achievements.tables.base import (
    At,
    Base,
    Code,
    Id,
    Json,
    Long,
    Money,
    Short,
    UsccColumn,
)


class ServiceAgency(Base):
    """技术转移机构"""

    __tablename__ = "service_agencies"
    __table_args__ = ({"comment": "技术转移机构"},)

    id: Mapped[Id] = mapped_column(primary_key=True)
    uscc: Mapped[UsccColumn] = mapped_column(unique=True)
    name: Mapped[Short]
    services: Mapped[Json]
    fields: Mapped[Json]
    introduction: Mapped[Long | None]
    version: Mapped[int]
    created_at: Mapped[At]
    updated_at: Mapped[At]


class Broker(Base):
    """技术经纪人"""

    __tablename__ = "brokers"
    __table_args__ = (Index("ix_brokers_agency_uscc", "agency_uscc"), {"comment": "技术经纪人"})

    id: Mapped[Id] = mapped_column(primary_key=True)
    agency_uscc: Mapped[UsccColumn]
    name: Mapped[Short]
    fields: Mapped[Json]
    introduction: Mapped[Long | None]
    is_active: Mapped[bool]
    version: Mapped[int]
    created_at: Mapped[At]
    updated_at: Mapped[At]


class BrokerLevel(Base):
    """经纪人等级：每次授予一行，只增不改"""

    __tablename__ = "broker_levels"
    __table_args__ = (Index("ix_broker_levels_broker_id", "broker_id"), {"comment": "经纪人等级"})

    id: Mapped[Id] = mapped_column(primary_key=True)
    broker_id: Mapped[Id]
    level: Mapped[Code]
    certificate_number: Mapped[Short]
    issuer: Mapped[Short]
    awarded_on: Mapped[date]
    created_at: Mapped[At]


class TrainingCredit(Base):
    """培训学时：到期失效"""

    __tablename__ = "training_credits"
    __table_args__ = (
        UniqueConstraint("broker_id", "certificate_number"),
        CheckConstraint("hours > 0", name="hours_positive"),
        {"comment": "培训学时"},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    broker_id: Mapped[Id]
    course: Mapped[Short]
    provider: Mapped[Short]
    certificate_number: Mapped[str] = mapped_column(String(100))
    hours: Mapped[int]
    completed_on: Mapped[date]
    expires_on: Mapped[date]
    created_at: Mapped[At]


class Appointment(Base):
    """委托：业主委托机构办理一事，机构接受"""

    __tablename__ = "appointments"
    __table_args__ = (
        Index("ix_appointments_subject", "subject_kind", "subject_id"),
        Index("ix_appointments_agency_uscc", "agency_uscc"),
        Index("ix_appointments_principal_uscc", "principal_uscc"),
        {"comment": "委托"},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    subject_kind: Mapped[Code]
    subject_id: Mapped[Id]
    principal_uscc: Mapped[UsccColumn]
    principal_name: Mapped[Short]
    agency_uscc: Mapped[UsccColumn]
    state: Mapped[Code]
    version: Mapped[int]
    commission: Mapped[Json]
    valid_until: Mapped[date | None]
    reason: Mapped[Short | None]
    created_at: Mapped[At]
    updated_at: Mapped[At]


class Commission(Base):
    """佣金：一项委托一笔，各经纪人份额合计等于总额"""

    __tablename__ = "commissions"
    __table_args__ = (
        UniqueConstraint("appointment_id"),
        {"comment": "佣金"},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    appointment_id: Mapped[Id]
    contract_id: Mapped[Id]
    base_yuan: Mapped[Money]
    total_yuan: Mapped[Money]
    created_at: Mapped[At]


class CommissionPart(Base):
    """佣金份额"""

    __tablename__ = "commission_parts"
    __table_args__ = ({"comment": "佣金份额"},)

    commission_id: Mapped[Id] = mapped_column(primary_key=True)
    broker_id: Mapped[Id] = mapped_column(primary_key=True)
    share: Mapped[int]
    amount_yuan: Mapped[Money]
