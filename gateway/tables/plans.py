"""办理路径模板: composed by one officer, approved by another, every version kept."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from gateway.tables.base import At, Base, Code, Packed
from kit.db import Instant


class PlanVersion(Base):
    """办理路径的一个版本：拟定人与批准人须为两人；获批的版本供新办件使用"""

    __tablename__ = "plan_versions"
    __table_args__ = ({"comment": "办理路径的版本"},)

    plan_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[Code]
    plan: Mapped[Packed]
    reason: Mapped[str] = mapped_column(Text)
    made_by: Mapped[Packed]
    made_at: Mapped[At]
    decided_by: Mapped[Packed | None]
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decision_reason: Mapped[str | None] = mapped_column(Text)
