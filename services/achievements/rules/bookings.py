"""Bookings of instruments: when one may be booked, and how much it was used.

Bookable hours are weekly, in the time of the place (Asia/Shanghai, +08:00 all year). That two
bookings never overlap is kept by the database, because only it sees both at once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from kit.errors import Fault
from kit.text import Text

LOCAL = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Slot:
    """开放机时: a stretch of one weekday (1 = Monday), in minutes of that day.

    An instrument that runs through the night closes at 24:00 and opens at 00:00.
    """

    weekday: int
    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, end excluded."""

    starts_at: datetime
    ends_at: datetime


def read_clock(text: str) -> int:
    """`08:30` in minutes of the day; `24:00` is its end."""
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def judge_slots(slots: Sequence[Slot]) -> list[Fault]:
    """Slots open before they close, and two of a day do not overlap."""
    faults: list[Fault] = []
    for place, slot in enumerate(slots):
        if slot.opens >= slot.closes:
            message = Text("开始时刻须早于结束时刻", "a slot opens before it closes")
            faults.append(Fault(f"/slots/{place}/closes", "times_reversed", message))
        for other in slots[:place]:
            same_day = other.weekday == slot.weekday
            if same_day and other.opens < slot.closes and slot.opens < other.closes:
                message = Text("同一天的两段时间重叠", "two slots of one day overlap")
                faults.append(Fault(f"/slots/{place}", "slots_overlap", message))
    return faults


def judge_booking(slots: Sequence[Slot], span: Span, now: datetime) -> list[Fault]:
    """A booking lies ahead, and wholly within the instrument's slots, which may adjoin."""
    if span.starts_at >= span.ends_at:
        message = Text("开始时间须早于结束时间", "a booking starts before it ends")
        return [Fault("/ends_at", "times_reversed", message)]
    if span.starts_at < now:
        message = Text("不能预约过去的时间", "the past cannot be booked")
        return [Fault("/starts_at", "in_the_past", message)]
    if all(_is_open(slots, weekday, since, until) for weekday, since, until in _days_of(span)):
        return []
    message = Text(
        "不在该仪器的开放机时之内，请先查看 …/hours", "outside the bookable hours; see …/hours"
    )
    return [Fault("/starts_at", "outside_hours", message)]


def _days_of(span: Span) -> Iterator[tuple[int, timedelta, timedelta]]:
    """The part of a span on each day: the weekday, since when and until when of the day."""
    end, start = span.ends_at.astimezone(LOCAL), span.starts_at.astimezone(LOCAL)
    while start < end:
        midnight = datetime.combine(start.date(), time(), LOCAL)
        until = min(end, midnight + timedelta(days=1))
        yield start.isoweekday(), start - midnight, until - midnight
        start = until


def _is_open(slots: Sequence[Slot], weekday: int, since: timedelta, until: timedelta) -> bool:
    """Whether the slots of a weekday cover a stretch of it without a gap."""
    covered = since
    for slot in sorted((one for one in slots if one.weekday == weekday), key=lambda s: s.opens):
        if timedelta(minutes=slot.opens) <= covered:
            covered = max(covered, timedelta(minutes=slot.closes))
    return covered >= until


def count_open_minutes(slots: Sequence[Slot], first: date, last: date) -> int:
    """How many minutes an instrument is open from a day to a day, both included."""
    days = (last - first).days + 1
    weekdays = [(first + timedelta(days=n)).isoweekday() for n in range(days)]
    return sum(weekdays.count(slot.weekday) * (slot.closes - slot.opens) for slot in slots)


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of an instrument in time: those before, each until a day, and those of now."""

    past: Sequence[tuple[date, Sequence[Slot]]]
    now: Sequence[Slot]

    def count_minutes(self, first: date, last: date) -> int:
        """How many minutes it was open from a day to a day, by the hours of each day."""
        minutes, begin = 0, first
        for until, slots in sorted(self.past, key=lambda one: one[0]):
            end = min(until - timedelta(days=1), last)
            if begin <= end:
                minutes += count_open_minutes(slots, begin, end)
                begin = until
        return minutes + (count_open_minutes(self.now, begin, last) if begin <= last else 0)


def count_booked_minutes(spans: Sequence[Span], first: date, last: date) -> int:
    """How many minutes of these days are booked."""
    begin = datetime.combine(first, time(), LOCAL)
    end = datetime.combine(last + timedelta(days=1), time(), LOCAL)
    lengths = [min(span.ends_at, end) - max(span.starts_at, begin) for span in spans]
    return sum(max(int(length.total_seconds()) // 60, 0) for length in lengths)
