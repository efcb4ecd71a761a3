"""Listings: what is on the market, offers, bids, deposits, public notices."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Instant
from services.achievements.tables.base import (
    At,
    Base,
    Code,
    Id,
    Json,
    Long,
    MaybeJson,
    Money,
    Short,
    UsccColumn,
)


class Listing(Base):
    """挂牌：一项成果以协议、竞价或拍卖方式交易"""

    __tablename__ = "listings"
    __table_args__ = (
        Index("ix_listings_state_closes_at", "state", "closes_at"),
        Index("ix_listings_owner_uscc", "owner_uscc"),
        Index("ix_listings_achievement_id", "achievement_id"),
        Index("ix_listings_exchange_number", "exchange_number", unique=True),
        {"comment": "挂牌"},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    owner_uscc: Mapped[UsccColumn]
    owner_name: Mapped[Short]
    owner_kind: Mapped[Code]
    lister_uscc: Mapped[UsccColumn]
    achievement_id: Mapped[str] = mapped_column(String(36))
    title: Mapped[Short]
    description: Mapped[Long | None]
    transfer_ways: Mapped[Json]
    way: Mapped[Code]
    state: Mapped[Code]
    version: Mapped[int]
    asking_price_yuan: Mapped[Money | None]
    start_price_yuan: Mapped[Money | None]
    reserve_price_yuan: Mapped[Money | None]
    increment_yuan: Mapped[Money | None]
    deposit_yuan: Mapped[Money | None]
    opens_at: Mapped[datetime | None] = mapped_column(Instant)
    closes_at: Mapped[datetime | None] = mapped_column(Instant)
    extension_window_minutes: Mapped[int | None]
    extension_minutes: Mapped[int | None]
    extensions: Mapped[int]
    listed_at: Mapped[datetime | None] = mapped_column(Instant)
    reserved_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    buyer: Mapped[MaybeJson]
    price_yuan: Mapped[Money | None]
    winning_bid: Mapped[int | None]
    contract_id: Mapped[str | None] = mapped_column(String(36))
    reason: Mapped[Short | None]
    # The mirror at the exchange: what it was told last, and what was heard of it last.
    exchange_number: Mapped[str | None] = mapped_column(String(60))
    told_version: Mapped[int]
    heard_revision: Mapped[int]
    created_at: Mapped[At]
    updated_at: Mapped[At]


class ListingOffer(Base):
    """协议定价的报价与还价"""

    __tablename__ = "listing_offers"
    __table_args__ = (
        UniqueConstraint("listing_id", "sequence"),
        {"comment": "协议定价的报价与还价"},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    listing_id: Mapped[Id]
    sequence: Mapped[int]
    buyer: Mapped[Json]
    buyer_uscc: Mapped[UsccColumn]
    author_uscc: Mapped[UsccColumn]
    amount_yuan: Mapped[Money]
    note: Mapped[Short | None]
    state: Mapped[Code]
    created_at: Mapped[At]
    decided_at: Mapped[datetime | None] = mapped_column(Instant)


class ListingBid(Base):
    """竞价簿：按到达次序逐条哈希相链，只增不改"""

    __tablename__ = "listing_bids"
    __table_args__ = (
        UniqueConstraint("listing_id", "sequence"),
        {"comment": "竞价簿"},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    listing_id: Mapped[Id]
    sequence: Mapped[int]
    bidder_uscc: Mapped[UsccColumn]
    bidder_name: Mapped[Short]
    bidder_kind: Mapped[Code]
    amount_yuan: Mapped[Money]
    nonce: Mapped[str] = mapped_column(String(32))
    at: Mapped[At]
    seal: Mapped[str] = mapped_column(String(64))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class ListingDeposit(Base):
    """竞买保证金"""

    __tablename__ = "listing_deposits"
    __table_args__ = (
        UniqueConstraint("listing_id", "uscc"),
        CheckConstraint("amount_yuan > 0", name="amount_positive"),
        {"comment": "竞买保证金"},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    listing_id: Mapped[Id]
    uscc: Mapped[UsccColumn]
    name: Mapped[Short]
    amount_yuan: Mapped[Money]
    state: Mapped[Code]
    version: Mapped[int]
    reference: Mapped[Short | None]
    reason: Mapped[Short | None]
    created_at: Mapped[At]
    updated_at: Mapped[At]


class ListingNotice(Base):
    """职务成果转化公示：名称与拟交易价格"""

    __tablename__ = "listing_notices"
    __table_args__ = (
        Index("ix_listing_notices_listing_id", "listing_id"),
        {"comment": "职务成果转化公示"},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    listing_id: Mapped[Id]
    title: Mapped[Short]
    price_yuan: Mapped[Money]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    clause: Mapped[Short]
    is_withdrawn: Mapped[bool]
    created_at: Mapped[At]


class ListingObjection(Base):
    """公示期间的异议"""

    __tablename__ = "listing_objections"
    __table_args__ = (
        Index("ix_listing_objections_notice_id", "notice_id"),
        {"comment": "公示期间的异议"},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    listing_id: Mapped[Id]
    notice_id: Mapped[Id]
    objector_uscc: Mapped[UsccColumn]
    objector_name: Mapped[Short]
    statement: Mapped[Long]
    state: Mapped[Code]
    version: Mapped[int]
    reason: Mapped[Short | None]
    created_at: Mapped[At]
    decided_at: Mapped[datetime | None] = mapped_column(Instant)


class ExchangeReceipt(Base):
    """交易中心往来回执：一问一行，重发只加次数；收到的消息按编号只记一次"""

    __tablename__ = "exchange_receipts"
    __table_args__ = (
        UniqueConstraint("direction", "key"),
        Index("ix_exchange_receipts_listing_id", "listing_id"),
        {"comment": "交易中心往来回执"},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    direction: Mapped[Code]
    kind: Mapped[Code]
    key: Mapped[str] = mapped_column(String(150))
    listing_id: Mapped[str | None] = mapped_column(String(36))
    attempts: Mapped[int]
    simulated: Mapped[bool]
    request: Mapped[Json]
    status: Mapped[int | None]
    answer: Mapped[MaybeJson]
    outcome: Mapped[Code]
    first_at: Mapped[At]
    last_at: Mapped[At]


class ExchangeCursor(Base):
    """读到交易中心消息的何处"""

    __tablename__ = "exchange_cursors"
    __table_args__ = ({"comment": "读到交易中心消息的何处"},)

    name: Mapped[Code] = mapped_column(primary_key=True)
    position: Mapped[int]
    heard_at: Mapped[At]
