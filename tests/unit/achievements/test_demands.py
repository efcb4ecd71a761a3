"""Demands: every step from every state, and what a demand must say."""

import itertools
from datetime import date

import pytest

from kit.errors import RuleBroken
from services.achievements.rules.demands import (
    DEMAND_STEPS,
    Confidentiality,
    DemandAct,
    DemandFacts,
    DemandState,
    date_publication,
    judge_demand,
    visibility_of,
)
from services.achievements.rules.visibility import Visibility

ENDS = {DemandState.ACCEPTED, DemandState.FAILED, DemandState.WITHDRAWN, DemandState.CLOSED}


def make_demand(**changes):
    return DemandFacts(
        **{"source_id": "XQ-1", "title": "预警技术", "problem": "提前预警"} | changes
    )


def test_every_step_from_every_state_is_taken_or_refused_with_the_open_ones():
    for state, act in itertools.product(DemandState, DemandAct):
        if (state, act) in DEMAND_STEPS.table:
            assert DEMAND_STEPS.move(state, act) is DEMAND_STEPS.table[state, act]
            continue
        with pytest.raises(RuleBroken) as refused:
            DEMAND_STEPS.move(state, act)
        assert refused.value.code == "demand_step_not_open"
        assert refused.value.facts["allowed"] == [
            one.value for one in DEMAND_STEPS.open_acts(state)
        ]


def test_the_ends_are_ends_and_all_else_goes_on():
    assert {state for state in DemandState if not DEMAND_STEPS.open_acts(state)} == ENDS


def test_every_state_is_reached_from_the_draft():
    reached = {DemandState.DRAFT}
    for _ in DemandState:
        reached |= {after for (state, _), after in DEMAND_STEPS.table.items() if state in reached}

    assert reached == set(DemandState)


def test_what_is_not_published_or_by_invitation_is_private_whatever_else_was_chosen():
    day = date(2026, 3, 2)

    unpublished = {visibility_of(None, chosen) for chosen in Confidentiality}
    published = [visibility_of(day, chosen) for chosen in Confidentiality]

    assert unpublished == {Visibility.PRIVATE}
    assert published == [Visibility.PUBLIC, Visibility.MEMBERS, Visibility.PRIVATE]


def test_revising_takes_the_publication_back_and_nothing_else_moves_it():
    first, later = date(2026, 3, 2), date(2026, 3, 9)

    days = {act: date_publication(act, first, later) for act in DemandAct}

    assert days.pop(DemandAct.PUBLISH) == later
    assert days.pop(DemandAct.REVISE) is None
    assert set(days.values()) == {first}


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"title": "——"}, "/title"),
        ({"confidentiality": Confidentiality.INVITED}, "/invited"),
        ({"invited": ("123700004955000143",)}, "/invited"),
        (
            {"confidentiality": Confidentiality.INVITED, "invited": ("123700004955000144",)},
            "/invited/0",
        ),
    ],
)
def test_a_demand_that_contradicts_itself_is_refused(changes, pointer):
    assert [fault.pointer for fault in judge_demand(make_demand(**changes))] == [pointer]
