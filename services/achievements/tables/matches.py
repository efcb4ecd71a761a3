"""Matches between demands and what may answer them, the judgement of people, what was learned."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import BigInteger, Identity, Index, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Instant
from services.achievements.tables.base import At, Base, Code, Id, Json, Short, UsccColumn


class Match(Base):
    """需求与成果、人员、仪器、平台的匹配，已告知双方者；可见性在查询时另行判断"""

    __tablename__ = "matches"
    __table_args__ = ({"comment": "供需匹配"},)

    demand_id: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[Code] = mapped_column(primary_key=True)
    thing_id: Mapped[Id] = mapped_column(primary_key=True)
    score: Mapped[Decimal] = mapped_column(Numeric(6, 4))
    reasons: Mapped[Json]
    found_at: Mapped[At]


class MatchFeedback(Base):
    """对匹配的反馈：一个单位对一项匹配只有一个现行意见"""

    __tablename__ = "match_feedback"
    __table_args__ = ({"comment": "匹配反馈"},)

    demand_id: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[Code] = mapped_column(primary_key=True)
    thing_id: Mapped[Id] = mapped_column(primary_key=True)
    organization_uscc: Mapped[UsccColumn] = mapped_column(primary_key=True)
    verdict: Mapped[Code]
    reasons: Mapped[Json]
    note: Mapped[Short | None]
    client_id: Mapped[str] = mapped_column(String(100))
    given_at: Mapped[At]


class MatchWeights(Base):
    """匹配理由的权重：自某时起生效，只增不改"""

    __tablename__ = "match_weights"
    __table_args__ = ({"comment": "匹配权重"},)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    valid_from: Mapped[At]
    weights: Mapped[Json]
    evidence: Mapped[Json]
    feedback_count: Mapped[int]


class Notice(Base):
    """站内告知：某单位应当知道的一件事"""

    __tablename__ = "notices"
    __table_args__ = (
        Index("uq_notices_uscc_key", "uscc", "key", unique=True),
        Index("ix_notices_uscc_id", "uscc", "id"),
        {"comment": "站内告知"},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    uscc: Mapped[UsccColumn]
    key: Mapped[str] = mapped_column(String(200))
    code: Mapped[Code]
    text_zh: Mapped[Short]
    text_en: Mapped[Short]
    link: Mapped[Short]
    created_at: Mapped[At]
    read_at: Mapped[datetime | None] = mapped_column(Instant)
