"""A nomination moves by its table, is submitted whole and in time."""

from datetime import date, timedelta

import pytest

from kit.errors import RuleBroken
from services.achievements.rules.nominations import (
    ACTS_OF_NOMINATOR,
    NOMINATION_STEPS,
    NominationAct,
    NominationState,
    list_lacking,
    require_in_time,
    require_whole,
)
from services.achievements.store.checks import get_nomination_requirements

ENDS = {
    NominationState.NOT_RECOMMENDED,
    NominationState.AWARDED,
    NominationState.NOT_AWARDED,
    NominationState.WITHDRAWN,
}
WHOLE = {
    "title": "固态电池",
    "summary": "简介",
    "statement": "理由",
    "organizations": [{"name": "山东某大学"}],
    "contributors": [{"name": "张三"}],
    "intellectual_property": ["201710601862.3"],
    "completed_on": "2024-03-01",
}


@pytest.mark.parametrize("act", NominationAct)
@pytest.mark.parametrize("state", NominationState)
def test_every_step_is_either_open_or_refused_with_those_that_are(
    state: NominationState, act: NominationAct
) -> None:
    if act in NOMINATION_STEPS.open_acts(state):
        assert NOMINATION_STEPS.move(state, act) is not state
        return

    with pytest.raises(RuleBroken) as caught:
        NOMINATION_STEPS.move(state, act)

    assert caught.value.facts["allowed"] == list(NOMINATION_STEPS.open_acts(state))


def test_only_ends_have_no_way_on() -> None:
    assert {state for state in NominationState if not NOMINATION_STEPS.open_acts(state)} == ENDS


def test_an_award_is_reached_only_through_a_recommendation() -> None:
    ways = {act: at for (at, act) in NOMINATION_STEPS.table}

    assert ways[NominationAct.AWARD] is NominationState.UNDER_REVIEW
    assert ways[NominationAct.FORWARD] is NominationState.RECOMMENDED
    assert NominationAct.RECOMMEND not in ACTS_OF_NOMINATOR


@pytest.mark.parametrize("field", WHOLE)
def test_whatever_lacks_is_named(field: str) -> None:
    without = WHOLE | {field: None if isinstance(WHOLE[field], str) else []}

    lacking = list_lacking(without, get_nomination_requirements())

    assert [one.field for one in lacking] == [field]
    with pytest.raises(RuleBroken, match=lacking[0].name.en):
        require_whole(lacking)


def test_what_is_whole_lacks_nothing_and_blanks_are_nothing() -> None:
    requirements = get_nomination_requirements()

    assert list_lacking(WHOLE, requirements) == ()
    assert list_lacking(WHOLE | {"statement": "  "}, requirements)[0].field == "statement"
    assert all(one.assumption for one in requirements)


def test_the_last_day_still_counts() -> None:
    day = date(2026, 11, 23)
    require_in_time(day, day)
    require_in_time(None, day)

    with pytest.raises(RuleBroken, match="2026-11-23"):
        require_in_time(day, day + timedelta(days=1))
