"""A promise is in time on its day and overdue from the next."""

from datetime import date

import pytest

from services.achievements.rules.care import PromiseState, judge_promise

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("due_on", "done_on", "state", "days_late"),
    [
        (date(2026, 11, 23), None, PromiseState.OPEN, 0),
        (date(2026, 11, 22), None, PromiseState.OVERDUE, 1),
        (date(2026, 11, 20), date(2026, 11, 20), PromiseState.KEPT, 0),
        (date(2026, 11, 20), date(2026, 11, 22), PromiseState.KEPT_LATE, 2),
    ],
)
def test_a_promise_is_judged_by_its_day(
    due_on: date, done_on: date | None, state: PromiseState, days_late: int
) -> None:
    judged = judge_promise(due_on, done_on, TODAY)

    assert (judged.state, judged.days_late) == (state, days_late)
