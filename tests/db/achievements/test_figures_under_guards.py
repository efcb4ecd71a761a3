"""Every figure of every route equals a plain count of what the caller may see, and drills to it.

The registry is filled at random with all that makes counting hard: things that are private,
classified or under embargo, doubles merged into doubles, contracts that were changed, several
records of one year. What is asked here is counted again in plain Python.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from statistics import mean, median
from typing import Any

import httpx
import pytest

from kit.clock import JINAN, today
from services.achievements.rules.rd_expenditures import CATEGORIES
from services.achievements.rules.rd_jumps import find_jump, limits_of_year
from services.achievements.store.checks import get_jump_limits
from tests.db.achievements.conftest import UNIVERSITY, Registry
from tests.db.achievements.filling import Filling, Row, fill_registry
from tests.db.achievements.guarded_city import OVERSEERS, USCCS, VIEWERS, City, make_hard
from tests.db.achievements.test_analytics import list_drills, read_all, show_ratio

FIRST, LAST = date(2026, 1, 5), date(2026, 1, 30)
DAYS = f"first={FIRST}&last={LAST}"
ORGANIZATIONS = (None, UNIVERSITY)
FEWEST = 3


@pytest.fixture(scope="module", params=[11, 12])
def city(registry: Registry, request: pytest.FixtureRequest) -> City:
    filling = Filling()
    fill_registry(filling, request.param)
    make_hard(filling, random.Random(request.param))
    tables = (*filling.rows, "history", "tombstones")
    with registry.database.open_write() as session:
        session.connection().exec_driver_sql(f"TRUNCATE {', '.join(tables)} CASCADE")
        session.commit()
    filling.write(registry.database)
    return City(registry, filling)


PLACES = (
    "counts",
    "overview",
    "achievements?by=field",
    "achievements?by=trl",
    "contract-value?by=type",
    "contract-value?by=field",
    "contract-value?by=year",
    "contract-value?by=origin",
    "contract-value?by=seller_region",
    "contract-value?by=buyer_region",
    "rd-expenditures",
    "largest-spenders?year=2023",
    f"instrument-utilisation?{DAYS}",
    "platform-performance?year=2024&assessed_by=jinan",
)
OF_ONE = [place for place in PLACES if not place.startswith(("counts", "overview", "largest"))]


@pytest.mark.parametrize("viewer", VIEWERS)
def test_every_number_drills_to_so_many_rows_for_whoever_asks(city: City, viewer: str) -> None:
    caller: httpx.Client = getattr(city.registry, viewer)
    places = [(place, None) for place in PLACES] + [(place, UNIVERSITY) for place in OF_ONE]
    checked = 0
    for place, organization in places:
        told = city.get(viewer, place, organization)
        assert told.status_code in (200, 401, 403), told.text
        for address, count in list_drills(told.json()):
            assert len(read_all(caller, address)) == count, (place, organization, address)
            checked += 1
    assert checked > 40


@pytest.mark.parametrize("viewer", VIEWERS)
def test_counts_are_those_of_what_is_seen(city: City, viewer: str) -> None:
    told = {line["kind"]: line["count"] for line in city.ask(viewer, "counts")["items"]}
    overview = city.ask(viewer, "overview")

    for table in ("achievements", "instruments", "platforms", "rd_expenditures"):
        assert told[table] == overview[table] == len(city.seen(table, viewer)), table
    assert told["organizations"] == len(city.filling.rows["organizations"])
    spent = sum((row["total_yuan"] for row in city.seen("rd_expenditures", viewer)), Decimal(0))
    assert Decimal(overview["rd_total_yuan"]) == spent
    for name in ("field", "trl"):
        counted = Counter(row[name] for row in city.seen("achievements", viewer))
        del counted[None]
        assert _told_counts(overview[f"achievements_by_{name}"]) == counted


@pytest.mark.parametrize("viewer", VIEWERS)
@pytest.mark.parametrize("organization", ORGANIZATIONS)
@pytest.mark.parametrize("by", ["field", "trl"])
def test_achievements_and_conversion(
    city: City, viewer: str, organization: str | None, by: str
) -> None:
    first = city.first_contracts()
    groups = defaultdict(list)
    for row in city.seen("achievements", viewer):
        if organization in (None, row["owner_uscc"]):
            groups[row[by]].append(row)

    told = city.ask(viewer, f"achievements?by={by}", organization)

    assert {cell["value"] for cell in told["items"]} == set(groups)
    for cell in told["items"]:
        rows = groups[cell["value"]]
        days = [(first[row["id"]] - _entered(row)).days for row in rows if row["id"] in first]
        assert (cell["achievements"], cell["converted"]) == (len(rows), len(days))
        assert cell["rate"] == show_ratio(len(days), len(rows))
        assert (cell["days"] is None) == (not days)
        if days:
            kept = cell["days"]
            assert (kept["least"], kept["most"]) == (min(days), max(days))
            assert kept["median"] == median(days)
            assert kept["mean"] == pytest.approx(mean(days), abs=1e-6)
    seen = [row for rows in groups.values() for row in rows]
    converted = [row for row in seen if row["id"] in first]
    assert (told["achievements"], told["converted"]) == (len(seen), len(converted))
    if organization is None:
        overview = city.ask(viewer, "overview")["conversion"]
        assert (overview["achievements"], overview["converted"]) == (len(seen), len(converted))
        assert overview["rate"] == told["rate"] == show_ratio(len(converted), len(seen))
        days = [(first[row["id"]] - _entered(row)).days for row in converted]
        assert overview["median_days_to_contract"] == median(days)
    lines = read_all(
        getattr(city.registry, viewer),
        "/v1/analytics/conversions"
        + ("" if organization is None else f"?organization={organization}"),
    )
    assert {line["id"]: (line["contracted_on"], line["days"]) for line in lines} == {
        row["id"]: (str(first[row["id"]]), (first[row["id"]] - _entered(row)).days)
        for row in converted
    }


AXES: Mapping[str, Callable[[City, Row], object]] = {
    "type": lambda _, row: row["type"],
    "year": lambda _, row: row["registered_on"].year,
    "origin": lambda _, row: "ministry",
    "seller_region": lambda _, row: row["form"]["seller_region"],
    "buyer_region": lambda _, row: None,
    "field": lambda city, row: next(
        (
            one["field"]
            for one in city.filling.of("achievements", id=row["achievement_id"])
            if one["visibility"] != "classified"
        ),
        None,
    ),
}


@pytest.mark.parametrize("viewer", VIEWERS)
@pytest.mark.parametrize("organization", ORGANIZATIONS)
def test_value_of_contracts(city: City, viewer: str, organization: str | None) -> None:
    money = city.in_force()
    sees = viewer in (*OVERSEERS, "exchange") or organization == USCCS.get(viewer, "")
    rows = [
        row
        for row in city.filling.of("contracts", state="registered")
        if organization in (None, row["owner_uscc"], row["seller"]["uscc"], row["buyer"]["uscc"])
    ]
    for by, value_of in AXES.items():
        told = city.get(viewer, f"contract-value?by={by}", organization)
        if organization is not None and not sees:
            assert told.status_code in (401, 403)
            continue
        groups = defaultdict(list)
        for row in rows:
            groups[value_of(city, row)].append(row)
        cells = {cell["value"]: cell for cell in told.json()["items"]}
        assert cells.keys() == groups.keys(), by
        few = [v for v, of in groups.items() if len({row["seller"]["uscc"] for row in of}) < FEWEST]
        for value, of in groups.items():
            cell = cells[value]
            assert cell["contracts"] == len(of)
            assert not cell["withheld"] or not sees
            assert cell["withheld"] or sees or value not in few
            if not cell["withheld"]:
                assert Decimal(cell["total_yuan"]) == sum(money[row["id"]][0] for row in of)
                assert Decimal(cell["technology_yuan"]) == sum(money[row["id"]][1] for row in of)
        assert told.json()["contracts"] == len(rows)
        if sees or not few:
            assert Decimal(told.json()["total_yuan"]) == sum(money[row["id"]][0] for row in rows)
    if organization is None:
        overview = city.ask(viewer, "overview")["contracts"]
        assert overview["registered"] == len(rows)
        assert _told_counts(overview["by_type"]) == Counter(row["type"] for row in rows)
        assert Decimal(overview["total_yuan"]) == sum(money[row["id"]][0] for row in rows)
        assert Decimal(overview["technology_yuan"]) == sum(money[row["id"]][1] for row in rows)


@pytest.mark.parametrize("viewer", VIEWERS)
@pytest.mark.parametrize("organization", ORGANIZATIONS)
def test_years_of_expenditure(city: City, viewer: str, organization: str | None) -> None:
    sees = viewer in OVERSEERS or organization == USCCS.get(viewer, "")
    told = city.get(viewer, "rd-expenditures", organization)
    if organization is not None and not sees:
        assert told.status_code in (401, 403)
        return
    rows = [
        row
        for row in city.filling.rows["rd_expenditures"]
        if organization in (None, row["owner_uscc"])
        and (row["visibility"] != "classified" or (sees and row["owner_uscc"] == USCCS[viewer]))
    ]
    lines = {line["year"]: line for line in told.json()["items"]}
    assert lines.keys() == {row["year"] for row in rows}
    for year, line in lines.items():
        of = [row for row in rows if row["year"] == year]
        assert line["records"] == len(of)
        assert line["organizations"] == len({row["owner_uscc"] for row in of})
        jumped = [row for row in of if _has_jumped(city, row)]
        explained = [row for row in jumped if _is_explained(city, row)]
        assert line["jumps"] == len(jumped)
        assert line["unexplained_jumps"] == len(jumped) - len(explained)
        assert line["withheld"] or sees or line["organizations"] >= FEWEST
        if line["withheld"]:
            assert not sees
            assert line["total_yuan"] is line["categories"] is line["intensity"] is None
            continue
        assert Decimal(line["total_yuan"]) == _sum(of, "total_yuan")
        for name in CATEGORIES:
            assert Decimal(line["categories"][name]) == _sum(of, name)
        known = [row for row in of if row["revenue_yuan"] is not None]
        if line["revenue_yuan"] is not None:
            assert Decimal(line["revenue_yuan"]) == _sum(known, "revenue_yuan")
            ratio = show_ratio(_sum(known, "total_yuan"), _sum(known, "revenue_yuan"))
            assert line["intensity"] == ratio
        before = lines.get(year - 1)
        if before is not None and before["total_yuan"] is not None:
            earlier = Decimal(before["total_yuan"])
            assert line["change"] == show_ratio(_sum(of, "total_yuan") - earlier, earlier)


def test_largest_spenders_and_their_care(city: City) -> None:
    year = 2023
    of_year = _open_totals(city, year)
    total = sum(of_year.values(), Decimal(0))
    plans = {plan["uscc"]: plan for plan in city.filling.rows["care_plans"]}
    promises = city.filling.rows.get("care_promises", [])

    told = city.ask("officer", f"largest-spenders?year={year}&limit=200")

    assert Decimal(told["total_yuan"]) == total
    assert [line["uscc"] for line in told["items"]] == sorted(
        of_year, key=lambda uscc: (-of_year[uscc], uscc)
    )
    for line in told["items"]:
        spent, before = of_year[line["uscc"]], _open_totals(city, year - 1).get(line["uscc"])
        assert Decimal(line["total_yuan"]) == spent
        assert line["share"] == show_ratio(spent, total)
        assert line["previous_yuan"] == (None if before is None else f"{before:.2f}")
        assert line["change"] == (None if before is None else show_ratio(spent - before, before))
        plan, care = plans.get(line["uscc"]), line["care_plan"]
        assert (plan is None) == (care is None)
        if plan is None:
            continue
        owed = [p for p in promises if p["plan_id"] == plan["id"] and p["done_on"] is None]
        late = [p for p in owed if p["due_on"] < today()]
        assert care["officer"] == plan["officer"]
        assert (care["open_promises"], care["overdue_promises"]) == (
            len(owed) - len(late),
            len(late),
        )
        read = city.registry.officer.get(care["rows"]).json()
        assert [one["state"] for one in read["promises"]].count("overdue") == len(late)


@pytest.mark.parametrize("viewer", VIEWERS)
@pytest.mark.parametrize("organization", ORGANIZATIONS)
def test_use_of_instruments(city: City, viewer: str, organization: str | None) -> None:
    hours = {row["instrument_id"] for row in city.filling.rows["instrument_hours"] if row["slots"]}
    rows = [
        row["id"]
        for row in city.seen("instruments", viewer)
        if row["id"] in hours and organization in (None, row["owner_uscc"])
    ]
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    opened = sum(day.isoweekday() <= 5 for day in days) * 540
    booked: Counter[str] = Counter()
    touched: Counter[str] = Counter()
    for row in city.filling.of("bookings", state="booked"):
        minutes = _minutes_within(row)
        if minutes is not None and row["instrument_id"] in rows:
            booked[row["instrument_id"]] += minutes
            touched[row["instrument_id"]] += 1

    told = city.ask(viewer, f"instrument-utilisation?{DAYS}&limit=200", organization)

    assert told["instruments"] == len(rows)
    assert told["open_minutes"] == opened * len(rows)
    assert (told["booked_minutes"], told["bookings"]) == (booked.total(), touched.total())
    assert told["rate"] == show_ratio(booked.total(), opened * len(rows))
    assert {line["instrument_id"] for line in told["items"]} == set(rows)
    for line in told["items"]:
        one = line["instrument_id"]
        assert (line["open_minutes"], line["booked_minutes"]) == (opened, booked[one])
        assert (line["bookings"], line["rate"]) == (touched[one], show_ratio(booked[one], opened))


@pytest.mark.parametrize("viewer", VIEWERS)
@pytest.mark.parametrize("organization", ORGANIZATIONS)
def test_platforms_by_kind_and_grade(city: City, viewer: str, organization: str | None) -> None:
    seen = [
        row for row in city.seen("platforms", viewer) if organization in (None, row["owner_uscc"])
    ]
    certified = {row["platform_id"] for row in city.filling.rows["platform_certifications"]}
    grades = {
        row["platform_id"]: row["grade"] for row in city.filling.of("platform_grades", year=2024)
    }

    told = city.ask(viewer, "platform-performance?year=2024&assessed_by=jinan", organization)

    assert told["platforms"] == len(seen)
    assert {c["kind"]: c["platforms"] for c in told["items"]} == Counter(r["kind"] for r in seen)
    for cell in told["items"]:
        of = [row["id"] for row in seen if row["kind"] == cell["kind"]]
        assert cell["certified"] == sum(one in certified for one in of)
        assert {one["grade"]: one["platforms"] for one in cell["grades"]} == Counter(
            grades[one] for one in of
        )


def _told_counts(values: Iterable[Mapping[str, Any]]) -> dict[object, int]:
    return {one["value"]: one["count"] for one in values}


def _entered(row: Row) -> date:
    day: date = row["created_at"].astimezone(JINAN).date()
    return day


def _sum(rows: Iterable[Row], name: str) -> Decimal:
    return sum((row[name] for row in rows), Decimal(0))


def _open_totals(city: City, year: int) -> dict[str, Decimal]:
    totals: dict[str, Decimal] = {}
    for row in city.filling.of("rd_expenditures", year=year):
        if row["visibility"] != "classified":
            owner = row["owner_uscc"]
            totals[owner] = totals.get(owner, Decimal(0)) + row["total_yuan"]
    return totals


def _has_jumped(city: City, row: Row) -> bool:
    now = _open_totals(city, row["year"]).get(row["owner_uscc"])
    before = _open_totals(city, row["year"] - 1).get(row["owner_uscc"])
    if now is None:
        return False
    return find_jump(now, before, limits_of_year(get_jump_limits(), row["year"])) is not None


def _is_explained(city: City, row: Row) -> bool:
    both = (
        _open_totals(city, row["year"]).get(row["owner_uscc"]),
        _open_totals(city, row["year"] - 1).get(row["owner_uscc"]),
    )
    told = city.filling.of("rd_explanations", expenditure_id=row["id"])
    return any((one["total_yuan"], one["previous_yuan"]) == both for one in told)


def _minutes_within(row: Row) -> int | None:
    """Whole minutes of a booking in the days asked for; None where it touches none of them."""
    begin = row["starts_at"].replace(
        year=FIRST.year, month=FIRST.month, day=FIRST.day, hour=0, minute=0
    )
    end = begin + timedelta(days=(LAST - FIRST).days + 1)
    if row["starts_at"] >= end or row["ends_at"] <= begin:
        return None
    seconds = (min(row["ends_at"], end) - max(row["starts_at"], begin)).total_seconds()
    return int(seconds // 60)
