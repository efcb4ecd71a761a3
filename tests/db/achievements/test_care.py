"""A large R&D spender is cared for: officer, visits, promises, what is overdue."""

from datetime import timedelta

from kit import clock
from tests.db.achievements.conftest import ENTERPRISE, UNIVERSITY, Registry, make_item

PATH = "/v1/care-plans"


def open_plan(registry: Registry) -> str:
    registry.university.put("/v1/achievements/by-source/c", json=make_item(source_id="c"))
    body = {"uscc": UNIVERSITY, "officer": "王某"}
    made = registry.officer.post(PATH, json=body)
    known = made.json().get("id")
    assert isinstance(known, str)
    return known


def test_a_plan_tells_visits_promises_and_what_is_overdue(registry: Registry) -> None:
    place = f"{PATH}/{open_plan(registry)}"
    today = clock.today()
    visit = {"visited_on": str(today), "visitor": "王某", "note": "两类费用漏记"}
    for days in (-3, 0, 5):
        promise = {"promise": f"事项{days}", "due_on": str(today + timedelta(days=days))}
        assert registry.officer.post(f"{place}/promises", json=promise).status_code == 201
    seen = registry.officer.post(f"{place}/visits", json=visit).json()

    late = seen["promises"][0]
    assert (late["state"], late["days_late"]) == ("overdue", 3)
    assert (seen["open_promises"], seen["overdue_promises"]) == (2, 1)
    rows = registry.officer.get(f"{PATH}/promises", params={"state": "overdue"}).json()["items"]
    assert [(row["id"], row["uscc"]) for row in rows] == [(late["id"], UNIVERSITY)]
    assert len(registry.officer.get(PATH, params={"overdue": True}).json()["items"]) == 1

    keep = f"{place}/promises/{late['id']}/fulfilments"
    done = registry.officer.post(keep, json={"done_on": str(today)})
    again = registry.officer.post(keep, json={"done_on": str(today)})

    assert done.json()["promises"][0]["state"] == "kept_late"
    assert (again.status_code, again.json()["code"]) == (409, "promise_kept_already")
    assert registry.officer.get(PATH, params={"overdue": True}).json()["items"] == []
    acts = [line["act"] for line in registry.auditor.get(f"{place}/history").json()["items"]]
    assert acts == ["opened", "promised", "promised", "promised", "visited", "promise_kept"]


def test_an_organisation_sees_its_plan_without_the_notes_and_others_do_not(
    registry: Registry,
) -> None:
    plan = registry.officer.get(PATH, params={"uscc": UNIVERSITY}).json()["items"][0]
    place = f"{PATH}/{plan['id']}"

    own = registry.university.get(place).json()

    assert own["visits"][0]["note"] is None
    assert plan["visits"][0]["note"] == "两类费用漏记"
    assert registry.university.get(f"{place}/history").status_code == 403
    assert registry.enterprise.get(place).status_code == 404
    assert registry.enterprise.get(PATH).json()["items"] == []
    assert registry.enterprise.post(PATH, json={}).status_code == 403


def test_a_plan_is_one_for_each_and_changed_by_its_version(registry: Registry) -> None:
    plan = registry.officer.get(PATH, params={"uscc": UNIVERSITY}).json()["items"][0]
    place, tag = f"{PATH}/{plan['id']}", {"If-Match": f'"{plan["version"]}"'}

    second = registry.officer.post(PATH, json={"uscc": UNIVERSITY, "officer": "李某"})
    unknown = registry.officer.post(PATH, json={"uscc": "12370000495500022X", "officer": "李某"})
    bare = registry.officer.patch(place, json={"officer": "李某"})
    nobody = registry.officer.patch(place, json={"officer": None}, headers=tag)
    changed = registry.officer.patch(place, json={"officer": "李某"}, headers=tag)
    stale = registry.officer.patch(place, json={"goal": "x"}, headers=tag)
    early = registry.officer.post(
        f"{place}/visits", json={"visited_on": "2999-01-01", "visitor": "李某", "note": "x"}
    )

    assert (second.status_code, second.json()["id"]) == (409, plan["id"])
    assert unknown.status_code == 404
    assert (bare.status_code, stale.status_code) == (428, 412)
    assert nobody.json()["errors"][0]["pointer"] == "/officer"
    assert changed.json()["officer"] == "李某"
    assert early.json()["errors"][0]["code"] == "date_in_future"
    assert ENTERPRISE not in changed.text
