"""Bookable hours, bookings that never overlap, utilisation."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from sqlalchemy import RowMapping

from kit.auth import Principal
from kit.clock import now, today
from kit.db import ReadSession, WriteSession, new_id
from kit.errors import Fault, Forbidden, InvalidInput, RuleBroken, invalid
from kit.text import Text
from kit.versions import match_if_given, require_match
from services.achievements.rules.bookings import (
    Hours,
    Span,
    count_booked_minutes,
    judge_booking,
    judge_slots,
)
from services.achievements.rules.figures import divide
from services.achievements.rules.history import Change
from services.achievements.rules.instruments import InstrumentState
from services.achievements.rules.kinds import Kind
from services.achievements.schemas.bookings import BookingBody, DaysQuery, HoursBody
from services.achievements.store.bookings import (
    add_booking,
    cancel_booking,
    find_hours,
    get_booking,
    keep_hours,
    keep_past_hours,
    list_bookings,
    list_past_hours,
    lock_calendar,
    slots_of,
)
from services.achievements.store.history import add_history
from services.achievements.store.records import get_record, lock_record
from services.achievements.usecases.callers import actor_of, plain_row, require_owner, viewer_of

_KIND = Kind.INSTRUMENTS
_LONGEST_DAYS = 366


def set_hours(
    session: WriteSession,
    principal: Principal,
    instrument_id: str,
    body: HoursBody,
    if_match: str | None,
) -> Mapping[str, object]:
    """Say when an instrument may be booked; bookings that stand stay."""
    row = lock_record(session, _KIND, instrument_id, viewer_of(principal))
    require_owner(principal, row["owner_uscc"])
    _refuse(judge_slots([slot.slot() for slot in body.slots]))
    old = find_hours(session, instrument_id)
    if old is None:
        match_if_given(if_match, 0)
    else:
        require_match(if_match, old["version"])
    version = 1 if old is None else old["version"] + 1
    if old is not None:
        keep_past_hours(session, old, today())
    keep_hours(session, instrument_id, version, body.model_dump(mode="json")["slots"])
    add_history(session, _KIND, actor_of(principal), [_changed(row, "hours_set")])
    return read_hours(session, principal, instrument_id)


def read_hours(
    session: ReadSession | WriteSession, principal: Principal | None, instrument_id: str
) -> Mapping[str, object]:
    """When an instrument may be booked."""
    get_record(session, _KIND, instrument_id, viewer_of(principal))
    row = find_hours(session, instrument_id)
    if row is None:
        return {"instrument_id": instrument_id, "version": 0, "slots": []}
    return plain_row(row)


def book_instrument(
    session: WriteSession, principal: Principal, instrument_id: str, body: BookingBody
) -> RowMapping:
    """Book a time; of many who want the same, one gets it."""
    row = get_record(session, _KIND, instrument_id, viewer_of(principal))
    _require_bookable(row, principal)
    slots = slots_of(find_hours(session, instrument_id))
    _refuse(judge_booking(slots, Span(body.starts_at, body.ends_at), now()))
    lock_calendar(session, instrument_id)
    booking_id = new_id()
    values = {
        **body.model_dump(),
        "id": booking_id,
        "instrument_id": instrument_id,
        "state": "booked",
        "booker_uscc": principal.uscc,
        "booker_name": principal.org_name,
    }
    if not add_booking(session, values):
        message = Text("该时段已被预约", "this time is booked already")
        raise RuleBroken("booking_overlaps", message)
    add_history(session, _KIND, actor_of(principal), [_changed(row, "booked")])
    return get_booking(session, instrument_id, booking_id)


def cancel(
    session: WriteSession,
    principal: Principal,
    instrument_id: str,
    booking_id: str,
    reason: str | None,
) -> RowMapping:
    """Cancel a booking that is not over: whoever booked, or the owner of the instrument.

    What is over was used, and stays in the figures of use.
    """
    row = get_record(session, _KIND, instrument_id, viewer_of(principal))
    lock_calendar(session, instrument_id)
    booking = get_booking(session, instrument_id, booking_id)
    if principal.uscc not in (booking["booker_uscc"], row["owner_uscc"]):
        message = Text("只有预约方或仪器所属单位可以取消", "only the booker or the owner cancels")
        raise Forbidden("forbidden", message)
    if booking["state"] == "booked":
        if booking["ends_at"] <= now():
            message = Text("该预约已结束，不能取消", "the booking is over")
            raise RuleBroken("booking_over", message, ends_at=booking["ends_at"].isoformat())
        cancel_booking(session, booking_id)
        actor = actor_of(principal, reason=reason)
        add_history(session, _KIND, actor, [_changed(row, "booking_cancelled")])
    return get_booking(session, instrument_id, booking_id)


def find_bookings(
    session: ReadSession, principal: Principal, instrument_id: str, days: DaysQuery
) -> list[Mapping[str, object]]:
    """The bookings of some days; who booked is for the two sides and the bureau."""
    row = get_record(session, _KIND, instrument_id, viewer_of(principal))
    require_days(days.first, days.last)
    found = list_bookings(session, instrument_id, days.first, days.last)
    return [_veil_booking(booking, row["owner_uscc"], principal) for booking in found]


def measure_utilisation(
    session: ReadSession, principal: Principal | None, instrument_id: str, days: DaysQuery
) -> Mapping[str, object]:
    """Booked of open minutes, from a day to a day, by the hours of each day."""
    get_record(session, _KIND, instrument_id, viewer_of(principal))
    require_days(days.first, days.last)
    past = list_past_hours(session, [instrument_id]).get(instrument_id, [])
    hours = Hours(past, slots_of(find_hours(session, instrument_id)))
    found = list_bookings(session, instrument_id, days.first, days.last)
    spans = [Span(row["starts_at"], row["ends_at"]) for row in found]
    opened = hours.count_minutes(days.first, days.last)
    booked = count_booked_minutes(spans, days.first, days.last)
    return {
        "instrument_id": instrument_id,
        "open_minutes": opened,
        "booked_minutes": booked,
        "bookings": len(found),
        "rate": divide(Decimal(booked), Decimal(opened)),
    }


def _veil_booking(
    booking: RowMapping, owner_uscc: str, principal: Principal
) -> Mapping[str, object]:
    if principal.sees_all or principal.uscc in (owner_uscc, booking["booker_uscc"]):
        return plain_row(booking)
    return {**plain_row(booking), "booker_uscc": None, "booker_name": None, "purpose": None}


def _require_bookable(row: RowMapping, principal: Principal) -> None:
    if row["state"] != InstrumentState.IN_USE:
        message = Text("该仪器目前不能使用", "the instrument is not in use")
        raise RuleBroken("instrument_not_in_use", message, state=row["state"])
    if not row["is_shared"] and row["owner_uscc"] != principal.uscc:
        message = Text("该仪器不对外共享", "the instrument is not shared")
        raise RuleBroken("instrument_not_shared", message)


def require_days(first: date, last: date) -> None:
    """Refuse a stretch of days that is no stretch, or too long to count."""
    if not 0 <= (last - first).days < _LONGEST_DAYS:
        message = Text("日期范围须为 1 至 366 天", "from 1 to 366 days, first before last")
        raise invalid("?last", "range_invalid", message)


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise InvalidInput("invalid_input", faults[0].message, faults=faults)


def _changed(row: RowMapping, act: str) -> Change:
    return Change(row["id"], row["version"], act)
