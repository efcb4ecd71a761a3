"""Why a year's R&D expenditure jumped."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from services.achievements.tables.base import At, Base, Id, Money, Short


class RdExplanation(Base):
    """研发经费大幅变动的原因说明：针对所列两年的合计，金额改变后须重新说明"""

    __tablename__ = "rd_explanations"
    __table_args__ = (
        Index("ix_rd_explanations_expenditure_id", "expenditure_id"),
        {"comment": "研发经费大幅变动的原因说明"},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    expenditure_id: Mapped[Id]
    reason: Mapped[Short]
    total_yuan: Mapped[Money]
    previous_yuan: Mapped[Money]
    given_at: Mapped[At]
