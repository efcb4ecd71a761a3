"""Events: times, places, and the days on which one asks again."""

import itertools
from datetime import date, datetime, timedelta, timezone

import pytest

from kit.errors import RuleBroken
from kit.workdays import get_calendar, is_working_day
from services.achievements.rules.matchmaking_events import (
    EVENT_STEPS,
    EventAct,
    EventFacts,
    EventKind,
    EventState,
    ProgrammeItem,
    SignUpState,
    judge_event,
    place_sign_up,
    plan_follow_ups,
    require_check_in,
    require_sign_up_open,
)
from services.achievements.store.market_terms import follow_up_days_on

START = datetime(2026, 12, 15, 14, tzinfo=timezone(timedelta(hours=8)))


def make_event(**changes):
    return EventFacts(
        **{
            "kind": EventKind.ROADSHOW,
            "title": "路演",
            "place": "某大厦",
            "starts_at": START,
            "ends_at": START + timedelta(hours=3),
            "sign_up_until": START - timedelta(days=1),
            "capacity": 10,
        }
        | changes
    )


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"ends_at": START}, "/ends_at"),
        ({"sign_up_until": START + timedelta(minutes=1)}, "/sign_up_until"),
        ({"programme": (ProgrammeItem(START - timedelta(1), "早"),)}, "/programme/0/starts_at"),
    ],
)
def test_times_that_contradict_each_other_are_refused(changes, pointer):
    assert judge_event(make_event()) == []
    assert [fault.pointer for fault in judge_event(make_event(**changes))] == [pointer]


def test_every_step_of_an_event_is_in_its_table_or_refused():
    for state, act in itertools.product(EventState, EventAct):
        if (state, act) in EVENT_STEPS.table:
            assert EVENT_STEPS.move(state, act) in EventState
        else:
            with pytest.raises(RuleBroken):
                EVENT_STEPS.move(state, act)


def test_the_last_place_is_given_and_the_next_one_waits():
    assert place_sign_up(9, 10) is SignUpState.CONFIRMED
    assert place_sign_up(10, 10) is SignUpState.WAITING


def test_one_signs_up_for_an_open_event_before_its_deadline():
    until = START - timedelta(days=1)

    require_sign_up_open(EventState.OPEN, until, until - timedelta(seconds=1))
    for state, at in ((EventState.OPEN, until), (EventState.ENDED, until - timedelta(days=9))):
        with pytest.raises(RuleBroken, match="sign_up_closed"):
            require_sign_up_open(state, until, at)


def test_who_has_a_place_is_checked_in_from_the_day_on():
    require_check_in(SignUpState.CONFIRMED, EventState.OPEN, START, START - timedelta(hours=13))
    with pytest.raises(RuleBroken, match="no_place"):
        require_check_in(SignUpState.WAITING, EventState.OPEN, START, START)
    with pytest.raises(RuleBroken, match="check_in_closed"):
        require_check_in(SignUpState.CONFIRMED, EventState.OPEN, START, START - timedelta(days=1))


def test_follow_ups_fall_on_working_days_after_30_90_and_180_days():
    made_on = date(2026, 8, 28)
    days = follow_up_days_on(made_on)
    planned = plan_follow_ups(made_on, days, get_calendar())

    assert days == (30, 90, 180)
    for after, day in zip(days, planned, strict=True):
        plain = made_on + timedelta(days=after)
        assert is_working_day(day, get_calendar())
        gone_by = [plain + timedelta(days=n) for n in range((day - plain).days)]
        assert not any(is_working_day(one, get_calendar()) for one in gone_by)
    assert planned[0] == date(2026, 9, 28)
