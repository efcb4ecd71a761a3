"""Technology contracts, and the financing cases that achievements take part in."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, Sequence, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Instant
from services.achievements.tables.base import (
    At,
    Base,
    Code,
    Id,
    Json,
    Short,
    UsccColumn,
)

CONTRACT_SERIALS = Sequence("contract_serials", data_type=BigInteger, metadata=Base.metadata)


class ContractAmendment(Base):
    """技术合同的变更与撤销：另立记录，不改原登记"""

    __tablename__ = "contract_amendments"
    __table_args__ = (
        UniqueConstraint("contract_id", "sequence"),
        {"comment": "技术合同的变更与撤销"},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    contract_id: Mapped[Id]
    sequence: Mapped[int]
    kind: Mapped[Code]
    state: Mapped[Code]
    version: Mapped[int]
    content: Mapped[Json]
    reason: Mapped[Short]
    requested_by_uscc: Mapped[UsccColumn]
    requested_by_name: Mapped[Short]
    decided_by_uscc: Mapped[UsccColumn | None]
    decision_reason: Mapped[Short | None]
    created_at: Mapped[At]
    decided_at: Mapped[datetime | None] = mapped_column(Instant)


class AchievementCase(Base):
    """成果参与的融资办件，由网关的事件得知"""

    __tablename__ = "achievement_cases"
    __table_args__ = (
        Index("ix_achievement_cases_achievement_id", "achievement_id"),
        {"comment": "成果参与的融资办件"},
    )

    case_id: Mapped[Id] = mapped_column(primary_key=True)
    achievement_id: Mapped[str | None] = mapped_column(String(36))
    uscc: Mapped[UsccColumn]
    state: Mapped[Code]
    closed_on: Mapped[date | None]
