"""Organisations."""

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from services.achievements.tables.base import At, Base, Code, Short, UsccColumn


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
    version: Mapped[int]
    created_at: Mapped[At]
    updated_at: Mapped[At]
