"""In which stage of its life an enterprise is told only from what is known."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.credit.rules.facts import Fact
from services.credit.rules.lifecycle import place_in_life
from services.credit.rules.scoring import group_facts
from services.credit.store.lifecycle import get_lifecycle
from tests.unit.credit.factories import make_fact

ON = date(2026, 6, 30)


def revenue(year: int, yuan: int) -> Fact:
    return make_fact("annual_revenue_yuan", Decimal(yuan), valid_from=date(year, 1, 1))


def registered(day: str) -> Fact:
    return make_fact("registered_on", day)


@pytest.mark.parametrize(
    ("facts", "stage", "missing"),
    [
        ([], None, ("registered_on",)),
        ([registered("2023-05-01")], "start_up", ()),
        ([registered("2021-07-01")], "start_up", ()),
        ([registered("2021-06-30")], None, ("annual_revenue_yuan",)),
        ([registered("2010-01-01"), revenue(2025, 110), revenue(2024, 100)], "growth", ()),
        ([registered("2010-01-01"), revenue(2025, 109), revenue(2024, 100)], "stable", ()),
        ([registered("2010-01-01"), revenue(2025, 109)], None, ("annual_revenue_yuan",)),
    ],
)
def test_a_stage_of_life(facts: list[Fact], stage: str | None, missing: Any) -> None:
    placed = place_in_life(get_lifecycle(), group_facts(facts), ON)

    assert (placed.stage and placed.stage.code, placed.missing) == (stage, missing)
