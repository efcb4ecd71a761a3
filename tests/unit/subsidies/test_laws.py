"""Laws that hold for every claim, whatever is stated."""

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from kit.text import Language
from services.subsidies.rules import facts
from services.subsidies.rules.calculation import calculate
from services.subsidies.rules.decisions import AmountKind, Outcome
from services.subsidies.schemas.answers import answer_bytes
from services.subsidies.usecases.shelf import open_shelf

POLICY = open_shelf().get_policy("lixia-transformation")

DAYS = st.none() | st.dates(date(2023, 6, 1), date(2026, 12, 31))
FLAGS = st.sampled_from([True, True, True, False, None])
SUMS = st.none() | st.decimals(-1, 10**15, places=2)
RATIOS = st.none() | st.decimals("-0.1", "1.1", places=6)
IDS = st.sampled_from(["x", "y", "z"])
REFS = st.sampled_from(["P1", "P2", None])


def words(*choices):
    return st.sampled_from([*choices, "unheard_of", None])


APPLICANTS = st.builds(
    facts.Applicant,
    words("enterprise", "enterprise", "research_institute", "university", "individual"),
    FLAGS,
    FLAGS,
    FLAGS,
    SUMS,
)
AWARDS = st.builds(
    facts.Award,
    IDS,
    words("national_st_progress", "shandong_st_progress", "other_province_st_progress"),
    words("special", "first", "second", "third"),
    DAYS,
    words("A", "B"),
    words("山东省", "河南省"),
    st.none() | st.integers(-1, 3),
    FLAGS,
    st.sampled_from([True, False, None]),
)
HAVES = st.builds(facts.SixHaves, *[FLAGS] * 6)
PLATFORMS = st.builds(facts.RdPlatform, IDS, FLAGS, DAYS, DAYS, HAVES)
LABS = st.builds(
    facts.KeyLaboratory, IDS, words("municipal"), FLAGS, DAYS, st.none() | st.integers(-1, 3), SUMS
)
SUBSIDIES = st.builds(facts.CitySubsidy, SUMS, SUMS, DAYS, REFS)
CONTRACTS = st.builds(
    facts.Contract, IDS, words("license"), words("jinan_municipal"), DAYS, SUBSIDIES, RATIOS
)
PERFORMANCES = st.builds(
    facts.Performance, words("jinan"), words("excellent", "pending"), st.none() | st.just(2024)
)
FACILITIES = st.builds(
    facts.Facility,
    IDS,
    words("proof_of_concept_center", "pilot_scale_base"),
    FLAGS,
    PERFORMANCES,
    SUBSIDIES,
    RATIOS,
)
PAYMENTS = st.builds(
    facts.PriorPayment,
    st.sampled_from(list(POLICY.rules)),
    SUMS,
    DAYS,
    REFS,
    words("A"),
    words("x"),
)


def several(things):
    return st.lists(things, max_size=3).map(tuple)


CLAIMS = st.builds(
    facts.Claim,
    st.dates(date(2024, 1, 1), date(2026, 12, 31)),
    APPLICANTS,
    several(AWARDS),
    several(PLATFORMS),
    several(LABS),
    several(CONTRACTS),
    several(FACILITIES),
    several(PAYMENTS),
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(CLAIMS)
def test_zero_never_stands_for_unknown_and_every_amount_is_explained(claim):
    calculation = calculate(claim, POLICY)

    for item in calculation.items:
        assert item.reasons
        match item.outcome:
            case Outcome.ELIGIBLE:
                assert item.amount_yuan is not None
                assert item.amount_yuan >= 0
                assert (item.amount_kind is None) == (item.amount_yuan == 0)
            case Outcome.NOT_ELIGIBLE | Outcome.PENDING:
                assert (item.amount_yuan, item.amount_kind) == (Decimal("0.00"), None)
            case _:
                assert (item.amount_yuan, item.amount_kind) == (None, None)
        assert (item.outcome is Outcome.NEEDS_INFO) <= bool(item.missing)
    for language in Language:
        first = answer_bytes(claim, POLICY, calculation, language)
        assert first == answer_bytes(claim, POLICY, calculate(claim, POLICY), language)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(CLAIMS)
def test_the_total_is_the_sum_of_what_is_eligible(claim):
    calculation = calculate(claim, POLICY)
    eligible = [item for item in calculation.items if item.outcome is Outcome.ELIGIBLE]
    due = sum((item.amount_yuan for item in eligible), Decimal(0))

    if calculation.total_yuan is None:
        assert not eligible
        assert calculation.undecided
    else:
        assert calculation.total_yuan == due
    kinds = {item.amount_kind for item in eligible}
    assert (calculation.total_kind is AmountKind.CEILING) == (AmountKind.CEILING in kinds)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(CLAIMS)
def test_a_city_payment_is_never_matched_above_one_to_one(claim):
    items = [item for item in calculate(claim, POLICY).items if item.outcome is Outcome.ELIGIBLE]
    things = [*claim.contracts, *claim.facilities]
    for ref in ("P1", "P2"):
        paid = [
            thing.city_subsidy.disbursed_yuan
            for thing in things
            if thing.city_subsidy.payment_ref == ref and thing.city_subsidy.disbursed_yuan
        ]
        subjects = {thing.id for thing in things if thing.city_subsidy.payment_ref == ref}
        others = {thing.id for thing in things if thing.city_subsidy.payment_ref != ref}
        matched = sum(
            (
                item.amount_yuan or Decimal(0)
                for item in items
                if item.rule.value.endswith("_match") and item.subject in subjects - others
            ),
            Decimal(0),
        )
        assert matched <= max([Decimal(0), *paid])


@settings(max_examples=100, deadline=None, derandomize=True)
@given(CLAIMS)
def test_one_enterprise_is_rewarded_for_one_platform_at_most(claim):
    rewarded = [
        item
        for item in calculate(claim, POLICY).items
        if item.rule.value == "rd_platform" and item.outcome is Outcome.ELIGIBLE
    ]

    assert len(rewarded) <= 1
