"""Open bidding: teams, seals, conflicts, scores, payments."""

import itertools
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.errors import Forbidden, RuleBroken
from services.achievements.rules.bid_reviews import (
    Authorship,
    ConflictCode,
    Expert,
    Interest,
    find_conflicts,
    judge_award,
    judge_scores,
    mean_score,
    require_another_person,
    require_reviewed,
    total_score,
)
from services.achievements.rules.bids import (
    BID_STEPS,
    BidAct,
    BidCall,
    BidFacts,
    BidState,
    Criterion,
    Member,
    Party,
    is_sealed,
    judge_bid,
    judge_call,
    require_time,
    split_payment,
    team_of,
)
from services.achievements.rules.milestones import (
    MILESTONE_STEPS,
    Milestone,
    MilestoneAct,
    MilestoneState,
    judge_plan,
    require_all_passed,
)

NOW = datetime(2026, 11, 23, 9, tzinfo=timezone(timedelta(hours=8)))
UNIVERSITY, INSTITUTE = "123700004955000143", "12370100495500073B"
TWO = (Party(UNIVERSITY, "山东某大学", Decimal("0.6")), Party(INSTITUTE, "某所", Decimal("0.4")))
CRITERIA = [Criterion("a", "甲", Decimal("0.7")), Criterion("b", "乙", Decimal("0.3"))]


def make_bid(**changes):
    return BidFacts(
        **{
            "title": "预警系统",
            "proposal": "……",
            "parties": TWO,
            "members": (Member("张三", UNIVERSITY),),
            "amount_yuan": Decimal("100.00"),
            "term_months": 12,
        }
        | changes
    )


def shares(*parts):
    return tuple(
        Party(uscc, uscc, Decimal(part))
        for uscc, part in zip((UNIVERSITY, INSTITUTE), parts, strict=False)
    )


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"parties": shares("0.6", "0.3")}, "shares_not_whole"),
        ({"parties": shares("1", "0")}, "share_invalid"),
        ({"parties": shares("0.33333", "0.66667")}, "share_invalid"),
        ({"parties": (TWO[1], TWO[0])}, "lead_not_first"),
        ({"parties": (TWO[0], TWO[0])}, "party_repeated"),
        ({"members": (Member("李四", "12370000495500081X"),)}, "member_of_none"),
    ],
)
def test_a_team_that_does_not_add_up_is_refused(changes, code):
    assert code in [fault.code for fault in judge_bid(make_bid(**changes), UNIVERSITY)]


def test_a_sound_team_is_taken_and_is_the_same_in_any_order():
    assert judge_bid(make_bid(), UNIVERSITY) == []
    assert team_of(TWO) == team_of(TWO[::-1])
    assert team_of(TWO) != team_of(TWO[:1])


def test_the_deadline_is_the_last_instant_that_is_too_late():
    require_time(NOW + timedelta(microseconds=1), NOW)
    with pytest.raises(RuleBroken, match="bidding_over"):
        require_time(NOW, NOW)
    assert is_sealed(NOW + timedelta(microseconds=1), NOW)
    assert not is_sealed(NOW, NOW)


def test_a_call_leaves_time_and_its_weights_add_up():
    crooked = (CRITERIA[0], CRITERIA[0])
    late = BidCall(NOW, tuple(CRITERIA), 3)

    assert judge_call(BidCall(NOW + timedelta(days=1), tuple(CRITERIA), 3), NOW) == []
    assert [fault.code for fault in judge_call(late, NOW)] == ["in_the_past"]
    codes = [fault.code for fault in judge_call(BidCall(late.bids_until, crooked, 3), NOW)]
    assert codes == ["in_the_past", "criteria_repeated", "weights_not_one"]


def test_every_step_of_bids_and_milestones_is_in_its_table_or_refused():
    cases = [(BID_STEPS, BidState, BidAct), (MILESTONE_STEPS, MilestoneState, MilestoneAct)]
    for steps, states, acts in cases:
        for state, act in itertools.product(states, acts):
            if (state, act) in steps.table:
                assert steps.move(state, act) in states
            else:
                with pytest.raises(RuleBroken):
                    steps.move(state, act)


def expert(**changes):
    who = {"name": "王五", "uscc": "12370000495500081X", "orcid": None, "interests": ()}
    return Expert(**who | changes)


