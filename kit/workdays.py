"""Terms in working days: counted from the day after receipt (民法典第二百零一条).

The calendar is data (`calendar.yaml`): public holidays, and the weekends that are worked in
exchange. A year that is not in it, or not verified, is counted by weekdays or as entered, and the
answer says so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from kit.text import Text
from kit.yamls import read_yaml

SATURDAY = 5


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """Days off and worked weekends; `verified` says for each known year if it was checked.

    Compared as the thing it is: a term is counted once for each calendar and remembered.
    """

    days_off: frozenset[date]
    worked_weekends: frozenset[date]
    verified: Mapping[int, bool]


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a term, and what makes that day doubtful."""

    due_on: date
    warnings: tuple[Text, ...] = field(default=())


class Light(StrEnum):
    """红黄绿灯。"""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


@cache
def get_calendar() -> Calendar:
    """The calendar of working days, read from its file once."""
    file = Path(__file__).with_name("calendar.yaml")
    years: dict[int, dict[str, Any]] = read_yaml(file.read_text(encoding="utf-8"))["years"]
    off = (span for year in years.values() for span in year["days_off"])
    return Calendar(
        days_off=frozenset(day for first, last in off for day in _span(first, last)),
        worked_weekends=frozenset(day for year in years.values() for day in year["worked"]),
        verified={number: year["verified"] for number, year in years.items()},
    )


def is_working_day(day: date, calendar: Calendar) -> bool:
    """Whether offices work on that day."""
    if day in calendar.worked_weekends:
        return True
    return day.weekday() < SATURDAY and day not in calendar.days_off


@lru_cache(maxsize=4096)
def count_forward(received_on: date, working_days: int, calendar: Calendar) -> Deadline:
    """The last of so many working days; the first is counted from the day after receipt."""
    if working_days < 0:
        raise ValueError("a term has no negative length")
    day, left, years = received_on, working_days, set[int]()
    while left:
        day += timedelta(days=1)
        years.add(day.year)
        left -= is_working_day(day, calendar)
    return Deadline(day, tuple(_warn(years, calendar)))


@lru_cache(maxsize=4096)
def count_between(start: date, end: date, calendar: Calendar) -> int:
    """Working days after `start` up to and including `end`; negative when `end` is past."""
    if end < start:
        return -count_between(end, start, calendar)
    days = (start + timedelta(days=offset) for offset in range(1, (end - start).days + 1))
    return sum(is_working_day(day, calendar) for day in days)


def show_light(today: date, due_on: date, calendar: Calendar) -> Light:
    """Red past the day, yellow with two working days or fewer left, else green."""
    left = count_between(today, due_on, calendar)
    if today > due_on:
        return Light.RED
    return Light.YELLOW if left <= 2 else Light.GREEN


def _warn(years: Iterable[int], calendar: Calendar) -> Iterable[Text]:
    for year in sorted(years):
        if year not in calendar.verified:
            yield Text(
                f"工作日历中没有 {year} 年的节假日安排，只按周一至周五计算",
                f"the calendar does not know the holidays of {year}; weekdays alone were counted",
            )
        elif not calendar.verified[year]:
            yield Text(
                f"{year} 年的节假日安排尚未与原文核对",
                f"the holidays of {year} have not been checked against the official text",
            )


def _span(first: date, last: date) -> list[date]:
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
