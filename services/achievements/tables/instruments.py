"""When instruments may be booked, and by whom they are."""

from datetime import date

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.achievements.tables.base import At, Base, Code, Id, Json, Short, UsccColumn


class InstrumentHours(Base):
    """仪器开放机时：每周各日的起止时刻"""

    __tablename__ = "instrument_hours"
    __table_args__ = ({"comment": "仪器开放机时"},)

    instrument_id: Mapped[Id] = mapped_column(primary_key=True)
    version: Mapped[int]
    slots: Mapped[Json]
    updated_at: Mapped[At]


class PastHours(Base):
    """仪器以前的开放机时：到某日（不含）为止；使用率按当时的开放机时计算"""

    __tablename__ = "instrument_past_hours"
    __table_args__ = ({"comment": "仪器以前的开放机时"},)

    instrument_id: Mapped[Id] = mapped_column(primary_key=True)
    until_on: Mapped[date] = mapped_column(primary_key=True)
    slots: Mapped[Json]


class Booking(Base):
    """仪器预约：同一仪器的有效预约在时间上不重叠，由数据库保证"""

    __tablename__ = "bookings"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        ExcludeConstraint(
            ("instrument_id", "="),
            (text("tstzrange(starts_at, ends_at)"), "&&"),
            where=text("state = 'booked'"),
            name="ex_bookings_overlap",
        ),
        Index("ix_bookings_instrument_id_starts_at", "instrument_id", "starts_at"),
        {"comment": "仪器预约"},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    instrument_id: Mapped[Id]
    starts_at: Mapped[At]
    ends_at: Mapped[At]
    state: Mapped[Code]
    booker_uscc: Mapped[UsccColumn]
    booker_name: Mapped[Short]
    purpose: Mapped[Short | None]
    created_at: Mapped[At]
    cancelled_at: Mapped[At | None]
