"""Tasks that other houses give an organisation; they are done over there."""

from datetime import date

from sqlalchemy import Date, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from gateway.tables.base import At, Base


class Errand(Base):
    """其他服务交来的待办：由事件得知，在原处办理，办结后由事件注销"""

    __tablename__ = "errands"
    __table_args__ = (
        Index("ix_errands_uscc_id", "uscc", "id"),
        {"comment": "其他服务交来的待办"},
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    uscc: Mapped[str] = mapped_column(String(18))
    kind: Mapped[str] = mapped_column(String(40))
    title_zh: Mapped[str] = mapped_column(String(500))
    title_en: Mapped[str] = mapped_column(String(500))
    link: Mapped[str] = mapped_column(String(500))
    due_on: Mapped[date] = mapped_column(Date)
    received_at: Mapped[At]
    closed_on: Mapped[date | None] = mapped_column(Date)
