"""Once a person has chosen a reading, the rules pay by it and nothing stays open."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.subsidies.rules import facts
from services.subsidies.rules.calculation import calculate
from services.subsidies.rules.decisions import Outcome
from services.subsidies.rules.simulation import Change, apply_change
from services.subsidies.schemas.calculations import CalculationRequest, claim_of
from tests.unit.subsidies.test_cases import CASES
from tests.unit.subsidies.test_laws import CLAIMS, POLICY

ON = date(2024, 6, 30)
FIRM = facts.Applicant("enterprise", in_district=True)
OPEN = [switch for switch in POLICY.switches.values() if switch.needs_person]


def read(**defaults):
    return apply_change(POLICY, Change(switches=defaults), ON)


def amounts(claim, **defaults):
    items = calculate(claim, read(**defaults)).items
    assert all(item.outcome is Outcome.ELIGIBLE for item in items)
    assert not any(item.options for item in items)
    return [item.amount_yuan for item in items]


def award(id_, level, scheme="national_st_progress", achievement="A"):
    return facts.Award(id_, scheme, level, date(2024, 3, 1), achievement)


def claim(**things):
    return facts.Claim(ON, FIRM, **things)


def test_a_level_without_a_price_is_paid_as_the_first_prize():
    special = claim(awards=(award("a", "special"),))

    assert amounts(special, level_without_price="treat_as_first") == [Decimal("100000.00")]
    refused = calculate(special, read(level_without_price="not_listed_means_zero")).items[0]
    assert (refused.outcome, refused.amount_yuan) == (Outcome.NOT_ELIGIBLE, Decimal("0.00"))


@pytest.mark.parametrize(
    ("reading", "due"),
    [
        ("stack_pay_now", ["50000.00", "100000.00"]),
        ("highest_only_top_up_now", ["0.00", "100000.00"]),
    ],
)
def test_two_levels_of_one_achievement_stack_or_the_highest_counts(reading, due):
    two = claim(awards=(award("a", "second"), award("b", "first")))

    assert amounts(two, same_achievement_two_levels=reading) == [Decimal(one) for one in due]


@pytest.mark.parametrize(
    ("reading", "due"),
    [("stack_pay_now", "100000.00"), ("highest_only_top_up_now", "50000.00")],
)
def test_a_higher_level_after_a_payment_is_topped_up_or_paid_whole(reading, due):
    paid = facts.PriorPayment("award", Decimal("50000.00"), date(2024, 2, 1), achievement="A")
    later = claim(awards=(award("b", "first"),), prior_payments=(paid,))

    [open_item] = calculate(later, POLICY).items
    offered = {option.reading: option.amount_yuan for option in open_item.options}
    assert offered[reading] == Decimal(due)
    assert amounts(later, same_achievement_two_levels=reading) == [Decimal(due)]


def laboratory(id_, approved=None):
    return facts.KeyLaboratory(
        id_, "municipal", True, date(2024, 4, 1), approved_amount_yuan=approved
    )


@pytest.mark.parametrize(
    ("reading", "due"),
    [("per_lab", ["20000.00", "30000.00"]), ("per_unit", ["0.00", "30000.00"])],
)
def test_laboratories_are_rewarded_each_or_one_per_organisation(reading, due):
    two = claim(key_laboratories=(laboratory("x", Decimal("20000.00")), laboratory("y")))

    assert amounts(two, lab_one_off=reading) == [Decimal(one) for one in due]


@pytest.mark.parametrize(("reading", "due"), [("per_lab", "30000.00"), ("per_unit", "0.00")])
def test_another_laboratory_after_a_payment_is_rewarded_or_not(reading, due):
    paid = facts.PriorPayment("key_laboratory", Decimal("30000.00"), ON, subject="x")
    second = claim(key_laboratories=(laboratory("y"),), prior_payments=(paid,))

    assert amounts(second, lab_one_off=reading) == [Decimal(due)]


READINGS = st.fixed_dictionaries(
    {switch.code: st.sampled_from([one.key for one in switch.readings]) for switch in OPEN}
)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(READINGS, CLAIMS)
def test_with_every_reading_chosen_what_is_eligible_has_an_amount(readings, claim):
    for item in calculate(claim, read(**readings)).items:
        assert item.outcome is not Outcome.NEEDS_REVIEW
        assert (item.outcome is Outcome.ELIGIBLE) <= (item.amount_yuan is not None)


def offers():
    """What the cases offer where one question alone is open, with what it is offered for."""
    for case in CASES:
        stated = claim_of(CalculationRequest(**case["request"]))
        if stated.on < POLICY.from_day:
            continue
        for item in calculate(stated, POLICY).items:
            for option in item.options:
                if item.outcome is Outcome.NEEDS_REVIEW:
                    name = f"{case['id']}-{item.subject}-{option.reading}"
                    yield pytest.param(stated, item, option, id=name)


@pytest.mark.parametrize(("stated", "item", "option"), list(offers()))
def test_what_is_offered_under_a_reading_is_what_the_reading_pays(stated, item, option):
    [switch] = [one for one in OPEN if option.reading in [each.key for each in one.readings]]
    changed = read(**{switch.code: option.reading})

    paid = [one for one in calculate(stated, changed).items if one.rule is item.rule]
    alone = [one.amount_yuan for one in paid if one.subject == item.subject]
    together = sum(one.amount_yuan or Decimal(0) for one in paid)
    assert option.amount_yuan in (*alone, together)
