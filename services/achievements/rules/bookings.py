"""Bookings of instruments: when one may be booked, and how much it was used.

Bookable hours are weekly, in the time of the place (Asia/Shanghai, +08:00 all year). That two
bookings never overlap is kept by the database, because only it sees both at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from kit.errors import Fault
from kit.text import Text

LOCAL = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Slot:
    """开放机时: a stretch of one weekday (1 = Monday)."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, end excluded."""

    starts_at: datetime
    ends_at: datetime


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
    """A booking lies ahead, and wholly within one of the instrument's slots."""
    if span.starts_at >= span.ends_at:
        message = Text("开始时间须早于结束时间", "a booking starts before it ends")
        return [Fault("/ends_at", "times_reversed", message)]
    if span.starts_at < now:
        message = Text("不能预约过去的时间", "the past cannot be booked")
        return [Fault("/starts_at", "in_the_past", message)]
    start, end = span.starts_at.astimezone(LOCAL), span.ends_at.astimezone(LOCAL)
    within = any(
        slot.weekday == start.isoweekday()
        and start.date() == end.date()
        and slot.opens <= start.time()
        and end.time() <= slot.closes
        for slot in slots
    )
    if within:
        return []
    message = Text(
        "不在该仪器的开放机时之内，请先查看 …/hours", "outside the bookable hours; see …/hours"
    )
    return [Fault("/starts_at", "outside_hours", message)]


def count_open_minutes(slots: Sequence[Slot], first: date, last: date) -> int:
    """How many minutes an instrument is open from a day to a day, both included."""
    days = (last - first).days + 1
    weekdays = [(first + timedelta(days=n)).isoweekday() for n in range(days)]
    return sum(weekdays.count(slot.weekday) * _minutes(slot) for slot in slots)


def _minutes(slot: Slot) -> int:
    opens = slot.opens.hour * 60 + slot.opens.minute
    return slot.closes.hour * 60 + slot.closes.minute - opens


def count_booked_minutes(spans: Sequence[Span], first: date, last: date) -> int:
    """How many minutes of these days are booked."""
    begin = datetime.combine(first, time(), LOCAL)
    end = datetime.combine(last + timedelta(days=1), time(), LOCAL)
    lengths = [min(span.ends_at, end) - max(span.starts_at, begin) for span in spans]
    return sum(max(int(length.total_seconds()) // 60, 0) for length in lengths)
