"""The life of a platform: evidence, certification, grades, tenants."""

from datetime import date

from sqlalchemy import Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from services.achievements.tables.base import At, Base, Code, Id, Short, UsccColumn


class PlatformEvidence(Base):
    """“六有”佐证：每一“有”一份"""

    __tablename__ = "platform_evidence"
    __table_args__ = ({"comment": "平台“六有”佐证"},)

    platform_id: Mapped[Id] = mapped_column(primary_key=True)
    have: Mapped[Code] = mapped_column(primary_key=True)
    title: Mapped[Short]
    document: Mapped[Short | None]
    given_at: Mapped[At]


class PlatformCertification(Base):
    """平台认定"""

    __tablename__ = "platform_certifications"
    __table_args__ = ({"comment": "平台认定"},)

    platform_id: Mapped[Id] = mapped_column(primary_key=True)
    certified_on: Mapped[date]
    level: Mapped[Code]
    assessor: Mapped[Short]
    assessor_uscc: Mapped[UsccColumn]
    document: Mapped[Short | None]
    newly_established: Mapped[bool | None]


class PlatformGrade(Base):
    """绩效评价等级：按年度和评价单位"""

    __tablename__ = "platform_grades"
    __table_args__ = ({"comment": "平台绩效评价等级"},)

    platform_id: Mapped[Id] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    assessor: Mapped[str] = mapped_column(String(500), primary_key=True)
    grade: Mapped[Code]
    assessor_uscc: Mapped[UsccColumn]
    graded_on: Mapped[date]
    recorded_at: Mapped[At]


class PlatformTenant(Base):
    """载体入驻单位"""

    __tablename__ = "platform_tenants"
    __table_args__ = (
        Index("ix_platform_tenants_platform_id", "platform_id"),
        {"comment": "载体入驻单位"},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    platform_id: Mapped[Id]
    uscc: Mapped[UsccColumn | None]
    name: Mapped[Short]
    moved_in_on: Mapped[date]
    moved_out_on: Mapped[date | None]
    created_at: Mapped[At]
