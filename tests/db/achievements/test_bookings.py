"""Instruments are booked by one at a time; platforms are certified when nothing lacks."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

from httpx import Client, Response
from sqlalchemy import text

from kit import clock
from tests.db.achievements.conftest import ENTERPRISE, Registry

HAVES = ("investment", "site", "staff", "equipment", "rules", "results")


def next_monday() -> date:
    today = clock.today()
    return today + timedelta(days=7 - today.weekday() + 7)


def make_instrument(registry: Registry, source_id: str) -> str:
    made = registry.university.put(
        f"/v1/instruments/by-source/{source_id}", json={"name": "核磁共振", "is_shared": True}
    ).json()
    hours = {"slots": [{"weekday": 1, "opens": "08:00", "closes": "18:00"}]}
    done = registry.university.put(f"/v1/instruments/{made['id']}/hours", json=hours)
    assert done.status_code == 200, done.text
    return str(made["id"])


def span(start: int, end: int, day: date | None = None) -> dict[str, str]:
    on = day or next_monday()
    return {"starts_at": f"{on}T{start:02}:00:00+08:00", "ends_at": f"{on}T{end:02}:00:00+08:00"}


def test_of_a_hundred_who_want_the_same_time_one_gets_it(registry: Registry) -> None:
    place = f"/v1/instruments/{make_instrument(registry, 'nmr')}/bookings"

    start = Barrier(100)

    def book(_: int) -> Response:
        start.wait()
        return registry.enterprise.post(place, json=span(9, 11))

    with ThreadPoolExecutor(100) as pool:
        answers = list(pool.map(book, range(100)))

    codes = [answer.status_code for answer in answers]
    assert (codes.count(201), codes.count(409)) == (1, 99)
    beside = registry.bank.post(place, json=span(11, 12))
    across = registry.bank.post(place, json=span(10, 12))
    assert (beside.status_code, across.status_code) == (201, 409)


def test_bookings_keep_to_the_hours_are_cancelled_and_counted(registry: Registry) -> None:
    instrument = make_instrument(registry, "tem")
    place = f"/v1/instruments/{instrument}"
    monday = next_monday()
    outside = registry.enterprise.post(f"{place}/bookings", json=span(17, 19))
    past = registry.enterprise.post(f"{place}/bookings", json=span(9, 10, date(2020, 1, 6)))
    made = registry.enterprise.post(f"{place}/bookings", json=span(8, 13))
    days = {"first": str(monday), "last": str(monday + timedelta(days=6))}

    used = registry.public.get(f"{place}/utilisation", params=days).json()
    seen = registry.bank.get(f"{place}/bookings", params=days).json()["items"]
    foreign = registry.bank.post(f"{made.headers['Location']}/cancellations")
    done = registry.enterprise.post(f"{made.headers['Location']}/cancellations")
    again = registry.bank.post(f"{place}/bookings", json=span(8, 9))

    assert outside.json()["errors"][0]["code"] == "outside_hours"
    assert past.json()["errors"][0]["code"] == "in_the_past"
    assert (used["open_minutes"], used["booked_minutes"], used["rate"]) == (600, 300, "0.500000")
    assert [item["booker_name"] for item in seen] == [None]
    assert (foreign.status_code, done.json()["state"], again.status_code) == (403, "cancelled", 201)


def test_a_platform_is_certified_when_nothing_lacks(registry: Registry) -> None:
    made = registry.enterprise.put(
        "/v1/platforms/by-source/six", json={"kind": "enterprise_rd", "name": "研究院"}
    ).json()
    place = f"/v1/platforms/{made['id']}"
    certification = {"certified_on": "2026-10-01", "level": "municipal"}
    for have in HAVES[:4]:
        registry.enterprise.put(f"{place}/evidence/{have}", json={"title": have})

    refused = registry.officer.post(f"{place}/certifications", json=certification)
    for have in HAVES[4:]:
        registry.enterprise.put(f"{place}/evidence/{have}", json={"title": have})
    certified = registry.officer.post(f"{place}/certifications", json=certification)
    grade = {"assessed_by": "jinan", "grade": "excellent", "graded_on": "2026-06-01"}
    graded = registry.officer.put(f"{place}/grades/2025", json=grade)

    assert (refused.status_code, refused.json()["missing"]) == (409, ["rules", "results"])
    assert (certified.status_code, certified.json()["missing"]) == (201, [])
    assert graded.json()["grades"][0]["grade"] == "excellent"
    with registry.database.read() as session:
        told = session.execute(
            text("SELECT type FROM events WHERE data->>'platform_id' = :id ORDER BY id"),
            {"id": made["id"]},
        ).scalars()
        assert list(told) == ["achievements.platform-certified", "achievements.platform-graded"]
    lines = registry.auditor.get(f"{place}/history").json()["items"]
    assert lines[-1]["act"] == "graded_2025"
    assert lines[-1]["changes"] == grade


def test_a_full_platform_takes_nobody(registry: Registry) -> None:
    body = {"kind": "incubator", "name": "孵化器", "capacity": 1}
    made = registry.enterprise.put("/v1/platforms/by-source/inc", json=body).json()
    place = f"/v1/platforms/{made['id']}/tenants"
    first = {"name": "甲", "moved_in_on": "2026-01-01", "moved_out_on": "2026-06-01"}

    taken = registry.enterprise.post(place, json=first)
    full = registry.enterprise.post(place, json={"name": "乙", "moved_in_on": "2026-05-31"})
    later = registry.enterprise.post(place, json={"name": "乙", "moved_in_on": "2026-06-01"})

    assert (taken.status_code, full.status_code, later.status_code) == (201, 409, 201)
    assert later.json()["tenants_now"] == 1


def test_a_tenant_leaves_and_its_room_is_free_but_no_more_than_there_is(registry: Registry) -> None:
    body = {"kind": "makerspace", "name": "众创空间", "capacity": 2}
    made = registry.enterprise.put("/v1/platforms/by-source/mk", json=body).json()
    place = f"/v1/platforms/{made['id']}/tenants"
    for name in ("甲", "乙"):
        registry.enterprise.post(place, json={"name": name, "moved_in_on": "2026-01-01"})
    first = registry.public.get(place).json()["items"][0]
    leave = f"{place}/{first['id']}/departures"

    smaller = registry.enterprise.put("/v1/platforms/by-source/mk", json=body | {"capacity": 1})
    many = registry.enterprise.post(
        "/v1/platforms/batches", json={"items": [body | {"source_id": "mk", "capacity": 1}]}
    )
    before = registry.enterprise.post(leave, json={"moved_out_on": "2026-01-01"})
    left = registry.enterprise.post(leave, json={"moved_out_on": "2026-03-01"})
    again = registry.enterprise.post(leave, json={"moved_out_on": "2026-04-01"})
    new = registry.enterprise.post(place, json={"name": "丙", "moved_in_on": "2026-03-01"})

    assert smaller.json()["errors"][0]["code"] == "below_tenants"
    assert many.json()["items"][0]["problem"]["errors"][0]["pointer"] == "/capacity"
    assert before.json()["errors"][0]["code"] == "dates_reversed"
    assert (left.status_code, left.json()["tenants_now"]) == (200, 1)
    assert (again.status_code, again.json()["code"]) == (409, "tenancy_ended")
    assert new.status_code == 201
    there = registry.public.get(place, params={"on": "2026-02-28"}).json()["items"]
    assert [tenant["name"] for tenant in there] == ["甲", "乙"]


def test_a_certified_platform_that_changes_is_told_of_anew(registry: Registry) -> None:
    body = {"kind": "key_laboratory", "name": "实验室", "co_builders": [{"name": "外国某大学"}]}
    made = registry.enterprise.put("/v1/platforms/by-source/lab", json=body).json()
    place = f"/v1/platforms/{made['id']}"
    for have in HAVES:
        registry.enterprise.put(f"{place}/evidence/{have}", json={"title": have})
    certification = {"certified_on": "2026-10-01", "level": "municipal", "newly_established": True}
    registry.officer.post(f"{place}/certifications", json=certification)
    registry.enterprise.put(
        "/v1/platforms/by-source/lab", json=body | {"co_builders": [], "in_district": True}
    )

    with registry.database.read() as session:
        told = session.execute(
            text("SELECT data FROM events WHERE data->>'platform_id' = :id ORDER BY id"),
            {"id": made["id"]},
        ).scalars()
        said = [(one["newly_established"], one["co_builders"], one["in_district"]) for one in told]
    assert said == [(True, 2, None), (True, 1, True)]


def test_the_history_of_an_instrument_names_its_bookers_to_the_two_sides_alone(
    registry: Registry,
) -> None:
    instrument = f"/v1/instruments/{make_instrument(registry, 'sem-bookers')}"
    booked = registry.enterprise.post(f"{instrument}/bookings", json=span(9, 10))
    assert booked.status_code == 201, booked.text

    def read_booker(caller: Client) -> object:
        lines = caller.get(f"{instrument}/history").json()["items"]
        return next(line for line in lines if line["act"] == "booked")["organization_uscc"]

    for caller in (registry.enterprise, registry.university, registry.officer):
        assert read_booker(caller) == ENTERPRISE
    for caller in (registry.bank, registry.public):
        assert read_booker(caller) is None


def test_an_instrument_that_runs_through_the_night_is_booked_over_midnight(
    registry: Registry,
) -> None:
    place = f"/v1/instruments/{make_instrument(registry, 'night')}"
    slots = [{"weekday": day, "opens": "00:00", "closes": "24:00"} for day in (1, 2)]
    registry.university.put(f"{place}/hours", json={"slots": slots}, headers={"If-Match": '"1"'})
    monday = next_monday()
    night = {
        "starts_at": f"{monday}T20:00:00+08:00",
        "ends_at": f"{monday + timedelta(days=1)}T04:00:00+08:00",
    }

    made = registry.enterprise.post(f"{place}/bookings", json=night)

    assert made.status_code == 201, made.text
    for day, minutes in ((monday, 240), (monday + timedelta(days=1), 240)):
        days = {"first": str(day), "last": str(day)}
        used = registry.public.get(f"{place}/utilisation", params=days).json()
        assert (used["open_minutes"], used["booked_minutes"]) == (1440, minutes)


def test_a_booking_that_is_over_stays_and_one_to_come_is_cancelled_with_a_reason(
    registry: Registry,
) -> None:
    place = f"/v1/instruments/{make_instrument(registry, 'over')}"
    made = registry.enterprise.post(f"{place}/bookings", json=span(9, 10))
    over = registry.enterprise.post(f"{place}/bookings", json=span(11, 12))
    with registry.database.open_write() as session:
        session.execute(
            text(
                "UPDATE bookings SET starts_at = starts_at - interval '99 days',"
                " ends_at = ends_at - interval '99 days' WHERE id = :id"
            ),
            {"id": over.json()["id"]},
        )
        session.commit()

    late = registry.enterprise.post(f"{over.headers['Location']}/cancellations")
    done = registry.enterprise.post(
        f"{made.headers['Location']}/cancellations", json={"reason": "样品未到"}
    )

    assert (late.status_code, late.json()["code"]) == (409, "booking_over")
    assert done.json()["state"] == "cancelled"
    assert registry.university.get(f"{place}/history").json()["items"][-1]["reason"] == "样品未到"


def test_other_hours_change_no_figure_of_the_days_before(registry: Registry) -> None:
    place = f"/v1/instruments/{make_instrument(registry, 'shorter')}"
    before, monday = next_monday() - timedelta(days=28), next_monday()

    def count_open(day: date) -> tuple[int, int]:
        days = {"first": str(day), "last": str(day)}
        one = registry.university.get(f"{place}/utilisation", params=days).json()
        every = registry.university.get("/v1/analytics/instrument-utilisation", params=days).json()
        mine = {line["instrument_id"]: line["open_minutes"] for line in every["items"]}
        return one["open_minutes"], mine[one["instrument_id"]]

    slots = [{"weekday": 1, "opens": "08:00", "closes": "09:00"}]
    done = registry.university.put(
        f"{place}/hours", json={"slots": slots}, headers={"If-Match": '"1"'}
    )

    assert done.status_code == 200, done.text
    assert count_open(before) == (600, 600)
    assert count_open(monday) == (60, 60)


def test_a_year_that_has_not_begun_is_not_graded(registry: Registry) -> None:
    body = {"kind": "incubator", "name": "孵化器"}
    made = registry.enterprise.put("/v1/platforms/by-source/early", json=body).json()
    grade = {"assessed_by": "jinan", "grade": "good", "graded_on": "2026-06-01"}

    early = registry.officer.put(f"/v1/platforms/{made['id']}/grades/2027", json=grade)

    assert early.json()["errors"][0]["code"] == "year_not_begun"
