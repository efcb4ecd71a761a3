"""The official evaluation of technology SMEs is the golden test of the points engine."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.credit.rules.facts import Fact
from services.credit.rules.scoring import Profile, score
from services.credit.rules.verdicts import Outcome
from services.credit.store.catalogue import get_catalogue
from services.credit.store.scorecards import get_scorecard
from tests.unit.credit.factories import make_fact

ON = date(2026, 6, 30)


def evaluate(facts: list[Fact]) -> Profile:
    return score(get_scorecard("technology-sme", ON), get_catalogue(), facts, ON)


def numbers(**values: Any) -> list[Fact]:
    return [make_fact(item, Decimal(str(value))) for item, value in values.items()]


def small(**values: Any) -> list[Fact]:
    """An enterprise inside the size limits."""
    return numbers(
        **{"staff_total": 100, "annual_revenue_yuan": 10_000_000, "total_assets_yuan": 5_000_000}
        | values
    )


@pytest.mark.parametrize(
    ("staff", "points"),
    [(9, 0), (10, 4), (14, 4), (15, 8), (20, 12), (24, 12), (25, 16), (29, 16), (30, 20), (90, 20)],
)
def test_technical_staff_in_bands(staff: int, points: int) -> None:
    profile = evaluate(numbers(tech_staff=staff, staff_total=100))

    assert profile.dimensions[0].points == points


@pytest.mark.parametrize(
    ("spent", "points"),
    [("1.99", 0), ("2", 10), ("3", 20), ("4", 30), ("4.99", 30), ("5", 40), ("6", 50), ("60", 50)],
)
def test_research_to_sales_in_bands(spent: str, points: int) -> None:
    profile = evaluate(numbers(rd_expenditure_yuan=spent, annual_revenue_yuan=100))

    assert profile.dimensions[1].points == points


@pytest.mark.parametrize(
    ("spent", "points"), [("9.99", 0), ("10", 10), ("15", 20), ("20", 30), ("25", 40), ("30", 50)]
)
def test_research_to_costs_in_bands(spent: str, points: int) -> None:
    profile = evaluate(numbers(rd_expenditure_yuan=spent, annual_costs_yuan=100))

    assert profile.dimensions[1].points == points


def test_the_better_of_the_two_research_ratios_counts() -> None:
    profile = evaluate(
        numbers(rd_expenditure_yuan=20, annual_revenue_yuan=1000, annual_costs_yuan=100)
    )

    assert profile.dimensions[1].points == 30


@pytest.mark.parametrize(
    ("first", "second", "points"),
    [(1, 0, 30), (3, 9, 30), (0, 4, 24), (0, 7, 24), (0, 3, 18), (0, 2, 12), (0, 1, 6), (0, 0, 0)],
)
def test_intellectual_property_in_bands(first: int, second: int, points: int) -> None:
    profile = evaluate(numbers(ip_class_1_count=first, ip_class_2_count=second))

    assert profile.dimensions[2].points == points


def test_sixty_points_pass_and_fifty_nine_do_not_exist_between() -> None:
    passed = evaluate(small(tech_staff=10, rd_expenditure_yuan=500_000, ip_class_2_count=3))
    below = evaluate(small(tech_staff=10, rd_expenditure_yuan=500_000, ip_class_2_count=2))

    assert (passed.score, below.score) == (62, 56)
    assert passed.verdict is not None
    assert below.verdict is not None
    assert (passed.verdict.outcome, passed.verdict.by) == (Outcome.PASSED, "points")
    assert below.verdict.outcome is Outcome.NOT_PASSED


def test_no_technical_staff_fails_with_any_score() -> None:
    profile = evaluate(small(tech_staff=0, rd_expenditure_yuan=5_000_000, ip_class_1_count=1))

    assert profile.score == 80
    assert profile.verdict is not None
    assert profile.verdict.outcome is Outcome.NOT_PASSED


DIRECT = [
    ("high_tech", make_fact("high_tech_certificate", "GR202437000001")),
    (
        "national_award",
        make_fact("st_award", "national_second", details={"rank": "3"}),
    ),
    ("rd_institution", make_fact("provincial_rd_institution", "省工程研究中心")),
    ("led_standard", make_fact("led_standard", "industry")),
]


@pytest.mark.parametrize(("code", "fact"), DIRECT)
def test_four_facts_pass_directly(code: str, fact: Fact) -> None:
    profile = evaluate([*small(), fact])

    assert profile.verdict is not None
    assert profile.verdict.by == f"direct:{code}"
    assert profile.verdict.outcome is Outcome.PASSED


@pytest.mark.parametrize(
    "fact",
    [
        make_fact("st_award", "national_second", details={"rank": "4"}),
        make_fact("st_award", "national_second"),
        make_fact("st_award", "provincial_first", details={"rank": "1"}),
        make_fact("led_standard", "national", valid_from=date(2021, 6, 30)),
    ],
)
def test_what_falls_short_of_a_direct_pass(fact: Fact) -> None:
    profile = evaluate([*small(), fact])

    assert profile.verdict is not None
    assert profile.verdict.by is None


@pytest.mark.parametrize(
    "too_big",
    [
        {"staff_total": 501},
        {"annual_revenue_yuan": 200_000_001},
        {"total_assets_yuan": 200_000_001},
    ],
)
def test_the_size_limits_bind_even_a_direct_pass(too_big: dict[str, int]) -> None:
    profile = evaluate([*small(**too_big), make_fact("high_tech_certificate", "GR1")])

    assert profile.verdict is not None
    assert profile.verdict.outcome is Outcome.NOT_PASSED


def test_at_its_limits_an_enterprise_is_still_small() -> None:
    at_the_limit = small(
        staff_total=500, annual_revenue_yuan=200_000_000, total_assets_yuan=200_000_000
    )
    profile = evaluate([*at_the_limit, make_fact("high_tech_certificate", "GR1")])

    assert profile.verdict is not None
    assert profile.verdict.outcome is Outcome.PASSED


def test_an_unknown_size_is_asked_for() -> None:
    profile = evaluate([make_fact("high_tech_certificate", "GR1")])

    assert profile.verdict is not None
    assert profile.verdict.outcome is Outcome.NEEDS_INFO


def test_the_list_of_abnormal_operation_bars() -> None:
    listed = make_fact("abnormal_operation", "未按期公示年报")
    profile = evaluate([*small(), make_fact("high_tech_certificate", "GR1"), listed])

    assert profile.verdict is not None
    assert profile.verdict.outcome is Outcome.NOT_PASSED
