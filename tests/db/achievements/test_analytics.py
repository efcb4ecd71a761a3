"""Every figure equals what plain Python counts, and drills to a list of exactly that many rows."""

import base64
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from statistics import mean, median

import httpx
import pytest

from kit import clock
from services.achievements.rules.rd_jumps import find_jump, limits_of_year
from services.achievements.store.checks import get_jump_limits
from tests.db.achievements.conftest import Registry
from tests.db.achievements.filling import Filling, Row, fill_registry

DAYS = {"first": "2026-01-05", "last": "2026-01-30"}
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
    "rd-expenditures",
    "largest-spenders?year=2024",
    "instrument-utilisation?first=2026-01-05&last=2026-01-30",
    "platform-performance?year=2025&assessed_by=jinan",
)
DRILLS = {
    "rows": (
        "achievements",
        "contracts",
        "records",
        "platforms",
        "instruments",
        "bookings",
        "count",
        "registered",
    ),
    "converted_rows": ("converted",),
    "days_rows": ("converted",),
    "organization_rows": ("organizations",),
    "jump_rows": ("jumps",),
    "unexplained_rows": ("unexplained_jumps",),
    "certified_rows": ("certified",),
    "open_rows": ("open_promises",),
    "overdue_rows": ("overdue_promises",),
}