def codes_of(judge, members=(Member("张三", UNIVERSITY),), works=()):
    return [one.code for one in find_conflicts(judge, TWO, members, works)]


def test_an_expert_from_elsewhere_without_ties_may_judge():
    work = Authorship((Member("王五", UNIVERSITY), Member("赵六", UNIVERSITY)))

    assert codes_of(expert(), works=[work]) == []


def test_an_expert_does_not_judge_the_own_organisation():
    assert codes_of(expert(uscc=INSTITUTE)) == [ConflictCode.OWN_ORGANIZATION]


def test_an_expert_does_not_judge_who_was_declared_related():
    tied = expert(interests=(Interest(INSTITUTE, "持股"),))

    assert codes_of(tied) == [ConflictCode.RELATED_PARTY]


def test_an_expert_does_not_judge_co_authors():
    work = Authorship((Member("王五", UNIVERSITY), Member("张 三", UNIVERSITY)))

    assert codes_of(expert(), works=[work]) == [ConflictCode.CO_AUTHOR]


def test_two_orcids_tell_people_of_one_name_apart():
    mine, other = "0000-0002-1825-0097", "0000-0001-5109-3700"
    work = Authorship((Member("王五", UNIVERSITY, other), Member("张三", UNIVERSITY)))

    assert codes_of(expert(orcid=mine), works=[work]) == []
    assert codes_of(expert(orcid=other), works=[work]) == [ConflictCode.CO_AUTHOR]


def test_an_expert_does_not_judge_the_own_bid():
    assert codes_of(expert(), members=(Member("王五", UNIVERSITY),)) == [ConflictCode.TEAM_MEMBER]


def test_scores_are_weighed_and_averaged_to_two_places():
    scores = {"a": Decimal("85"), "b": Decimal("70.5")}

    assert judge_scores(CRITERIA, scores) == []
    assert total_score(CRITERIA, scores) == Decimal("80.65")
    assert mean_score([Decimal("80.65"), Decimal("80.66")]) == Decimal("80.66")
    assert mean_score([]) is None
    wrong = judge_scores(CRITERIA, {"a": Decimal("101"), "c": Decimal(1)})
    assert {fault.code for fault in wrong} == {
        "score_missing", "score_out_of_range", "criterion_unknown",
    }  # fmt: skip


def test_no_award_before_every_bid_is_reviewed_nor_above_bid_or_budget_nor_by_one_person():
    require_reviewed({"x": 3, "y": 4}, 3)
    with pytest.raises(RuleBroken) as refused:
        require_reviewed({"x": 3, "y": 2}, 3)
    assert refused.value.facts["bids"] == ["y"]
    assert judge_award(Decimal(90), Decimal(100), None) == []
    assert judge_award(Decimal(101), Decimal(100), Decimal(50))[1].code == "amount_above_budget"
    with pytest.raises(Forbidden, match="same_person"):
        require_another_person("officer-1", "officer-1")


@given(
    st.integers(1, 10**12),
    st.lists(st.integers(1, 9_999), min_size=1, max_size=6),
)
def test_what_the_parties_get_adds_up_to_the_payment(fen, parts):
    whole = sum(parts)
    parties = [Party(str(n), str(n), Decimal(part) / 10_000) for n, part in enumerate(parts)]
    amount = Decimal(fen) / 100

    split = split_payment(amount, parties)
    assert sum(split) == amount
    for part, got in zip(parts, split, strict=True):
        assert abs(got - amount * part / whole) < Decimal("0.01")


def test_payments_add_up_to_the_award_to_the_fen_and_days_follow_each_other():
    day = NOW.date()
    plan = [
        Milestone("一", day + timedelta(days=9), Decimal("33.33")),
        Milestone("二", day + timedelta(days=8), Decimal("66.67")),
    ]

    assert [fault.pointer for fault in judge_plan(plan, Decimal(100), day)] == ["/items/1/due_on"]
    assert judge_plan(plan[:1], Decimal("33.33"), day) == []
    assert judge_plan(plan[:1], Decimal("33.34"), day)[0].code == "payments_not_award"


def test_nothing_is_accepted_before_everything_has_passed():
    require_all_passed([MilestoneState.PASSED, MilestoneState.PAID])
    with pytest.raises(RuleBroken, match="milestones_open"):
        require_all_passed([MilestoneState.PAID, MilestoneState.DELIVERED])
