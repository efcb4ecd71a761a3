"""Working days from the day after receipt, by the official arrangements."""

from datetime import date

import pytest

from kit.workdays import Light, count_between, count_forward, get_calendar, show_light


@pytest.mark.parametrize(
    ("received", "days", "due"),
    [
        ("2026-11-23", 1, "2026-11-24"),
        ("2026-11-23", 5, "2026-11-30"),
        ("2026-09-18", 1, "2026-09-20"),  # a worked Sunday
        ("2026-09-24", 1, "2026-09-28"),  # 中秋节
        ("2026-09-30", 1, "2026-10-08"),  # 国庆节
        ("2026-09-30", 3, "2026-10-10"),  # a worked Saturday
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-13", 2, "2026-02-24"),  # 春节
        ("2025-09-30", 2, "2025-10-10"),
        ("2025-09-30", 3, "2025-10-11"),
        ("2025-01-27", 1, "2025-02-05"),
        ("2024-02-08", 2, "2024-02-18"),
        ("2024-04-30", 1, "2024-05-06"),
    ],
)
def test_a_term_ends_on_its_last_working_day(received, days, due):
    deadline = count_forward(date.fromisoformat(received), days, get_calendar())

    assert deadline.due_on == date.fromisoformat(due)
    assert deadline.warnings == ()


def test_an_unknown_year_is_counted_by_weekdays_and_says_so():
    deadline = count_forward(date(2031, 1, 6), 2, get_calendar())

    assert deadline.due_on == date(2031, 1, 8)
    assert "2031" in deadline.warnings[0].en


def test_the_light_turns_yellow_two_days_before_and_red_after():
    due = date(2026, 11, 27)

    assert show_light(date(2026, 11, 23), due, get_calendar()) is Light.GREEN
    assert show_light(date(2026, 11, 25), due, get_calendar()) is Light.YELLOW
    assert show_light(date(2026, 11, 28), due, get_calendar()) is Light.RED
    assert count_between(due, date(2026, 11, 23), get_calendar()) == -4
