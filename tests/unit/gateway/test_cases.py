"""信 comes first, 易 is the only success, and the events are the case."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.rules.cases import Case, CaseState, Condition, is_credit_current
from gateway.rules.decisions import change_plan, close_case, decide_track, plan_tracks
from gateway.rules.folding import replay_events
from gateway.rules.ledger import EventKind, find_first_broken
from gateway.rules.orders import Order, Outside
from gateway.rules.prospects import list_next_acts
from gateway.rules.stages import DECISIONS, MOVES, Act, Stage, TrackState, find_path
from gateway.store.packs import list_stock_plans
from kit.errors import RuleBroken
from tests.unit.gateway.histories import (
    AT,
    CREDIT,
    ENTERPRISE,
    HOLDERS,
    ON,
    RECORD,
    decide,
    make_case,
    make_plan_of,
    open_story,
    walk,
)

S = TrackState


def test_the_table_names_every_state_and_every_act():
    assert set(MOVES) == {(state, act) for state in TrackState for act in Act}


def test_a_holder_decides_a_ready_track_in_one_call():
    assert find_path(S.READY, S.APPROVED) == (Act.ACCEPT, Act.SUBMIT, Act.APPROVE)


def test_the_whole_walk_ends_transformed():
    case = walk(
        make_case(), Stage.CREDIT, Stage.EVALUATION, Stage.INSURANCE, Stage.LOAN, Stage.TRADE
    )

    assert case.state is CaseState.TRANSFORMED
    assert case.record == RECORD
    assert case.closed_on == ON
    assert list_next_acts(case, ON) == ()


@pytest.mark.parametrize("stage", [Stage.EVALUATION, Stage.LOAN, Stage.TRADE])
def test_nothing_is_decided_before_credit(stage):
    with pytest.raises(RuleBroken) as refusal:
        decide(make_case(), stage)

    assert refusal.value.code == "credit_required"
    assert [act["stage"] for act in refusal.value.facts["allowed"]] == ["credit"]


def test_a_stage_waits_for_the_one_before():
    case = walk(make_case(), Stage.CREDIT)

    with pytest.raises(RuleBroken) as refusal:
        decide(case, Stage.LOAN)

    assert refusal.value.code == "stage_not_open"


def test_a_revoked_consent_stops_every_decision():
    case = walk(make_case(), Stage.CREDIT)

    with pytest.raises(RuleBroken) as refusal:
        decide(case, Stage.EVALUATION, outside=Outside(consent_holds=False))

    assert refusal.value.code == "consent_required"


def test_a_credit_result_expires_and_can_be_renewed():
    case = walk(make_case(), Stage.CREDIT)
    later = CREDIT.valid_until + timedelta(days=1)

    with pytest.raises(RuleBroken) as refusal:
        decide(case, Stage.EVALUATION, on=later)
    renewed = decide(
        case,
        Stage.CREDIT,
        outside=Outside(credit=CREDIT.__class__("r2", "80", "A", False, date(2027, 6, 1), "c")),
        on=later,
    ).case

    assert refusal.value.code == "credit_required"
    assert refusal.value.facts["allowed"][0]["act"] == "renew"
    assert decide(renewed, Stage.EVALUATION, on=later).case.state is CaseState.OPEN


def test_a_rejected_credit_opens_enhancement_and_not_the_end():
    story = decide(make_case(), Stage.CREDIT, S.REJECTED, reason_code="credit_weak")
    case = story.case

    assert EventKind.ENHANCEMENT_OPENED in [event.kind for event in story.events]
    assert case.state is CaseState.OPEN
    (again,) = case.list_live_tracks(Stage.CREDIT)
    assert again.supersedes == case.tracks[0].id
    assert again.state is S.READY
    assert decide(walk(case, Stage.CREDIT), Stage.EVALUATION).case.version > case.version


def test_a_weak_but_approved_credit_opens_enhancement_and_the_case_goes_on():
    weak = CREDIT.__class__("r1", "41", "D", True, CREDIT.valid_until, "c")

    story = decide(make_case(), Stage.CREDIT, outside=Outside(credit=weak, consent_holds=True))

    assert EventKind.ENHANCEMENT_OPENED in [event.kind for event in story.events]
    assert decide(story.case, Stage.EVALUATION).case.find_track("t1").state is S.APPROVED


def test_an_approval_that_depends_on_a_fallen_stage_reopens():
    plan = make_plan_of("credit-evaluation-investment-loan-trade")
    case = walk(make_case(plan), Stage.CREDIT, Stage.EVALUATION)
    condition = Condition("投资到位", Stage.INVESTMENT)
    case = decide(case, Stage.LOAN, S.CONDITIONALLY_APPROVED, conditions=(condition,)).case

    case = decide(case, Stage.INVESTMENT, S.REJECTED, reason_code="outside_mandate").case

    assert case.list_live_tracks(Stage.LOAN)[0].state is S.IN_PROGRESS
    assert case.list_live_tracks(Stage.TRADE)[0].state is S.PLANNED


def test_of_two_parallel_supports_one_is_enough_once_both_are_settled():
    plan = make_plan_of("credit-evaluation-investment-loan-trade")
    case = walk(make_case(plan), Stage.CREDIT, Stage.EVALUATION, Stage.LOAN)
    waiting = case.list_live_tracks(Stage.TRADE)[0].state

    case = decide(case, Stage.INVESTMENT, S.REJECTED, reason_code="outside_mandate").case

    assert waiting is S.PLANNED
    assert case.list_live_tracks(Stage.TRADE)[0].state is S.READY


def test_a_needed_support_that_fell_asks_for_another_plan():
    case = walk(make_case(), Stage.CREDIT, Stage.EVALUATION, Stage.INSURANCE)
    case = decide(case, Stage.LOAN, S.REJECTED, reason_code="repayment_ability").case

    (act,) = list_next_acts(case, ON)
    shorter = make_plan_of("credit-evaluation-trade")
    case = change_plan(
        case,
        shorter,
        plan_tracks(shorter, HOLDERS, ["n1", "n2", "n3"]),
        "不再贷款",
        ENTERPRISE,
        AT,
        ON,
    ).case

    assert (act.act, act.role) == ("change_plan", "officer")
    assert case.find_track("t3").superseded
    assert walk(case, Stage.TRADE).state is CaseState.TRANSFORMED


def test_a_request_for_information_is_answered_and_the_clock_restarts():
    case = decide(make_case(), Stage.CREDIT, S.INFO_REQUESTED, reason="请补充资料").case
    (asked,) = list_next_acts(case, ON)

    case = decide(case, Stage.CREDIT, S.SUBMITTED, on=ON + timedelta(days=3)).case

    assert (asked.act, asked.role) == ("supply_information", "enterprise")
    assert case.tracks[0].received_on == ON + timedelta(days=3)


def test_trade_without_a_record_is_no_success():
    case = walk(make_case(make_plan_of("credit-evaluation-trade")), Stage.CREDIT, Stage.EVALUATION)

    with pytest.raises(RuleBroken) as refusal:
        decide(case, Stage.TRADE, outside=Outside(consent_holds=True))

    assert refusal.value.code == "trade_record_required"


@pytest.mark.parametrize("stage", [Stage.CREDIT, Stage.TRADE])
def test_credit_and_trade_cannot_be_waived(stage):
    with pytest.raises(RuleBroken) as refusal:
        decide(make_case(), stage, S.WAIVED)

    assert refusal.value.code == "stage_required"


def test_a_closed_case_takes_nothing_more():
    case = close_case(make_case(), "applicant_withdrew", None, ENTERPRISE, AT, ON).case

    with pytest.raises(RuleBroken) as refusal:
        decide(case, Stage.CREDIT)

    assert refusal.value.code == "case_ended"
    assert {track.state for track in case.tracks} == {S.WITHDRAWN}


def test_a_changed_event_breaks_the_chain():
    story = open_story()
    events = [*story.events, *decide(story.case, Stage.CREDIT).events]
    forged = events.copy()
    forged[2] = forged[2].__class__(
        **{name: getattr(forged[2], name) for name in forged[2].__slots__} | {"reason": "改过"}
    )

    assert find_first_broken(events) is None
    assert find_first_broken(forged) == 3


OUTCOMES = [state for state in TrackState if state not in (S.PLANNED, S.READY)]
ACTS = st.lists(
    st.tuples(
        st.integers(0, 11),
        st.sampled_from([*OUTCOMES, *[S.APPROVED] * 12, "close", "plan"]),
        st.booleans() | st.just(True) | st.just(True),
        st.integers(0, 12),
        st.sampled_from([None, None, *Stage]),
    ),
    max_size=25,
)


@settings(max_examples=200, deadline=None)
@given(plan=st.sampled_from(list_stock_plans()), acts=ACTS)
def test_no_history_breaks_the_law(plan, acts):
    story = open_story(plan)
    case, events, day = story.case, list(story.events), ON
    for number, act in enumerate(acts):
        day += timedelta(days=act[3] * 5)
        before = case
        try:
            story = _try(case, act, day, number)
        except RuleBroken:
            continue
        case = story.case
        events += story.events
        _check_law(before, story, consent=act[2], on=day)

    assert replay_events(events) == case
    assert find_first_broken(events) is None
    assert bool(list_next_acts(case, day)) == (case.state is CaseState.OPEN)


def _try(case: Case, act, day, number):
    place, outcome, consent, _, condition = act
    if outcome == "close":
        return close_case(case, "other", "随机", ENTERPRISE, AT, day)
    if outcome == "plan":
        plan = list_stock_plans()[place % 6]
        tracks = plan_tracks(plan, HOLDERS, [f"p{number}-{n}" for n in range(9)])
        return change_plan(case, plan, tracks, "随机", ENTERPRISE, AT, day)
    track = case.tracks[place % len(case.tracks)]
    credit = CREDIT.__class__("r", "60", "C", place % 3 == 0, day + timedelta(days=90), "c")
    outside = Outside(credit if consent else None, consent, RECORD, f"spare-{number}")
    conditions = () if condition is None else (Condition("若", condition),)
    order = Order(track.id, outcome, "other", "随机", conditions)
    return decide_track(case, order, outside, ENTERPRISE, AT, day)


def _check_law(before: Case, story, *, consent, on):
    decided = {event.track_id for event in story.events if event.kind in _DECIDING}
    tracks = [track for track in story.case.tracks if track.id in decided]
    if any(track.stage is not Stage.CREDIT for track in tracks):
        assert is_credit_current(before, on)
        assert consent
    if story.case.state is CaseState.TRANSFORMED:
        assert story.case.record is not None
        assert any(t.stage is Stage.TRADE and t.state is S.APPROVED for t in story.case.tracks)
    if any(track.stage is Stage.CREDIT for track in tracks):
        assert story.case.state is CaseState.OPEN
    assert {track.id for track in before.tracks} <= {track.id for track in story.case.tracks}


_DECIDING = {EventKind(f"track-{state.value.replace('_', '-')}") for state in DECISIONS}
