"""Who may take tokens, who decides what, and who is related to whom."""

from datetime import date, datetime

from sqlalchemy import Index, String, Text, true
from sqlalchemy.orm import Mapped, mapped_column

from gateway.tables.base import At, Base, Code, Id, Name, Packed, UsccColumn
from kit.db import Instant


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
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class Institution(Base):
    """机构目录：哪家机构可以办理哪个环节

    is_default 者在未指明时承办；four_eyes 者经办与复核须为两人（缺省如此）。
    """

    __tablename__ = "institutions"
    __table_args__ = ({"comment": "机构目录"},)

    stage: Mapped[Code] = mapped_column(primary_key=True)
    uscc: Mapped[UsccColumn] = mapped_column(primary_key=True)
    role: Mapped[Code]
    name: Mapped[Name]
    is_default: Mapped[bool]
    four_eyes: Mapped[bool] = mapped_column(server_default=true())


class InstitutionChange(Base):
    """机构目录的历次变更：谁、何时、为何；只追加"""

    __tablename__ = "institution_changes"
    __table_args__ = (
        Index("ix_institution_changes_institution", "stage", "uscc"),
        {"comment": "机构目录的历次变更"},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    stage: Mapped[Code]
    uscc: Mapped[UsccColumn]
    body: Mapped[Packed]
    actor: Mapped[Packed]
    reason: Mapped[str | None] = mapped_column(Text)
    at: Mapped[At]


class RelatedParty(Base):
    """关联关系：两家单位之间由科技局登记的关联，ended_on 之后不再计"""

    __tablename__ = "related_parties"
    __table_args__ = (
        Index("ix_related_parties_uscc", "uscc"),
        Index("ix_related_parties_related_uscc", "related_uscc"),
        {"comment": "关联关系"},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    uscc: Mapped[UsccColumn]
    related_uscc: Mapped[UsccColumn]
    relation: Mapped[Code]
    source: Mapped[str] = mapped_column(Text)
    since_on: Mapped[date]
    ended_on: Mapped[date | None]
    recorded_by: Mapped[Packed]
    recorded_at: Mapped[At]
    ended_by: Mapped[Packed | None]
    end_reason: Mapped[str | None] = mapped_column(Text)
