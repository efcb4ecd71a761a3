"""Consents move by a table that is total, and open the profile only while they stand."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from kit.errors import Forbidden, RuleBroken
from services.credit.rules.consents import (
    OPEN_ACTS,
    PARTY_OF,
    REFUSAL_TEXTS,
    ConsentAct,
    ConsentState,
    Party,
    RefusalReason,
    check_again,
    check_consent,
    check_standing,
    state_at,
    take_step,
)
from tests.unit.credit.factories import make_terms

NOW = datetime(2026, 6, 1, tzinfo=UTC)
EVERYONE = frozenset(Party)


def test_the_table_knows_every_state_act_and_reason() -> None:
    assert set(OPEN_ACTS) == set(ConsentState)
    assert set(PARTY_OF) == set(ConsentAct)
    assert set(REFUSAL_TEXTS) == set(RefusalReason)


@pytest.mark.parametrize(("state", "act"), list(product(ConsentState, ConsentAct)))
def test_every_step_is_taken_or_refused_with_what_is_open(
    state: ConsentState, act: ConsentAct
) -> None:
    terms = make_terms(state=state)

    if act in OPEN_ACTS[state]:
        reached = "granted" if act is ConsentAct.RESUMED else act.value
        assert take_step(terms, act, EVERYONE, NOW).value == reached
    else:
        with pytest.raises(RuleBroken) as refused:
            take_step(terms, act, EVERYONE, NOW)
        assert refused.value.facts["allowed"] == sorted(each.value for each in OPEN_ACTS[state])


@pytest.mark.parametrize("act", list(ConsentAct))
def test_a_step_belongs_to_one_party(act: ConsentAct) -> None:
    strangers = EVERYONE - {PARTY_OF[act]}

    with pytest.raises(Forbidden):
        take_step(make_terms(), act, strangers, NOW)


def test_the_clock_ends_a_consent_to_the_microsecond() -> None:
    terms = make_terms()

    assert state_at(terms, terms.valid_until - timedelta(microseconds=1)) is ConsentState.GRANTED
    assert state_at(terms, terms.valid_until) is ConsentState.EXPIRED


def test_an_unanswered_request_lapses() -> None:
    terms = make_terms(state=ConsentState.REQUESTED)

    assert state_at(terms, terms.answer_by) is ConsentState.LAPSED


def test_a_revoked_consent_closes_the_profile() -> None:
    terms = make_terms(state=ConsentState.REVOKED)

    decision = check_consent(terms, "bank", "enterprise", "loan_review", NOW)

    assert (decision.allowed, decision.reason) == (False, RefusalReason.REVOKED)


@pytest.mark.parametrize("state", [s for s in ConsentState if s is not ConsentState.GRANTED])
def test_only_a_granted_consent_opens(state: ConsentState) -> None:
    terms = make_terms(state=state)

    assert not check_consent(terms, "bank", "enterprise", "loan_review", NOW).allowed
    assert not check_again(terms, NOW).allowed


def test_a_used_up_consent_still_lets_an_answer_be_read_again() -> None:
    terms = make_terms(reads_used=2)

    refused = check_consent(terms, "bank", "enterprise", "loan_review", NOW)

    assert refused.reason is RefusalReason.USED_UP
    assert check_again(terms, NOW).allowed


def test_the_reads_of_a_day_are_limited_and_come_back_the_next_day() -> None:
    terms = make_terms(max_reads_per_day=2, reads_on=NOW.date(), reads_that_day=2)

    today = check_consent(terms, terms.institution_uscc, terms.uscc, terms.purpose, NOW)
    tomorrow = NOW + timedelta(days=1)
    later = check_consent(terms, terms.institution_uscc, terms.uscc, terms.purpose, tomorrow)

    assert today.reason is RefusalReason.USED_UP_TODAY
    assert later.allowed


def test_a_suspended_consent_is_resumed_by_the_authority_alone() -> None:
    terms = make_terms(state=ConsentState.SUSPENDED)

    resumed = take_step(terms, ConsentAct.RESUMED, frozenset({Party.AUTHORITY}), NOW)

    assert resumed is ConsentState.GRANTED
    with pytest.raises(Forbidden):
        take_step(terms, ConsentAct.RESUMED, frozenset({Party.ENTERPRISE}), NOW)


def test_a_consent_does_not_hold_before_its_first_day() -> None:
    begins = datetime(2026, 9, 1, tzinfo=UTC)
    terms = make_terms(valid_from=begins)

    early = check_consent(terms, "bank", "enterprise", "loan_review", begins - timedelta(seconds=1))
    then = check_consent(terms, "bank", "enterprise", "loan_review", begins)

    assert (early.allowed, early.reason) == (False, RefusalReason.NOT_YET_VALID)
    assert then.allowed
    assert not check_standing(terms, begins - timedelta(seconds=1))
