"""Organisations."""

from datetime import date

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from services.achievements.tables.base import At, Base, Code, Id, Json, Short, UsccColumn


class Organization(Base):
    """机构：以统一社会信用代码为键，跨服务唯一共用的键"""

    __tablename__ = "organizations"
    __table_args__ = ({"comment": "机构"},)

    uscc: Mapped[UsccColumn] = mapped_column(primary_key=True)
    name: Mapped[Short]
    kind: Mapped[Code]
    district: Mapped[Short | None]
    in_district: Mapped[bool | None]
    is_industrial: Mapped[bool | None]
    is_above_designated_size: Mapped[bool | None]
    above_designated_size_since: Mapped[date | None]
    ended_on: Mapped[date | None]
    end_kind: Mapped[Code | None]
    successor_uscc: Mapped[UsccColumn | None]
    version: Mapped[int]
    created_at: Mapped[At]
    updated_at: Mapped[At]


class OrganizationFact(Base):
    """机构情况：自何日起如何；只增不改，更正另起一条，后记的为准"""

    __tablename__ = "organization_facts"
    __table_args__ = (
        Index("ix_organization_facts_uscc", "uscc"),
        {"comment": "机构情况，自何日起"},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    uscc: Mapped[UsccColumn]
    fact: Mapped[Code]
    value: Mapped[Json]
    from_on: Mapped[date | None]
    recorded_at: Mapped[At]
    recorded_by: Mapped[Short]
