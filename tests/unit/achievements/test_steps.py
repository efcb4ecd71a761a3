"""Every life of the market's nouns is a table, total over state and act."""

from itertools import product

import pytest

from kit.errors import RuleBroken
from services.achievements.rules.amendments import AMENDMENT_STEPS, AmendmentAct, AmendmentState
from services.achievements.rules.appointments import (
    APPOINTMENT_STEPS,
    AppointmentAct,
    AppointmentState,
)
from services.achievements.rules.contracts import CONTRACT_STEPS, ContractAct, ContractState
from services.achievements.rules.listing_deposits import DEPOSIT_STEPS, DepositAct, DepositState
from services.achievements.rules.listing_notices import (
    OBJECTION_STEPS,
    ObjectionAct,
    ObjectionState,
)
from services.achievements.rules.listing_offers import OFFER_STEPS, OfferAct, OfferState
from services.achievements.rules.listings import LISTING_STEPS, ListingAct, ListingState

LIVES = [
    (LISTING_STEPS, ListingState, ListingAct),
    (OFFER_STEPS, OfferState, OfferAct),
    (DEPOSIT_STEPS, DepositState, DepositAct),
    (OBJECTION_STEPS, ObjectionState, ObjectionAct),
    (CONTRACT_STEPS, ContractState, ContractAct),
    (AMENDMENT_STEPS, AmendmentState, AmendmentAct),
    (APPOINTMENT_STEPS, AppointmentState, AppointmentAct),
]
IDS = [steps.noun.en for steps, _, _ in LIVES]


@pytest.mark.parametrize(("steps", "states", "acts"), LIVES, ids=IDS)
def test_every_step_is_taken_or_refused_with_those_that_are_open(steps, states, acts) -> None:
    for state, act in product(states, acts):
        if (state, act) in steps.table:
            assert steps.move(state, act) is steps.table[state, act]
            continue
        with pytest.raises(RuleBroken) as caught:
            steps.move(state, act)

        assert caught.value.code == steps.code
        assert caught.value.facts["allowed"] == [one.value for one in steps.open_acts(state)]


@pytest.mark.parametrize(("steps", "states", "acts"), LIVES, ids=IDS)
def test_every_state_has_a_name_and_every_act_is_open_somewhere(steps, states, acts) -> None:
    assert set(steps.names) == set(states)
    assert {act for _, act in steps.table} == set(acts)


def test_an_ended_listing_stays_ended() -> None:
    assert LISTING_STEPS.open_acts(ListingState.SETTLED) == ()
    assert LISTING_STEPS.open_acts(ListingState.WITHDRAWN) == ()


def test_a_listing_is_settled_only_after_it_was_reserved() -> None:
    before = {at for (at, _), to in LISTING_STEPS.table.items() if to is ListingState.SETTLED}

    assert before == {ListingState.RESERVED}
