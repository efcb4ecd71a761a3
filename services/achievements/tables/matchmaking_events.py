"""Events (路演·推介·对接): programme, sign-ups, matches made, follow-ups."""

from datetime import date, datetime

from sqlalchemy import Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Instant
from services.achievements.tables.base import At, Base, Code, Id, Json, Long, Money, Short
from services.achievements.tables.base import UsccColumn as Uscc


class MatchmakingEvent(Base):
    """供需活动：路演、推介、对接"""

    __tablename__ = "matchmaking_events"
    __table_args__ = (
        Index("ix_matchmaking_events_starts_at", "starts_at"),
        {"comment": "供需活动"},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    owner_uscc: Mapped[Uscc]
    owner_name: Mapped[Short]
    kind: Mapped[Code]
    title: Mapped[Short]
    description: Mapped[Long | None]
    place: Mapped[Short]
    starts_at: Mapped[At]
    ends_at: Mapped[At]
    sign_up_until: Mapped[At]
    capacity: Mapped[int]
    programme: Mapped[Json]
    visibility: Mapped[Code]
    state: Mapped[Code]
    minutes: Mapped[Long | None]
    version: Mapped[int]
    created_at: Mapped[At]
    updated_at: Mapped[At]


class EventSignUp(Base):
    """活动报名：一人一席，满员后按先后候补"""

    __tablename__ = "event_sign_ups"
    __table_args__ = (
        Index(
            "uq_event_sign_ups_person",
            "event_id",
            "uscc",
            "attendee",
            unique=True,
            postgresql_where=text("state <> 'cancelled'"),
        ),
        Index("ix_event_sign_ups_event_id_id", "event_id", "id"),
        {"comment": "活动报名"},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    event_id: Mapped[Id]
    number: Mapped[int]
    uscc: Mapped[Uscc]
    organization_name: Mapped[Short]
    attendee: Mapped[str] = mapped_column(String(100))
    state: Mapped[Code]
    checked_in_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[At]


class EventMatch(Base):
    """活动上达成的对接意向"""

    __tablename__ = "event_matches"
    __table_args__ = (
        Index("ix_event_matches_event_id", "event_id"),
        {"comment": "活动对接意向"},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    event_id: Mapped[Id]
    demand_id: Mapped[str | None] = mapped_column(String(36))
    achievement_id: Mapped[str | None] = mapped_column(String(36))
    supplier: Mapped[Json]
    seeker: Mapped[Json]
    intention: Mapped[Code]
    amount_yuan: Mapped[Money | None]
    note: Mapped[Long | None]
    made_on: Mapped[date]
    created_at: Mapped[At]


class FollowUp(Base):
    """对接意向的回访：到期成为待办"""

    __tablename__ = "follow_ups"
    __table_args__ = (
        Index("ix_follow_ups_state_due_on", "state", "due_on"),
        Index("ix_follow_ups_event_match_id", "event_match_id"),
        {"comment": "对接回访"},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    event_id: Mapped[Id]
    event_match_id: Mapped[Id]
    owner_uscc: Mapped[Uscc]
    days: Mapped[int] = mapped_column(SmallInteger)
    due_on: Mapped[date]
    state: Mapped[Code]
    outcome: Mapped[Code | None]
    note: Mapped[Long | None]
    contract_id: Mapped[str | None] = mapped_column(String(36))
    done_by: Mapped[str | None] = mapped_column(String(100))
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int]
