"""Steps of an application and the law of a budget."""

from decimal import Decimal

import pytest

from kit.errors import RuleBroken
from services.subsidies.rules.applications import (
    REASONED_ACTS,
    STEPS,
    USUAL_REASONS,
    ApplicationAct,
    ApplicationState,
    BudgetState,
    allot_budget,
    check_second_person,
    commit_budget,
    take_step,
)


def test_every_act_has_a_usual_reason_or_must_be_given_one():
    assert set(USUAL_REASONS) | REASONED_ACTS == set(ApplicationAct)
    assert not set(USUAL_REASONS) & REASONED_ACTS


@pytest.mark.parametrize("state", ApplicationState)
@pytest.mark.parametrize("act", ApplicationAct)
def test_every_act_in_every_state_either_leads_on_or_names_what_is_open(state, act):
    if act in STEPS[state]:
        assert take_step(state, act) in ApplicationState
    else:
        with pytest.raises(RuleBroken) as refused:
            take_step(state, act)
        assert refused.value.facts["allowed"] == [one.value for one in STEPS[state]]


def test_who_reviewed_does_not_decide():
    for act in (ApplicationAct.APPROVE, ApplicationAct.REFUSE):
        with pytest.raises(RuleBroken, match="second_person_needed"):
            check_second_person(ApplicationState.REVIEWED, act, "li", "li")
        check_second_person(ApplicationState.REVIEWED, act, "li", "wang")


def test_a_budget_commits_what_is_left_and_no_fen_more():
    budget = BudgetState(Decimal("100.00"), Decimal("40.00"), Decimal("0.00"))

    assert commit_budget(budget, Decimal("60.00")) == Decimal("100.00")
    with pytest.raises(RuleBroken) as refused:
        commit_budget(budget, Decimal("60.01"))
    assert refused.value.facts["left_yuan"] == "60.00"
    with pytest.raises(RuleBroken, match="budget_below_commitments"):
        allot_budget(budget, Decimal("39.99"))
