"""The financing cases: their rows, and the ledger that the rows are the fold of."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Numeric, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from gateway.tables.base import At, Base, Code, Id, Name, Packed, Sealed, UsccColumn


class CaseSerial(Base):
    """办件编号的年度流水"""

    __tablename__ = "case_serials"
    __table_args__ = ({"comment": "办件编号的年度流水"},)

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class FinancingCase(Base):
    """融资办件：由事件折叠而成的当前状态，version 为最后一个事件的序号"""

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_uscc_id", "uscc", "id"),
        Index("ix_cases_state_id", "state", "id"),
        {"comment": "融资办件"},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    uscc: Mapped[UsccColumn]
    enterprise_name: Mapped[Name]
    title: Mapped[Name]
    amount_yuan: Mapped[Decimal | None] = mapped_column(Numeric(20, 2))
    achievement_id: Mapped[str | None] = mapped_column(String(36))
    plan: Mapped[Packed]
    state: Mapped[Code]
    credit: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    enhancement_reason: Mapped[str | None] = mapped_column(Text)
    record: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    contract_id: Mapped[str | None] = mapped_column(String(36), unique=True)
    enhancements: Mapped[list[Any]] = mapped_column(JSONB, server_default=text("'[]'"))
    record_reference: Mapped[str | None] = mapped_column(String(120), unique=True)
    opened_by: Mapped[str | None] = mapped_column(String(100))
    proposal: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    close_reason_code: Mapped[str | None] = mapped_column(String(50))
    version: Mapped[int]
    last_hash: Mapped[str] = mapped_column(String(64))


class CaseTrack(Base):
    """环节办理：一家机构在一个环节中的工作；claimed_by 经办人，made_by 提交人，notice 一次性告知"""

    __tablename__ = "case_tracks"
    __table_args__ = (
        Index("ix_case_tracks_case_id_place", "case_id", "place"),
        Index("ix_case_tracks_holder_uscc_state", "holder_uscc", "state"),
        {"comment": "环节办理"},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    case_id: Mapped[Id] = mapped_column(ForeignKey("cases.id"))
    place: Mapped[int]
    stage: Mapped[Code]
    holder_role: Mapped[Code]
    holder_uscc: Mapped[UsccColumn]
    holder_name: Mapped[Name]
    state: Mapped[Code]
    superseded: Mapped[bool]
    supersedes: Mapped[str | None] = mapped_column(String(36))
    received_on: Mapped[date | None]
    decided_on: Mapped[date | None]
    reason_code: Mapped[str | None] = mapped_column(String(50))
    conditions: Mapped[list[Any]] = mapped_column(JSONB)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    claimed_by: Mapped[str | None] = mapped_column(String(100))
    made_by: Mapped[str | None] = mapped_column(String(100))
    accepted_on: Mapped[date | None]
    notice: Mapped[list[Any]] = mapped_column(JSONB, server_default=text("'[]'"))


class CaseEventRow(Base):
    """办件台账：只追加，每个事件含前一事件的哈希"""

    __tablename__ = "case_events"
    __table_args__ = ({"comment": "办件台账"},)

    case_id: Mapped[Id] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[Code]
    at: Mapped[At]
    actor: Mapped[Packed]
    track_id: Mapped[str | None] = mapped_column(String(36))
    reason_code: Mapped[str | None] = mapped_column(String(50))
    reason: Mapped[str | None] = mapped_column(Text)
    data: Mapped[Sealed]
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class ExchangeReceipt(Base):
    """交易中心回执：适配器每次调用的请求与答复，只追加"""

    __tablename__ = "exchange_receipts"
    __table_args__ = (
        Index("ix_exchange_receipts_case_id", "case_id"),
        {"comment": "交易中心回执"},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    case_id: Mapped[Id]
    track_id: Mapped[Id]
    at: Mapped[At]
    attempts: Mapped[int]
    simulated: Mapped[bool]
    request: Mapped[Packed]
    status: Mapped[int | None]
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
