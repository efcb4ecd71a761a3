"""Open bidding (揭榜挂帅): bids, experts, reviews, awards, milestones."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Index, Numeric, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Instant
from services.achievements.tables.base import At, Base, Code, Id, Json, Long, Money, Short
from services.achievements.tables.base import UsccColumn as Uscc

_STANDS = text("state <> 'withdrawn'")


class Bid(Base):
    """揭榜：一个团队对一项需求的应答；截止前密封，一个团队只揭一次"""

    __tablename__ = "bids"
    __table_args__ = (
        Index(
            "uq_bids_demand_id_lead_uscc",
            "demand_id",
            "lead_uscc",
            unique=True,
            postgresql_where=_STANDS,
        ),
        Index("uq_bids_demand_id_team", "demand_id", "team", unique=True, postgresql_where=_STANDS),
        {"comment": "揭榜"},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    demand_id: Mapped[Id]
    lead_uscc: Mapped[Uscc]
    lead_name: Mapped[Short]
    team: Mapped[str] = mapped_column(String(64))
    title: Mapped[Short]
    proposal: Mapped[Long]
    parties: Mapped[Json]
    members: Mapped[Json]
    amount_yuan: Mapped[Money]
    term_months: Mapped[int] = mapped_column(SmallInteger)
    achievement_ids: Mapped[Json]
    state: Mapped[Code]
    version: Mapped[int]
    created_at: Mapped[At]
    updated_at: Mapped[At]


class BidExpert(Base):
    """揭榜评审专家，附其利害关系申报"""

    __tablename__ = "bid_experts"
    __table_args__ = (
        Index("uq_bid_experts_demand_id_uscc_name", "demand_id", "uscc", "name", unique=True),
        {"comment": "揭榜评审专家"},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    demand_id: Mapped[Id]
    name: Mapped[Short]
    orcid: Mapped[str | None] = mapped_column(String(19))
    uscc: Mapped[Uscc]
    organization_name: Mapped[Short]
    interests: Mapped[Json]
    appointed_by: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[At]


class BidReview(Base):
    """一名专家对一个揭榜方案的评审"""

    __tablename__ = "bid_reviews"
    __table_args__ = ({"comment": "揭榜评审"},)

    bid_id: Mapped[Id] = mapped_column(primary_key=True)
    expert_id: Mapped[Id] = mapped_column(primary_key=True)
    demand_id: Mapped[Id]
    scores: Mapped[Json]
    total: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    comment: Mapped[Long | None]
    recorded_by: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[At]


class BidAward(Base):
    """定榜：一人提出，另一人确认"""

    __tablename__ = "bid_awards"
    __table_args__ = (
        Index(
            "uq_bid_awards_demand_id",
            "demand_id",
            unique=True,
            postgresql_where=text("state <> 'rejected'"),
        ),
        {"comment": "定榜"},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    demand_id: Mapped[Id]
    bid_id: Mapped[Id]
    amount_yuan: Mapped[Money]
    reason: Mapped[Short]
    state: Mapped[Code]
    version: Mapped[int]
    proposed_by: Mapped[str] = mapped_column(String(100))
    proposed_uscc: Mapped[Uscc]
    decided_by: Mapped[str | None] = mapped_column(String(100))
    decision_reason: Mapped[Short | None]
    created_at: Mapped[At]
    decided_at: Mapped[datetime | None] = mapped_column(Instant)


class DemandMilestone(Base):
    """榜单任务的里程碑与付款；各笔之和等于定榜金额，到分"""

    __tablename__ = "demand_milestones"
    __table_args__ = ({"comment": "榜单里程碑"},)

    demand_id: Mapped[Id] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    title: Mapped[Short]
    deliverable: Mapped[Long | None]
    due_on: Mapped[date]
    payment_yuan: Mapped[Money]
    state: Mapped[Code]
    version: Mapped[int]
    delivery_note: Mapped[Long | None]
    delivered_on: Mapped[date | None]
    passed_on: Mapped[date | None]
    paid_on: Mapped[date | None]
    payment_reference: Mapped[Short | None]
