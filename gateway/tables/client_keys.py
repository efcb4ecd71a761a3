"""Public keys with which clients prove who they are, and the proofs that were used."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from gateway.tables.base import At, Base
from kit.db import Instant


class ClientKey(Base):
    """客户端公钥：可同时登记多把，新旧并存即可无缝轮换；停用的留作记录"""

    __tablename__ = "client_keys"
    __table_args__ = ({"comment": "客户端公钥（RFC 7523）"},)

    client_id: Mapped[str] = mapped_column(String(100), ForeignKey("clients.id"), primary_key=True)
    kid: Mapped[str] = mapped_column(String(100), primary_key=True)
    jwk: Mapped[dict[str, Any]] = mapped_column(JSONB)
    added_at: Mapped[At]
    retired_at: Mapped[datetime | None] = mapped_column(Instant)
    retire_reason: Mapped[str | None] = mapped_column(String(1000))


class UsedAssertion(Base):
    """已用断言：每个 jti 只能换一次令牌，过期后删除"""

    __tablename__ = "used_assertions"
    __table_args__ = (
        Index("ix_used_assertions_expires_at", "expires_at"),
        {"comment": "已用的客户端断言"},
    )

    client_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    jti: Mapped[str] = mapped_column(String(200), primary_key=True)
    expires_at: Mapped[At]
