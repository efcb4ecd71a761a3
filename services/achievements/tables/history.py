"""Who did what to which thing, when and why. Lines are only ever added."""

from sqlalchemy import BigInteger, Index, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.achievements.tables.base import At, Base, Code, Id, MaybeJson, Short, UsccColumn


class History(Base):
    """变更历史：每次新增、修改、状态变化一行，只增不改"""

    __tablename__ = "history"
    __table_args__ = (
        Index("ix_history_thing", "noun", "thing_id", "version"),
        Index("ix_history_transaction", "transaction", "id"),
        {"comment": "变更历史"},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    noun: Mapped[Code]
    thing_id: Mapped[Id]
    version: Mapped[int]
    act: Mapped[Code]
    at: Mapped[At]
    client_id: Mapped[str] = mapped_column(String(100))
    organization_uscc: Mapped[UsccColumn]
    organization_name: Mapped[Short]
    reason: Mapped[Short | None]
    import_id: Mapped[str | None] = mapped_column(String(36))
    changes: Mapped[MaybeJson]
    # The change feed reads in the order of transactions, and only those that are over.
    transaction: Mapped[int] = mapped_column(
        BigInteger, server_default=text("(pg_current_xact_id()::text::bigint)")
    )


class Tombstone(Base):
    """曾经可见、现已撤下的事物; written by triggers, so that no way of hiding is forgotten."""

    __tablename__ = "tombstones"
    __table_args__ = ({"comment": "曾经可见、现已撤下的事物"},)

    noun: Mapped[Code] = mapped_column(primary_key=True)
    thing_id: Mapped[Id] = mapped_column(primary_key=True)
    visibility: Mapped[Code]
    owner_uscc: Mapped[UsccColumn]
    at: Mapped[At]
    # Who could see it by name, whatever its visibility: the invited, the sides of a contract.
    seen_by: Mapped[list[str]] = mapped_column(ARRAY(String(18)), server_default=text("'{}'"))
