"""Which facts stand: two time axes, five years for negative ones, forms of values."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.credit.rules.catalogue import Nature
from services.credit.rules.facts import (
    Fact,
    Unreadable,
    add_years,
    gone_from,
    may_disclose,
    read_value,
    show_value,
    standing_facts,
)
from services.credit.rules.recording import Current, NewFact, RecordResult, plan_recording
from services.credit.store.catalogue import get_catalogue
from tests.unit.credit.factories import LEARNED, make_fact

CATALOGUE = get_catalogue()
NOW = datetime(2026, 6, 30, tzinfo=UTC)
ON = date(2026, 6, 30)


@st.composite
def histories(draw: st.DrawFn) -> list[Fact]:
    """Facts of a few items, recorded at some minutes, some of them corrected later."""
    history = []
    for place in range(draw(st.integers(1, 6))):
        minute = draw(st.integers(0, 40))
        ended = draw(st.none() | st.integers(1, 40))
        history.append(
            make_fact(
                draw(st.sampled_from(["staff_total", "high_tech_certificate", "st_award"])),
                "x",
                id=f"f{place}",
                valid_from=date(2025, 1, draw(st.integers(1, 28))),
                recorded_from=LEARNED + timedelta(minutes=minute),
                recorded_to=LEARNED + timedelta(minutes=minute + ended) if ended else None,
            )
        )
    return history


def standing(*facts: Fact, as_of: date = ON, known_at: datetime = NOW) -> list[Fact]:
    return standing_facts(facts, CATALOGUE, as_of, known_at, ON)


def test_a_fact_stands_from_the_moment_it_was_recorded() -> None:
    fact = make_fact("staff_total", Decimal(9))

    assert standing(fact, known_at=LEARNED) == [fact]
    assert standing(fact, known_at=LEARNED - timedelta(microseconds=1)) == []


def test_a_corrected_record_stands_until_the_correction() -> None:
    corrected = LEARNED + timedelta(days=3)
    fact = make_fact("staff_total", Decimal(9), recorded_to=corrected)

    assert standing(fact, known_at=corrected - timedelta(microseconds=1)) == [fact]
    assert standing(fact, known_at=corrected) == []


def test_a_state_stands_to_its_last_day_and_a_measure_beyond_its_period() -> None:
    until = {"valid_from": date(2025, 1, 1), "valid_to": date(2025, 12, 31)}
    certificate = make_fact("high_tech_certificate", "GR1", **until)
    revenue = make_fact("annual_revenue_yuan", Decimal(1), **until)

    assert standing(certificate, revenue) == [revenue]
    assert certificate in standing(certificate, as_of=date(2025, 12, 31))
    assert standing(certificate, as_of=date(2024, 12, 31)) == []


@pytest.mark.parametrize(
    ("item", "overrides", "gone"),
    [
        ("administrative_penalty", {}, date(2026, 6, 1)),
        ("administrative_penalty", {"conduct_ended_on": date(2022, 2, 2)}, date(2027, 2, 2)),
        ("abnormal_operation", {}, None),
        ("abnormal_operation", {"valid_to": date(2022, 3, 3)}, date(2027, 3, 3)),
        ("st_award", {}, None),
    ],
)
def test_a_negative_fact_is_gone_five_years_after_the_conduct_ended(
    item: str, overrides: dict[str, date], gone: date | None
) -> None:
    fact = make_fact(item, "x", **({"valid_from": date(2021, 6, 1)} | overrides))

    assert gone_from(fact, CATALOGUE.items[item], 5) == gone


def test_five_years_bind_whoever_asks_now_also_about_the_past() -> None:
    penalty = make_fact("administrative_penalty", Decimal(1), valid_from=date(2021, 6, 30))
    younger = make_fact("administrative_penalty", Decimal(1), valid_from=date(2021, 7, 1))

    assert standing(penalty, younger, as_of=date(2022, 1, 1)) == [younger]


def test_leap_days_end_on_the_28th() -> None:
    assert add_years(date(2024, 2, 29), 5) == date(2029, 2, 28)


@pytest.mark.parametrize(
    ("item", "raw", "value"),
    [
        ("annual_revenue_yuan", "12.5", Decimal("12.50")),
        ("annual_revenue_yuan", "0", Decimal("0.00")),
        ("staff_total", 12, Decimal(12)),
        ("staff_total", "12", Decimal(12)),
        ("above_designated_size", False, False),
        ("tax_credit_grade", "M", "M"),
        ("registered_on", "2020-02-29", "2020-02-29"),
    ],
)
def test_a_value_is_read_as_its_item_wants(item: str, raw: object, value: object) -> None:
    kind = CATALOGUE.items[item]

    read = read_value(kind, raw)

    assert read == value
    assert not isinstance(read, Unreadable)
    assert read_value(kind, show_value(kind.value, read)) == read


@pytest.mark.parametrize(
    ("item", "raw"),
    [
        ("annual_revenue_yuan", 12),
        ("annual_revenue_yuan", "-1.00"),
        ("annual_revenue_yuan", "1e3"),
        ("annual_revenue_yuan", "1.001"),
        ("annual_revenue_yuan", "１２"),
        ("staff_total", -1),
        ("staff_total", True),
        ("staff_total", "1.5"),
        ("staff_total", 10**13),
        ("above_designated_size", 1),
        ("tax_credit_grade", "E"),
        ("tax_credit_grade", 5),
        ("tax_credit_grade", True),
        ("registered_on", "2021-02-29"),
        ("registered_on", "20210228"),
        ("high_tech_certificate", " "),
    ],
)
def test_a_value_of_another_form_is_named(item: str, raw: object) -> None:
    read = read_value(CATALOGUE.items[item], raw)

    assert isinstance(read, Unreadable)
    assert item in read.message.en


@given(
    st.sampled_from(sorted(CATALOGUE.items)),
    st.text() | st.integers() | st.booleans() | st.decimals().map(str) | st.dates().map(str),
)
def test_whatever_is_sent_as_a_value_is_read_or_named(item: str, raw: str | int) -> None:
    kind = CATALOGUE.items[item]

    read = read_value(kind, raw)

    if isinstance(read, Unreadable):
        assert item in read.message.zh
    else:
        assert read_value(kind, show_value(kind.value, read)) == read


def test_disclosure_follows_the_catalogue() -> None:
    revenue = CATALOGUE.items["annual_revenue_yuan"]

    assert may_disclose(revenue, frozenset({"growth"}))
    assert not may_disclose(revenue, frozenset({"innovation"}))
    assert may_disclose(CATALOGUE.items["st_award"], frozenset())
    assert not may_disclose(CATALOGUE.items["inspection_finding"], frozenset({"compliance"}))


def _reported(**overrides: object) -> NewFact:
    values: dict[str, object] = {
        "id": "new",
        "uscc": "u",
        "item": "staff_total",
        "nature": Nature.MEASURE,
        "value": 9,
        "source": "某局",
        "source_document": None,
        "source_id": None,
        "supplier_uscc": "s",
        "observed_on": ON,
        "valid_from": ON,
        "valid_to": None,
        "conduct_ended_on": None,
        "details": {},
    }
    return NewFact(**(values | overrides))  # type: ignore[arg-type]


def test_a_value_of_the_same_period_corrects_and_another_event_does_not() -> None:
    before = _reported(id="old")
    known = {before.key: Current("old", before.content_hash)}
    contract = _reported(item="technology_contract", nature=Nature.EVENT, value="1.00")

    corrected = plan_recording([_reported(value=10)], known)[0]
    unchanged = plan_recording([_reported()], known)[0]
    twice = plan_recording([contract, _reported(**_as(contract, value="2.00"))], {})

    assert (corrected.result, corrected.corrects) == (RecordResult.CREATED, "old")
    assert (unchanged.result, unchanged.id) == (RecordResult.UNCHANGED, "old")
    assert [step.result for step in twice] == [RecordResult.CREATED, RecordResult.CREATED]


def _as(fact: NewFact, **overrides: object) -> dict[str, object]:
    return {"item": fact.item, "nature": fact.nature, "value": fact.value} | overrides


@given(histories(), st.integers(0, 40), st.integers(0, 40))
def test_what_was_known_at_an_instant_never_changes(
    history: list[Fact], known: int, learned: int
) -> None:
    """A late correction closes a record and opens another; the past view stays as it was."""
    known_at = LEARNED + timedelta(minutes=known)
    before = standing(*history, known_at=known_at)

    later = known_at + timedelta(minutes=learned, microseconds=1)
    corrected = [
        fact._replace(recorded_to=later)
        if fact.recorded_to is None and fact.recorded_from < later
        else fact
        for fact in history
    ]
    added = [fact._replace(id=f"{fact.id}*", recorded_from=later) for fact in history]

    assert _ids(standing(*corrected, *added, known_at=known_at)) == _ids(before)


def _ids(facts: list[Fact]) -> list[str]:
    return [fact.id for fact in facts]
