"""Columns and the single calculation say the same, row for row."""

import os
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.subsidies.rules import facts
from services.subsidies.rules.calculation import calculate
from services.subsidies.rules.column_calculation import calculate_columns, refer_columns, total_of
from services.subsidies.rules.column_policy import prepare_policy
from services.subsidies.rules.column_rows import DoesNotFit, write_row
from services.subsidies.rules.columns import ABSENT, OUTCOMES, clear_row, empty_columns
from services.subsidies.rules.decisions import AmountKind, Outcome
from services.subsidies.usecases.shelf import open_shelf
from tests.unit.subsidies.test_laws import (
    APPLICANTS,
    AWARDS,
    CONTRACTS,
    FACILITIES,
    LABS,
    PLATFORMS,
    POLICY,
)

ROUNDS = int(os.environ.get("LIURONG_ROUNDS", "40"))
OLD = open_shelf().get_policy("lixia-knowledge-economy")


def one_at_most(things):
    return st.lists(things, max_size=1).map(tuple)


PLATFORM_PAYMENTS = st.builds(
    facts.PriorPayment,
    st.just("rd_platform"),
    st.sampled_from([None, Decimal("50000.00"), Decimal("-50000.00"), Decimal("0.00")]),
)
# What laws hold for all claims is held mostly by unlucky ones; these are often eligible.
GOOD_DAY = st.sampled_from(
    [date(2024, 3, 1), date(2024, 6, 30), date(2023, 7, 1), date(2025, 11, 1)]
)
LUCKY_HAVES = st.just(facts.SixHaves(True, True, True, True, True, True))
FEN = st.integers(0, 10**9).map(lambda fen: Decimal(fen) / 100)
LUCKY_SUBSIDIES = st.builds(
    facts.CitySubsidy, st.none() | FEN, FEN, GOOD_DAY, st.sampled_from(["P1", "P2", None])
)
LUCKY_RATIOS = st.none() | st.decimals(0, 1, places=6)
LUCKY = st.builds(
    facts.Claim,
    GOOD_DAY.filter(lambda day: day.year > 2023),
    st.builds(
        facts.Applicant,
        st.sampled_from(["enterprise", "research_institute", "hospital"]),
        st.sampled_from([True, True, False]),
        st.just(True),
        st.sampled_from([True, None]),
        st.sampled_from([None, Decimal("20000000.00"), Decimal("19999999.99")]),
    ),
    one_at_most(
        st.builds(
            facts.Award,
            st.just("a"),
            st.sampled_from(["national_st_progress", "shandong_st_progress"]),
            st.sampled_from(["first", "second", "third"]),
            GOOD_DAY,
        )
    ),
    one_at_most(
        st.builds(facts.RdPlatform, st.just("p"), st.just(True), st.none(), GOOD_DAY, LUCKY_HAVES)
    ),
    one_at_most(
        st.builds(
            facts.KeyLaboratory,
            st.just("l"),
            st.just("municipal"),
            st.just(True),
            GOOD_DAY,
            st.none(),
            st.sampled_from([None, Decimal("0.00"), Decimal("30000.00"), Decimal("30000.01")]),
        )
    ),
    one_at_most(
        st.builds(
            facts.Contract,
            st.just("c"),
            st.just("license"),
            st.just("jinan_municipal"),
            GOOD_DAY,
            LUCKY_SUBSIDIES,
            LUCKY_RATIOS,
        )
    ),
    one_at_most(
        st.builds(
            facts.Facility,
            st.just("f"),
            st.sampled_from(["proof_of_concept_center", "pilot_scale_base"]),
            st.none(),
            st.builds(
                facts.Performance,
                st.just("jinan"),
                st.just("excellent"),
                st.sampled_from([None, 2021, 2022, 2023, 2024, 2025, 2026]),
            ),
            LUCKY_SUBSIDIES,
            LUCKY_RATIOS,
        )
    ),
    st.lists(PLATFORM_PAYMENTS, max_size=2).map(tuple),
)
ANY = st.builds(
    facts.Claim,
    st.dates(date(2024, 1, 1), date(2026, 12, 31)),
    APPLICANTS,
    one_at_most(AWARDS),
    one_at_most(PLATFORMS),
    one_at_most(LABS),
    one_at_most(CONTRACTS),
    one_at_most(FACILITIES),
    st.lists(PLATFORM_PAYMENTS, max_size=2).map(tuple),
)


def read(policy, **defaults):
    """The policy with other readings of what is open."""
    switches = {
        code: replace(switch, default=defaults.get(code, switch.default))
        for code, switch in policy.switches.items()
    }
    return replace(policy, switches=switches)


OTHER_READINGS = read(
    POLICY,
    match_base="approved",
    match_rounding="down",
    payment_day="next_day_counts",
    **{
        code: switch.readings[-1].key
        for code, switch in POLICY.switches.items()
        if switch.needs_person
    },
)


@pytest.mark.parametrize("policy", [POLICY, OTHER_READINGS, OLD], ids=["as is", "read", "old"])
@settings(max_examples=ROUNDS, deadline=None, derandomize=True)
@given(claims=st.lists(LUCKY | ANY, min_size=1, max_size=12))
def test_a_row_is_the_single_calculation(policy, claims):
    on = claims[0].on
    columns, kept = empty_columns(len(claims)), []
    for claim in claims:
        try:
            write_row(columns, len(kept), replace(claim, on=on))
            kept.append(replace(claim, on=on))
        except DoesNotFit:
            clear_row(columns, len(kept))
    columns = columns.cut(0, len(kept))
    if policy.computable:
        verdicts = calculate_columns(columns, prepare_policy(policy, on, columns.award_words))
    else:
        verdicts = refer_columns(columns)

    totals = total_of(verdicts)
    for row, claim in enumerate(kept):
        single = calculate(claim, policy)
        expected = {
            (item.rule, item.outcome, item.amount_yuan, item.amount_kind) for item in single.items
        }
        assert expected == set(said_of(verdicts, row))
        assert Decimal(int(totals[row])) / 100 == (single.total_yuan or 0)


def said_of(verdicts, row):
    for rule, column in verdicts.items():
        if column.outcome[row] == ABSENT:
            continue
        outcome = OUTCOMES[column.outcome[row]]
        due = Decimal(int(column.due[row])) / 100
        if outcome is Outcome.ELIGIBLE:
            kind = AmountKind.CEILING if column.ceiling[row] else AmountKind.EXACT
            yield rule, outcome, due, kind if due else None
        else:
            assert due == 0
            nothing = outcome in (Outcome.NOT_ELIGIBLE, Outcome.PENDING)
            yield rule, outcome, Decimal(0) if nothing else None, None
