"""Doubles: titles made comparable, and the pairs that a person judges."""

from sqlalchemy import BigInteger, Index, String, Text
from sqlalchemy.dialects.postgresql import ARRAY, REAL
from sqlalchemy.orm import Mapped, mapped_column

from services.achievements.tables.base import At, Base, Code, Id, Json, Long


class AchievementTitle(Base):
    """查重用的规范化题名; filled by the scan, so that imports stay quick."""

    __tablename__ = "achievement_titles"
    __table_args__ = (
        # Looked up while it is filled, so nothing waits in a list of its own.
        Index(
            "ix_achievement_titles_people",
            "people",
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        ),
        {"comment": "查重用的规范化题名"},
    )

    achievement_id: Mapped[Id] = mapped_column(primary_key=True)
    document: Mapped[int] = mapped_column(BigInteger)
    title: Mapped[Long]
    organization: Mapped[Long]
    people: Mapped[list[str]] = mapped_column(ARRAY(Text))


class DuplicateCandidate(Base):
    """疑似重复的一对：合并、各自保留，都可撤销"""

    __tablename__ = "duplicate_candidates"
    __table_args__ = (
        Index("uq_duplicate_candidates_pair", "first_id", "second_id", unique=True),
        Index("ix_duplicate_candidates_state", "state", "id"),
        {"comment": "疑似重复，待人工判断"},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    first_id: Mapped[Id]
    second_id: Mapped[Id]
    certainty: Mapped[Code]
    reasons: Mapped[Json]
    similarity: Mapped[float] = mapped_column(REAL)
    state: Mapped[Code]
    version: Mapped[int]
    kept_id: Mapped[str | None] = mapped_column(String(36))
    found_at: Mapped[At]
    decided_at: Mapped[At | None]
