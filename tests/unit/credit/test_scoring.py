"""The district profile: points from bins, a bin for what is missing, reasons, freshness."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from services.credit.rules.catalogue import Freshness
from services.credit.rules.consents import ConsentScope
from services.credit.rules.scorecards import Bin
from services.credit.rules.scoring import Profile, ScoredIndicator, find_bin, score
from services.credit.schemas.profiles import describe_profile
from services.credit.store.catalogue import get_catalogue
from services.credit.store.scorecards import get_scorecard, list_scorecards
from tests.unit.credit.factories import make_fact

ON = date(2026, 6, 30)
CARD = get_scorecard("lixia-innovation-credit", ON)


def draw(*facts, withheld=()) -> Profile:  # type: ignore[no-untyped-def]
    return score(CARD, get_catalogue(), facts, ON, withheld)


def indicator(profile: Profile, code: str) -> ScoredIndicator:
    found = [each for dimension in profile.dimensions for each in dimension.indicators]
    return next(each for each in found if each.indicator.code == code)


def test_nothing_known_is_scored_by_missing_bins_and_said() -> None:
    profile = draw()

    assert profile.score == sum(each.missing_points for each in CARD.indicators)
    assert {gap.indicator.code for gap in profile.gaps} == {e.code for e in CARD.indicators}
    assert profile.weak


def test_growth_compares_with_the_year_before() -> None:
    facts = [
        make_fact("annual_revenue_yuan", Decimal(1200), valid_from=date(2025, 1, 1)),
        make_fact("annual_revenue_yuan", Decimal(1000), valid_from=date(2024, 1, 1)),
    ]

    grown = indicator(draw(*facts), "revenue_growth")
    alone = indicator(draw(facts[0]), "revenue_growth")

    assert (grown.value, grown.points) == (Decimal("0.200000"), 60)
    assert alone.value is None


def test_events_outside_the_window_do_not_count() -> None:
    inside = make_fact("technology_contract", Decimal(100), valid_from=date(2023, 7, 1))
    outside = make_fact("technology_contract", Decimal(100), valid_from=date(2023, 6, 30))

    counted = indicator(draw(inside, outside), "technology_contracts")

    assert counted.value == 1
    assert counted.fact_ids == (inside.id,)


def test_a_ratio_is_as_old_as_its_older_part() -> None:
    assets = make_fact("total_assets_yuan", Decimal(100), observed_on=date(2026, 5, 1))
    debts = make_fact("total_liabilities_yuan", Decimal(50), observed_on=date(2023, 5, 1))

    ratio = indicator(draw(assets, debts), "debt_ratio")

    assert (ratio.value, ratio.points) == (Decimal("0.500000"), 60)
    assert ratio.observed_on == date(2023, 5, 1)
    assert ratio.freshness is Freshness.STALE


def test_a_division_by_nothing_is_not_known() -> None:
    profile = draw(
        make_fact("rd_expenditure_yuan", Decimal(5)), make_fact("annual_revenue_yuan", Decimal(0))
    )

    assert indicator(profile, "rd_intensity").value is None


def test_no_record_of_penalties_is_zero_once_something_is_known() -> None:
    clean = indicator(draw(make_fact("staff_total", Decimal(9))), "penalties")

    assert (clean.value, clean.points, clean.source) == (0, 60, "none_on_record")


def test_what_costs_most_points_is_told_first() -> None:
    profile = draw(make_fact("tax_credit_grade", "A"))

    lost = [reason.points_lost for reason in profile.reasons]
    assert lost == sorted(lost, reverse=True)
    assert len(lost) == 4


def test_withheld_items_are_gaps_and_not_zeros() -> None:
    penalty = make_fact("staff_total", Decimal(9))
    profile = draw(penalty, make_fact("tax_credit_grade", "D"), withheld={"tax_credit_grade"})

    gap = next(gap for gap in profile.gaps if gap.indicator.code == "tax_credit")
    assert gap.why == "not_disclosed"
    assert indicator(profile, "tax_credit").points == 30


def test_what_is_not_known_is_told_as_a_gap_and_not_as_bad() -> None:
    known = make_fact("annual_revenue_yuan", Decimal(100))
    profile = draw(known, withheld={"rd_expenditure_yuan"})

    answer = describe_profile(profile, CARD, get_catalogue(), ConsentScope.DETAIL)
    told = {reason["code"]: reason for reason in answer["reasons"]}["rd_intensity"]
    assert told["text"] == "研发费用占销售收入比例：不在授权范围内，未予披露，按缺项计分"
    assert told["advice_en"] == "include the category in the consent"


def test_every_card_has_a_bin_for_every_number() -> None:
    numbers = [Decimal(n) for n in ("-1", "0", "0.5", "1", "1000000000")]
    for card in list_scorecards():
        for way in (way for each in card.indicators for way in each.ways):
            assert all(find_bin(way.bins, number) is not None for number in numbers)
        assert card.best == {"technology-sme": 100, "lixia-innovation-credit": 1000}[card.id]


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4))
def test_a_value_falls_into_one_bin_from_included_to_excluded(value: Decimal) -> None:
    bins = (
        Bin(Decimal(3), start=Decimal(10)),
        Bin(Decimal(2), start=Decimal(0), below=Decimal(10)),
        Bin(Decimal(1)),
    )

    found = find_bin(bins, value)

    assert found is bins[0 if value >= 10 else 1 if value >= 0 else 2]


@given(st.permutations(range(6)))
def test_the_order_of_facts_changes_nothing(order: list[int]) -> None:
    facts = [
        make_fact("staff_total", Decimal(80)),
        make_fact("tech_staff", Decimal(20)),
        make_fact("annual_revenue_yuan", Decimal(900)),
        make_fact("annual_revenue_yuan", Decimal(800), valid_from=date(2024, 6, 1)),
        make_fact("st_award", "national_first"),
        make_fact("tax_credit_grade", "B"),
    ]

    assert draw(*(facts[place] for place in order)).score == draw(*facts).score
