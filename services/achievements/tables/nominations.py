"""Calls for nominations for awards, and the nominations."""

from datetime import date

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from services.achievements.tables.base import At, Base, Code, Id, Json, MaybeJson, Short, UsccColumn


class AwardCall(Base):
    """科技奖提名通知：哪一奖、哪些等级、何日截止（工作日）"""

    __tablename__ = "award_calls"
    __table_args__ = ({"comment": "科技奖提名通知"},)

    id: Mapped[Id] = mapped_column(primary_key=True)
    scheme: Mapped[Code]
    levels: Mapped[Json]
    title: Mapped[Short]
    document: Mapped[Short | None]
    published_on: Mapped[date]
    working_days: Mapped[int]
    due_on: Mapped[date]
    recommend_days: Mapped[int]
    supplement_days: Mapped[int]
    publisher_uscc: Mapped[UsccColumn]
    version: Mapped[int]
    created_at: Mapped[At]
    updated_at: Mapped[At]


class Nomination(Base):
    """科技奖提名：一项成果对一次通知只有一个有效的提名"""

    __tablename__ = "nominations"
    __table_args__ = (
        Index(
            "uq_nominations_live",
            "call_id",
            "achievement_id",
            unique=True,
            postgresql_where=text("state <> 'withdrawn'"),
        ),
        Index("ix_nominations_owner_uscc", "owner_uscc"),
        {"comment": "科技奖提名"},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    call_id: Mapped[Id]
    achievement_id: Mapped[Id]
    owner_uscc: Mapped[UsccColumn]
    state: Mapped[Code]
    version: Mapped[int]
    content: Mapped[Json]
    due_on: Mapped[date | None]
    submitted_on: Mapped[date | None]
    decision: Mapped[MaybeJson]
    award_id: Mapped[str | None] = mapped_column(String(36))
    created_at: Mapped[At]
    updated_at: Mapped[At]
