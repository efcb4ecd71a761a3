"""Bookable hours and bookings."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import RowMapping, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kit.clock import now
from kit.db import WriteSession
from kit.errors import no_such
from services.achievements.rules.bookings import LOCAL, Slot, read_clock
from services.achievements.tables import Base

_HOURS = Base.metadata.tables["instrument_hours"]
_PAST = Base.metadata.tables["instrument_past_hours"]
_BOOKINGS = Base.metadata.tables["bookings"]


def find_hours(session: Session, instrument_id: str) -> RowMapping | None:
    """The bookable hours of an instrument."""
    query = select(_HOURS).where(_HOURS.c.instrument_id == instrument_id)
    return session.execute(query).mappings().one_or_none()


def slots_of(row: RowMapping | None) -> list[Slot]:
    """Stored hours in the words of the rules."""
    if row is None:
        return []
    read = read_clock
    return [Slot(s["weekday"], read(s["opens"]), read(s["closes"])) for s in row["slots"]]


def list_past_hours(
    session: Session, instrument_ids: Collection[str]
) -> dict[str, list[tuple[date, Sequence[Slot]]]]:
    """By instrument: the hours it had before, each with the day until which they held."""
    query = select(_PAST).where(_PAST.c.instrument_id.in_(instrument_ids))
    found: dict[str, list[tuple[date, Sequence[Slot]]]] = {}
    for row in session.execute(query).mappings():
        found.setdefault(row["instrument_id"], []).append((row["until_on"], slots_of(row)))
    return found


def keep_past_hours(session: WriteSession, row: RowMapping, until: date) -> None:
    """Keep the hours that are changed today; of several changes of a day the first counts."""
    values = {"instrument_id": row["instrument_id"], "until_on": until, "slots": row["slots"]}
    session.execute(upsert(_PAST).values(values).on_conflict_do_nothing())


def keep_hours(session: WriteSession, instrument_id: str, version: int, slots: object) -> None:
    """Set the bookable hours of an instrument."""
    values = {"version": version, "slots": slots, "updated_at": now()}
    statement = upsert(_HOURS).values({**values, "instrument_id": instrument_id})
    session.execute(statement.on_conflict_do_update(index_elements=["instrument_id"], set_=values))


def lock_calendar(session: WriteSession, instrument_id: str) -> None:
    """Wait for others who book the same instrument; else two might wait for each other."""
    name = func.hashtextextended(f"bookings:{instrument_id}", 0)
    session.execute(select(func.pg_advisory_xact_lock(name)))


def add_booking(session: WriteSession, values: Mapping[str, object]) -> bool:
    """Add a booking; False where its time is taken (`ex_bookings_overlap`)."""
    try:
        with session.begin_nested():
            session.execute(insert(_BOOKINGS).values({**values, "created_at": now()}))
    except IntegrityError as error:
        if "ex_bookings_overlap" not in str(error.orig):
            raise
        return False
    return True


def get_booking(session: Session, instrument_id: str, booking_id: str) -> RowMapping:
    """A booking of this instrument."""
    query = select(_BOOKINGS).where(
        _BOOKINGS.c.id == booking_id, _BOOKINGS.c.instrument_id == instrument_id
    )
    row = session.execute(query).mappings().one_or_none()
    if row is None:
        raise no_such("预约", "booking", booking_id)
    return row


def cancel_booking(session: WriteSession, booking_id: str) -> None:
    """Give the time of a booking back."""
    statement = update(_BOOKINGS).where(_BOOKINGS.c.id == booking_id)
    session.execute(statement.values(state="cancelled", cancelled_at=now()))


def list_bookings(
    session: Session, instrument_id: str, first: date, last: date
) -> Sequence[RowMapping]:
    """Bookings that stand and touch these days, in the order of time."""
    begin = datetime.combine(first, time(), LOCAL)
    end = datetime.combine(last + timedelta(days=1), time(), LOCAL)
    column = _BOOKINGS.c
    query = select(_BOOKINGS).where(
        column.instrument_id == instrument_id,
        column.state == "booked",
        column.starts_at < end,
        column.ends_at > begin,
    )
    return session.execute(query.order_by(column.starts_at)).mappings().all()
