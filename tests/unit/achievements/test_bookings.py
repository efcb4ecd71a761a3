"""When an instrument may be booked, and how long it is open."""

from datetime import date, datetime

import pytest

from services.achievements.rules.bookings import (
    LOCAL,
    Hours,
    Slot,
    Span,
    count_open_minutes,
    judge_booking,
    read_clock,
)

NOW = datetime(2026, 12, 1, tzinfo=LOCAL)
EVERY_HOUR = [Slot(day, 0, 24 * 60) for day in range(1, 8)]
MONDAY = [Slot(1, 8 * 60, 12 * 60), Slot(1, 12 * 60, 18 * 60), Slot(1, 19 * 60, 20 * 60)]


def span(start: str, end: str) -> Span:
    return Span(datetime.fromisoformat(start), datetime.fromisoformat(end))


@pytest.mark.parametrize(
    ("slots", "start", "end", "fits"),
    [
        (MONDAY, "2026-12-07T11:00:00+08:00", "2026-12-07T13:00:00+08:00", True),
        (MONDAY, "2026-12-07T00:30:00Z", "2026-12-07T04:00:00Z", True),
        (MONDAY, "2026-12-07T17:00:00+08:00", "2026-12-07T19:30:00+08:00", False),
        (MONDAY, "2026-12-07T07:59:59+08:00", "2026-12-07T09:00:00+08:00", False),
        (MONDAY, "2026-12-08T09:00:00+08:00", "2026-12-08T10:00:00+08:00", False),
        (EVERY_HOUR, "2026-12-31T20:00:00+08:00", "2027-01-02T04:00:00+08:00", True),
        (EVERY_HOUR[:-1], "2026-12-05T20:00:00+08:00", "2026-12-06T04:00:00+08:00", False),
        (EVERY_HOUR[:-1], "2026-12-05T20:00:00+08:00", "2026-12-06T00:00:00+08:00", True),
    ],
)
def test_a_booking_lies_within_slots_that_may_adjoin(
    slots: list[Slot], start: str, end: str, fits: bool
) -> None:
    assert (judge_booking(slots, span(start, end), NOW) == []) is fits


def test_a_day_that_never_closes_has_all_its_minutes() -> None:
    assert read_clock("24:00") == 1440
    assert count_open_minutes(EVERY_HOUR, date(2026, 12, 31), date(2027, 1, 1)) == 2880


def test_each_day_is_open_by_the_hours_it_had() -> None:
    short, long = [Slot(day, 540, 600) for day in range(1, 8)], EVERY_HOUR
    hours = Hours([(date(2026, 2, 1), short), (date(2026, 1, 10), [])], long)

    assert hours.count_minutes(date(2026, 1, 1), date(2026, 1, 9)) == 0
    assert hours.count_minutes(date(2026, 1, 31), date(2026, 2, 1)) == 60 + 1440
    assert hours.count_minutes(date(2026, 2, 2), date(2026, 2, 3)) == 2880
