"""Care plans for the largest spenders on R&D: officer, visits, promises."""

from datetime import date

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from services.achievements.tables.base import At, Base, Id, Long, Short, UsccColumn


class CarePlan(Base):
    """重点研发单位服务方案：每单位一个"""

    __tablename__ = "care_plans"
    __table_args__ = ({"comment": "重点研发单位服务方案"},)

    id: Mapped[Id] = mapped_column(primary_key=True)
    uscc: Mapped[UsccColumn] = mapped_column(unique=True)
    officer: Mapped[Short]
    goal: Mapped[Short | None]
    version: Mapped[int]
    created_at: Mapped[At]
    updated_at: Mapped[At]


class CareVisit(Base):
    """走访记录"""

    __tablename__ = "care_visits"
    __table_args__ = (Index("ix_care_visits_plan_id", "plan_id"), {"comment": "走访记录"})

    id: Mapped[Id] = mapped_column(primary_key=True)
    plan_id: Mapped[Id]
    visited_on: Mapped[date]
    visitor: Mapped[Short]
    note: Mapped[Long]
    created_at: Mapped[At]


class CarePromise(Base):
    """承诺事项：到期未办结即逾期"""

    __tablename__ = "care_promises"
    __table_args__ = (Index("ix_care_promises_plan_id", "plan_id"), {"comment": "承诺事项"})

    id: Mapped[Id] = mapped_column(primary_key=True)
    plan_id: Mapped[Id]
    promise: Mapped[Short]
    due_on: Mapped[date]
    done_on: Mapped[date | None]
    created_at: Mapped[At]
