"""Who is told when a profile changes: monitors, and every message with its fate."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Instant
from services.credit.tables.base import Base


class MonitorRecord(Base):
    """监测: within a consent, an institution is told of changes at its own address.

    `profile_hash` is the state that was told last (or seen at the start); `secret` signs.
    """

    __tablename__ = "monitors"
    __table_args__ = (
        Index("ix_monitors_uscc_state", "uscc", "state"),
        {"comment": "画像变动监测"},
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    uscc: Mapped[str] = mapped_column(String(18))
    institution_uscc: Mapped[str] = mapped_column(String(18), index=True)
    institution_name: Mapped[str] = mapped_column(String(200))
    client_id: Mapped[str] = mapped_column(String(100))
    consent_id: Mapped[str] = mapped_column(ForeignKey("consents.id"), index=True)
    url: Mapped[str] = mapped_column(String(500))
    secret: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(20))
    end_reason: Mapped[str | None] = mapped_column(String(50))
    profile_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(Integer, default=1)


class MonitorMessage(Base):
    """监测消息: one change told to one institution; `id` stays the same at every try."""

    __tablename__ = "monitor_messages"
    __table_args__ = (
        Index("ix_monitor_messages_monitor_id_id", "monitor_id", "id"),
        {"comment": "监测消息及其送达情况"},
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    monitor_id: Mapped[str] = mapped_column(ForeignKey("monitors.id"))
    state: Mapped[str] = mapped_column(String(20))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    made_at: Mapped[datetime] = mapped_column(Instant)
    give_up_at: Mapped[datetime] = mapped_column(Instant)
    next_try_at: Mapped[datetime | None] = mapped_column(Instant)
    delivered_at: Mapped[datetime | None] = mapped_column(Instant)
    last_status: Mapped[int | None] = mapped_column(Integer)
    last_error: Mapped[str | None] = mapped_column(String(300))
