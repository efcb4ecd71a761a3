"""A lender accepts within two working days and decides within ten: forty dated cases.

Each line was counted on the official calendars of 2024, 2025 and 2026 (day of receipt, last day to
accept, last day to decide): over 春节 and 国庆 with their worked weekends, over 清明, 劳动节, 端午,
中秋, over the turn of the year, from a Friday, a Saturday, a worked Sunday, a day off.
"""

from dataclasses import replace
from datetime import date

import pytest

from gateway.rules.cases import Holder, Track
from gateway.rules.clocks import read_clock
from gateway.rules.stages import Stage, TrackState
from gateway.store.packs import get_calendar, get_terms
from tests.unit.gateway.histories import ON, decide, make_case, make_plan_of, walk

CASES = [
    ("2024-02-07", "2024-02-09", "2024-02-27"),
    ("2024-02-09", "2024-02-19", "2024-02-29"),
    ("2024-02-18", "2024-02-20", "2024-03-01"),
    ("2024-04-03", "2024-04-08", "2024-04-18"),
    ("2024-04-30", "2024-05-07", "2024-05-16"),
    ("2024-06-07", "2024-06-12", "2024-06-24"),
    ("2024-09-13", "2024-09-18", "2024-09-29"),
    ("2024-09-30", "2024-10-09", "2024-10-18"),
    ("2024-10-11", "2024-10-14", "2024-10-24"),
    ("2024-12-31", "2025-01-03", "2025-01-15"),
    ("2025-01-24", "2025-01-27", "2025-02-13"),
    ("2025-01-26", "2025-02-05", "2025-02-14"),
    ("2025-01-27", "2025-02-06", "2025-02-17"),
    ("2025-02-07", "2025-02-10", "2025-02-20"),
    ("2025-04-03", "2025-04-08", "2025-04-18"),
    ("2025-04-30", "2025-05-07", "2025-05-19"),
    ("2025-05-30", "2025-06-04", "2025-06-16"),
    ("2025-09-26", "2025-09-29", "2025-10-16"),
    ("2025-09-30", "2025-10-10", "2025-10-21"),
    ("2025-10-10", "2025-10-13", "2025-10-23"),
    ("2025-12-31", "2026-01-05", "2026-01-15"),
    ("2026-01-02", "2026-01-05", "2026-01-15"),
    ("2026-02-12", "2026-02-14", "2026-03-04"),
    ("2026-02-13", "2026-02-24", "2026-03-05"),
    ("2026-02-14", "2026-02-25", "2026-03-06"),
    ("2026-02-23", "2026-02-25", "2026-03-06"),
    ("2026-02-27", "2026-03-02", "2026-03-12"),
    ("2026-04-03", "2026-04-08", "2026-04-20"),
    ("2026-04-30", "2026-05-07", "2026-05-18"),
    ("2026-05-08", "2026-05-11", "2026-05-21"),
    ("2026-06-18", "2026-06-23", "2026-07-03"),
    ("2026-09-18", "2026-09-21", "2026-10-09"),
    ("2026-09-24", "2026-09-29", "2026-10-15"),
    ("2026-09-30", "2026-10-09", "2026-10-20"),
    ("2026-10-09", "2026-10-12", "2026-10-22"),
    ("2026-11-23", "2026-11-25", "2026-12-07"),
    ("2026-11-20", "2026-11-24", "2026-12-04"),
    ("2026-11-21", "2026-11-24", "2026-12-04"),
    ("2026-06-30", "2026-07-02", "2026-07-14"),
    ("2026-03-31", "2026-04-02", "2026-04-15"),
]


def make_track(received_on: str, **changes):
    holder = Holder("bank", "uscc-bank", "某银行")
    track = Track("t", Stage.LOAN, holder, TrackState.READY)
    return replace(track, received_on=date.fromisoformat(received_on), **changes)


@pytest.mark.parametrize(("received_on", "accept_by", "decide_by"), CASES)
def test_a_lender_knows_its_two_days(received_on, accept_by, decide_by):
    clock = read_clock(make_track(received_on), get_terms(), get_calendar())

    assert (str(clock.accept.due_on), str(clock.decide.due_on)) == (accept_by, decide_by)
    assert clock.next == clock.accept


def test_an_unknown_year_warns():
    clock = read_clock(make_track("2031-12-30"), get_terms(), get_calendar())

    assert ["2031" in warning.zh or "2032" in warning.zh for warning in clock.decide.warnings]
    assert len(clock.decide.warnings) == 2


def test_an_accepted_track_has_only_its_decision_to_wait_for():
    track = make_track("2026-11-23", accepted_on=date(2026, 11, 24), state=TrackState.IN_PROGRESS)

    clock = read_clock(track, get_terms(), get_calendar())

    assert clock.accept is None
    assert clock.next == clock.decide


@pytest.mark.parametrize("state", [TrackState.INFO_REQUESTED, TrackState.APPROVED])
def test_no_clock_runs_while_the_enterprise_is_asked_or_after_the_decision(state):
    assert read_clock(make_track("2026-11-23", state=state), get_terms(), get_calendar()) is None


def test_a_supplement_starts_the_clock_again_the_day_after_it_arrives():
    case = walk(make_case(make_plan_of("credit-loan-trade")), Stage.CREDIT)
    asked = decide(case, Stage.LOAN, TrackState.INFO_REQUESTED, items=("审计报告",)).case
    later = date(2026, 12, 4)
    supplied = decide(asked, Stage.LOAN, TrackState.SUBMITTED, on=later).case

    (track,) = supplied.list_live_tracks(Stage.LOAN)
    clock = read_clock(track, get_terms(), get_calendar())

    assert ON < later == track.received_on
    assert str(clock.decide.due_on) == "2026-12-18"
