"""What held of an organisation on a day follows from its dated facts."""

from datetime import date, datetime

import pytest

from kit.clock import JINAN
from services.achievements.rules.organizations import (
    DatedFact,
    Ending,
    EndKind,
    OrganizationFacts,
    OrganizationKind,
    date_changes,
    describe_on,
    judge_ending,
    list_former_names,
)

USCC, OTHER = "91370102MA3D000125", "91370102MA3D000200"


def make_fact(value: str, from_on: date | None, recorded_day: int, fact: str = "name") -> DatedFact:
    return DatedFact(fact, value, from_on, datetime(2026, 11, recorded_day, tzinfo=JINAN))


FACTS = [
    make_fact("旧名", None, 1),
    make_fact("新名", date(2024, 7, 1), 2),
    make_fact("新名称", date(2024, 7, 1), 3),
]


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2024, 6, 30), "旧名"),
        (date(2024, 7, 1), "新名称"),
        (date(2026, 1, 1), "新名称"),
    ],
)
def test_the_latest_word_about_the_latest_day_holds(day: date, name: str) -> None:
    assert describe_on(FACTS, day) == {"name": name}


def test_nothing_is_said_of_days_before_the_first() -> None:
    assert describe_on(FACTS[1:], date(2024, 1, 1)) == {}


def test_former_names_are_those_it_has_no_longer() -> None:
    assert list_former_names(FACTS, "新名称") == ["旧名", "新名"]


def test_the_size_has_a_day_of_its_own() -> None:
    facts = OrganizationFacts(
        USCC, "甲", OrganizationKind.ENTERPRISE, in_district=True,
        is_above_designated_size=True, above_designated_size_since=date(2022, 1, 1),
    )  # fmt: skip
    before = {"name": "甲", "in_district": False}

    assert date_changes(before, facts, date(2025, 5, 1)) == [
        ("in_district", True, date(2025, 5, 1)),
        ("is_above_designated_size", True, date(2022, 1, 1)),
    ]


@pytest.mark.parametrize(
    ("ending", "pointer"),
    [
        (Ending(date(2026, 1, 1), EndKind.MERGED, OTHER), None),
        (Ending(date(2026, 1, 1), EndKind.DISSOLVED, None), None),
        (Ending(date(2026, 1, 1), EndKind.MERGED, None), "/successor_uscc"),
        (Ending(date(2026, 1, 1), EndKind.DISSOLVED, OTHER), "/successor_uscc"),
        (Ending(date(2026, 1, 1), EndKind.MERGED, USCC), "/successor_uscc"),
        (Ending(date(2026, 11, 24), EndKind.DISSOLVED, None), "/ended_on"),
    ],
)
def test_an_ending_says_who_goes_on_and_is_not_to_come(ending: Ending, pointer: str | None) -> None:
    faults = judge_ending(ending, USCC, date(2026, 11, 23))

    assert [fault.pointer for fault in faults] == ([pointer] if pointer else [])
