"""The gateway's data model: who may take tokens, who decides what, and the financing cases."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from sqlalchemy import JSON, ForeignKey, Index, MetaData, Numeric, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kit.db import NAMING, Instant, add_kit_tables

Id = Annotated[str, mapped_column(String(36))]
UsccColumn = Annotated[str, mapped_column(String(18))]
Code = Annotated[str, mapped_column(String(50))]
Name = Annotated[str, mapped_column(String(200))]
At = Annotated[datetime, mapped_column(Instant)]
Packed = Annotated[dict[str, Any], mapped_column(JSONB)]
# JSON, not JSONB, where a hash is taken over the text: JSONB would turn 1e5 into 100000.
Sealed = Annotated[dict[str, Any], mapped_column(JSON)]


class Base(DeclarativeBase):
    """网关的数据模型"""

    metadata = MetaData(naming_convention=NAMING)


class Client(Base):
    """接入客户端：代表一家单位、以一种角色取得令牌"""

    __tablename__ = "clients"
    __table_args__ = ({"comment": "接入客户端"},)

    id: Mapped[str] = mapped_column(String(100), primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[Code]
    uscc: Mapped[UsccColumn]
    org_name: Mapped[Name]
    org_kind: Mapped[Code]
    is_demo: Mapped[bool]
    created_at: Mapped[At]


class Institution(Base):
    """机构目录：哪家机构可以办理哪个环节；is_default 者在未指明时承办"""

    __tablename__ = "institutions"
    __table_args__ = ({"comment": "机构目录"},)

    stage: Mapped[Code] = mapped_column(primary_key=True)
    uscc: Mapped[UsccColumn] = mapped_column(primary_key=True)
    role: Mapped[Code]
    name: Mapped[Name]
    is_default: Mapped[bool]


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
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    close_reason_code: Mapped[str | None] = mapped_column(String(50))
    version: Mapped[int]
    last_hash: Mapped[str] = mapped_column(String(64))


class CaseTrack(Base):
    """环节办理：一家机构在一个环节中的工作"""

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


add_kit_tables(Base.metadata)