@dataclass(frozen=True)
class City:
    """The registry, and all that was written into it."""

    registry: Registry
    filling: Filling

    def ask(self, place: str, caller: httpx.Client | None = None) -> dict[str, object]:
        answer = (caller or self.registry.officer).get(f"/v1/analytics/{place}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def registered(self) -> list[Row]:
        return self.filling.of("contracts", state="registered")


@pytest.fixture(scope="module")
def city(registry: Registry) -> City:
    filling = Filling()
    for seed in (1, 2, 3):
        fill_registry(filling, seed)
    filling.write(registry.database)
    return City(registry, filling)


def read_all(client: httpx.Client, address: str) -> list[Row]:
    """Every row of a list, page after page."""
    found: list[Row] = []
    joint = "&" if "?" in address else "?"
    paged = "/bookings" not in address
    cursor = ""
    while True:
        page = client.get(f"{address}{joint}limit=200{cursor}" if paged else address)
        assert page.status_code == 200, (address, page.text)
        found += page.json()["items"]
        if not paged or page.json()["next_cursor"] is None:
            return found
        cursor = f"&cursor={page.json()['next_cursor']}"


def list_drills(told: object) -> Iterator[tuple[str, int]]:
    """Each link with the count that stands beside it."""
    if isinstance(told, list):
        for part in told:
            yield from list_drills(part)
    if isinstance(told, dict):
        for name, counts in DRILLS.items():
            count = next((told[one] for one in counts if one in told), None)
            if isinstance(told.get(name), str) and count is not None:
                yield told[name], count
        if isinstance(told.get("rows"), dict):
            yield from (
                (rows, told[kind])
                for kind, rows in told["rows"].items()
                if rows and isinstance(told[kind], int)
            )
        for part in told.values():
            yield from list_drills(part)


@pytest.mark.parametrize("place", PLACES)
def test_every_number_drills_to_exactly_so_many_rows(city: City, place: str) -> None:
    drills = list(list_drills(city.ask(place)))

    assert drills
    for address, count in drills:
        assert len(read_all(city.registry.officer, address)) == count, address


@pytest.mark.parametrize("place", [place for place in PLACES if "largest" not in place])
def test_the_public_sees_statistics_and_only_rows_that_are_public(city: City, place: str) -> None:
    drills = list(list_drills(city.ask(place, city.registry.public)))

    for address, count in drills:
        assert len(read_all(city.registry.public, address)) == count, address
    closed = place.startswith(("contract", "rd-"))
    assert bool(drills) is not closed


def test_achievements_and_their_conversion_equal_a_plain_count(city: City) -> None:
    first: dict[object, date] = {}
    for contract in city.registered():
        about, day = contract["achievement_id"], contract["registered_on"]
        first[about] = min(first.get(about, day), day)
    groups = defaultdict(list)
    for row in city.filling.rows["achievements"]:
        groups[row["field"]].append(row)

    told = {cell["value"]: cell for cell in _items(city.ask("achievements?by=field"))}

    assert told.keys() == groups.keys()
    for value, rows in groups.items():
        days = [(first[row["id"]] - _day(row)).days for row in rows if row["id"] in first]
        assert told[value]["achievements"] == len(rows)
        assert told[value]["converted"] == len(days)
        assert told[value]["rate"] == show_ratio(len(days), len(rows))
        assert told[value]["days"]["median"] == median(days)
        assert told[value]["days"]["mean"] == pytest.approx(mean(days), abs=1e-6)
        assert (told[value]["days"]["least"], told[value]["days"]["most"]) == (min(days), max(days))


def test_contract_value_equals_a_plain_sum(city: City) -> None:
    fields = {row["id"]: row["field"] for row in city.filling.rows["achievements"]}
    values = {
        "type": lambda row: row["type"],
        "field": lambda row: fields.get(row["achievement_id"]),
        "year": lambda row: row["registered_on"].year,
    }
    # In the order of their sequence, so that the newest change that was accepted stays.
    in_force = {
        change["contract_id"]: Decimal(change["content"]["total_yuan"])
        for change in city.filling.of("contract_amendments", state="accepted")
    }
    for by, value_of in values.items():
        money: Counter[object] = Counter()
        for row in city.registered():
            money[value_of(row)] += in_force.get(row["id"], row["total_yuan"])

        told = city.ask(f"contract-value?by={by}")

        assert {cell["value"]: Decimal(cell["total_yuan"]) for cell in _items(told)} == money
        assert Decimal(str(told["total_yuan"])) == sum(money.values())
        assert told["contracts"] == len(city.registered())


def test_years_of_expenditure_equal_a_plain_sum(city: City) -> None:
    told = {line["year"]: line for line in _items(city.ask("rd-expenditures"))}

    for year, line in told.items():
        rows = city.filling.of("rd_expenditures", year=year)
        known = [row for row in rows if row["revenue_yuan"] is not None]
        assert line["records"] == line["organizations"] == len(rows)
        assert Decimal(line["total_yuan"]) == _sum(rows, "total_yuan")
        assert Decimal(line["categories"]["personnel_yuan"]) == _sum(rows, "personnel_yuan")
        assert line["intensity"] == show_ratio(
            _sum(known, "total_yuan"), _sum(known, "revenue_yuan")
        )
        jumped = [row for row in rows if _jumped(city, row)]
        told_of = {one["expenditure_id"] for one in city.filling.rows["rd_explanations"]}
        assert line["jumps"] == len(jumped)
        assert line["unexplained_jumps"] == sum(row["id"] not in told_of for row in jumped)
    for earlier, later in pairwise(sorted(told)):
        grown = Decimal(told[later]["total_yuan"]) - Decimal(told[earlier]["total_yuan"])
        assert told[later]["change"] == show_ratio(grown, Decimal(told[earlier]["total_yuan"]))


def test_the_largest_spenders_come_first_each_with_its_care(city: City) -> None:
    spent = {row["owner_uscc"]: row for row in city.filling.of("rd_expenditures", year=2024)}
    order = sorted(spent, key=lambda uscc: (-spent[uscc]["total_yuan"], uscc))
    owed: Counter[object] = Counter()
    plans = {plan["id"]: plan["uscc"] for plan in city.filling.rows["care_plans"]}
    for promise in city.filling.rows.get("care_promises", []):
        due = promise["due_on"]
        owed[plans[promise["plan_id"]]] += promise["done_on"] is None and due < clock.today()

    lines = read_all(city.registry.officer, "/v1/analytics/largest-spenders?year=2024")

    assert [line["uscc"] for line in lines] == order
    for line in lines:
        care = line["care_plan"]
        assert (care is not None) == (line["uscc"] in plans.values())
        assert care is None or care["overdue_promises"] == owed[line["uscc"]]
    assert (
        city.registry.enterprise.get("/v1/analytics/largest-spenders?year=2024").status_code == 403
    )


def test_a_cursor_of_another_list_is_refused_by_the_largest_spenders(city: City) -> None:
    forged = base64.urlsafe_b64encode(b'["2024-01-01T00:00:00","b1"]').decode().rstrip("=")
    path, officer = "/v1/analytics/largest-spenders?year=2024", city.registry.officer
    other = officer.get("/v1/achievements?limit=1&sort=title").json()["next_cursor"]

    answers = [officer.get(f"{path}&cursor={cursor}") for cursor in (other, forged)]
    answers.append(officer.get(f"/v1/achievements?limit=1&sort=-title&cursor={other}"))

    for answer in answers:
        assert answer.status_code == 422, answer.text
        assert answer.json()["errors"][0]["code"] == "cursor_invalid"


def test_use_of_instruments_equals_a_plain_count(city: City) -> None:
    hours = {row["instrument_id"] for row in city.filling.rows["instrument_hours"] if row["slots"]}
    begin = date.fromisoformat(DAYS["first"])
    days = [begin + timedelta(days=n) for n in range(26)]
    workdays = sum(day.isoweekday() <= 5 for day in days)
    booked: Counter[object] = Counter()
    for row in city.filling.of("bookings", state="booked"):
        booked[row["instrument_id"]] += _minutes(row, days)

    lines = read_all(
        city.registry.officer,
        "/v1/analytics/instrument-utilisation?first=2026-01-05&last=2026-01-30",
    )

    told = {line["instrument_id"]: line for line in lines}
    assert told.keys() == hours
    for instrument, line in told.items():
        assert line["open_minutes"] == workdays * 540
        assert line["booked_minutes"] == booked[instrument]
        one = city.registry.officer.get(f"/v1/instruments/{instrument}/utilisation", params=DAYS)
        assert one.json()["booked_minutes"] == line["booked_minutes"]


def test_money_of_few_is_withheld_from_the_public_and_shown_to_its_owner(city: City) -> None:
    uscc = str(city.filling.rows["organizations"][0]["uscc"])
    refused = city.registry.public.get(f"/v1/analytics/rd-expenditures?organization={uscc}")
    foreign = city.registry.bank.get(f"/v1/analytics/contract-value?organization={uscc}")

    assert (refused.status_code, foreign.status_code) == (403, 403)
    own = city.ask(f"rd-expenditures?organization={uscc}")
    mine = city.filling.of("rd_expenditures", owner_uscc=uscc)
    assert sum(Decimal(line["total_yuan"]) for line in _items(own)) == _sum(mine, "total_yuan")
    for line in _items(city.ask("rd-expenditures", city.registry.public)):
        assert (line["total_yuan"] is None) is line["withheld"]
        assert line["withheld"] or line["organizations"] >= 3
        told = city.filling.of("rd_expenditures", year=line["year"])
        with_revenue = [row for row in told if row["revenue_yuan"] is not None]
        assert line["revenue_yuan"] is None or len(with_revenue) >= 3


def _items(told: Mapping[str, object]) -> list[Row]:
    return told["items"]


def _day(row: Row) -> date:
    return row["created_at"].date()


def _sum(rows: Sequence[Row], name: str) -> Decimal:
    return sum((row[name] for row in rows), Decimal(0))


def show_ratio(part: Decimal | int, whole: Decimal | int) -> str | None:
    if not whole:
        return None
    ratio = Decimal(part) / Decimal(whole)
    return str(ratio.quantize(Decimal("0.000001"), ROUND_HALF_UP))


def _jumped(city: City, row: Row) -> bool:
    year = row["year"]
    before = city.filling.of("rd_expenditures", owner_uscc=row["owner_uscc"], year=year - 1)
    previous = before[0]["total_yuan"] if before else None
    limits = limits_of_year(get_jump_limits(), year)
    return find_jump(row["total_yuan"], previous, limits) is not None


def _minutes(row: Row, days: Sequence[date]) -> int:
    """Whole minutes of a booking within the days, counted second by second at the edges."""
    starts, ends = row["starts_at"], row["ends_at"]
    first = starts.replace(
        year=days[0].year, month=days[0].month, day=days[0].day, hour=0, minute=0
    )
    last = first + timedelta(days=len(days))
    seconds = (min(ends, last) - max(starts, first)).total_seconds()
    return max(int(seconds // 60), 0)
