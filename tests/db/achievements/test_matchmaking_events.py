"""Events over HTTP: exactly so many places, those who wait move up, follow-ups become tasks."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from kit import clock
from kit.auth import Role
from kit.directory import Directory
from kit.jobs import Work
from services.achievements.usecases.follow_ups import open_due_follow_ups
from tests.db.achievements.conftest import UNIVERSITY
from tests.serving import call_as, make_principal

ENTERPRISE = "91370102MA3D000125"
ANY = {"If-Match": "*"}


def make_event(*, days=3, **changes):
    start = clock.now() + timedelta(days=days)
    return {
        "kind": "roadshow",
        "title": "新能源成果路演",
        "place": "某科技大厦",
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(hours=3)).isoformat(),
        "sign_up_until": (start - timedelta(minutes=1)).isoformat(),
        "capacity": 2,
        "programme": [{"starts_at": start.isoformat(), "title": "固态电池", "speaker": "张三"}],
    } | changes


def open_event(registry, **changes):
    event = registry.officer.post("/v1/matchmaking-events", json=make_event(**changes))
    assert event.status_code == 201, event.text
    return decide(registry.officer, event.json(), "opened").json()


def decide(client, event, decision, reason=None):
    body = {"decision": decision} | ({"reason": reason} if reason else {})
    path = f"/v1/matchmaking-events/{event['id']}/decisions"
    return client.post(path, json=body, headers=ANY)


def sign_up(client, event, attendee):
    path = f"/v1/matchmaking-events/{event['id']}/sign-ups"
    return client.post(path, json={"attendee": attendee})


def let_it_be_today(registry, event):
    """The event began an hour ago; the server's clock is nobody's to move."""
    with registry.database.write() as session:
        values = {"start": clock.now() - timedelta(hours=1), "id": event["id"]}
        session.execute(
            text(
                "UPDATE matchmaking_events SET starts_at = :start, sign_up_until = :start"
                " WHERE id = :id"
            ),
            values,
        )


def test_a_hundred_at_once_for_the_last_ten_places_get_exactly_ten(registry):
    event = open_event(registry, capacity=15)
    for number in range(5):
        assert sign_up(registry.enterprise, event, f"先来{number}").status_code == 201

    with ThreadPoolExecutor(16) as pool:
        answers = list(
            pool.map(lambda n: sign_up(registry.university, event, f"来宾{n}"), range(100))
        )

    states = [answer.json()["state"] for answer in answers]
    numbers = [answer.json()["number"] for answer in answers]
    assert (states.count("confirmed"), states.count("waiting")) == (10, 90)
    assert sorted(numbers) == list(range(6, 106))
    first = sorted(zip(numbers, states, strict=True))
    assert all(state == "confirmed" for _, state in first[:10])
    shown = registry.public.get(f"/v1/matchmaking-events/{event['id']}").json()
    assert (shown["confirmed"], shown["waiting"]) == (15, 90)


def test_who_waits_moves_up_in_the_order_of_arrival_and_is_told(registry):
    event = open_event(registry, capacity=1)
    path = f"/v1/matchmaking-events/{event['id']}/sign-ups"
    holder = sign_up(registry.enterprise, event, "甲").json()
    second = sign_up(registry.university, event, "乙").json()
    third = sign_up(registry.university, event, "丙").json()

    assert [holder["state"], second["state"], third["state"]] == ["confirmed", "waiting", "waiting"]
    assert sign_up(registry.university, event, "乙").json()["code"] == "signed_up_already"
    assert registry.university.post(f"{path}/{holder['id']}/cancellations").status_code == 403
    registry.enterprise.post(f"{path}/{holder['id']}/cancellations")
    states = {
        one["attendee"]: one["state"]
        for one in registry.officer.get(path, params={"limit": 200}).json()["items"]
    }
    assert states == {"甲": "cancelled", "乙": "confirmed", "丙": "waiting"}
    assert [one["attendee"] for one in registry.enterprise.get(path).json()["items"]] == ["甲"]
    told = registry.university.get("/v1/notices", params={"code": "moved_up"}).json()["items"]
    assert "乙" in told[0]["text"]

    larger = make_event(capacity=2)
    grown = registry.officer.put(
        f"/v1/matchmaking-events/{event['id']}", json=larger, headers=ANY
    ).json()
    assert (grown["confirmed"], grown["waiting"]) == (2, 0)
    smaller = registry.officer.put(
        f"/v1/matchmaking-events/{event['id']}", json=make_event(capacity=1), headers=ANY
    )
    assert smaller.json()["code"] == "places_taken"


def test_a_draft_is_hidden_and_calling_off_tells_the_guests(registry):
    event = registry.officer.post("/v1/matchmaking-events", json=make_event()).json()
    path = f"/v1/matchmaking-events/{event['id']}"

    assert registry.public.get(path).status_code == 404
    assert sign_up(registry.bank, event, "甲").status_code == 404
    assert decide(registry.officer, event, "ended").json()["allowed"] == ["opened", "cancelled"]
    decide(registry.officer, event, "opened")
    sign_up(registry.bank, event, "甲")
    assert decide(registry.university, event, "cancelled", "改期").status_code == 403
    assert decide(registry.officer, event, "cancelled").status_code == 422
    assert decide(registry.officer, event, "cancelled", "改期").json()["state"] == "cancelled"
    told = registry.bank.get("/v1/notices", params={"code": "event_cancelled"}).json()["items"]
    assert "改期" in told[0]["text"]
    acts = [one["act"] for one in registry.auditor.get(f"{path}/history").json()["items"]]
    assert acts == ["drafted", "opened", "signed_up", "cancelled"]


def test_every_count_drills_to_its_rows(registry):
    open_event(registry, kind="promotion")
    counts = registry.officer.get("/v1/matchmaking-events/counts").json()

    assert counts["total"] == sum(one["count"] for one in counts["by_kind"])
    for one in counts["by_state"] + counts["by_kind"]:
        rows = registry.officer.get(f"{one['rows']}&limit=200").json()["items"]
        assert len(rows) == one["count"]


def test_check_in_minutes_matches_and_follow_ups_that_become_tasks(registry):
    event = open_event(registry)
    path = f"/v1/matchmaking-events/{event['id']}"
    guest = sign_up(registry.enterprise, event, "甲").json()
    check_in = f"{path}/sign-ups/{guest['id']}/check-ins"

    assert registry.officer.post(check_in).json()["code"] == "check_in_closed"
    let_it_be_today(registry, event)
    first = registry.officer.post(check_in).json()["checked_in_at"]
    assert registry.officer.post(check_in).json()["checked_in_at"] == first
    written = registry.officer.put(f"{path}/minutes", json={"minutes": "三家达成意向"}, headers=ANY)
    assert written.json()["minutes"] == "三家达成意向"
    assert registry.enterprise.get(path).json()["minutes"] == "三家达成意向"
    assert registry.public.get(path).json()["minutes"] is None
    exported = registry.bank.get("/v1/exports/matchmaking_events.ndjson").text
    assert event["id"] in exported
    assert "三家达成意向" not in exported
    match = {
        "supplier": {"uscc": UNIVERSITY, "name": "山东某大学"},
        "seeker": {"uscc": ENTERPRISE, "name": "济南明湖智造科技有限公司"},
        "intention": "letter_of_intent",
        "amount_yuan": "800000.00",
    }
    made = registry.officer.post(f"{path}/matches", json=match).json()
    assert [one["days"] for one in made["follow_ups"]] == [30, 90, 180]
    assert len(registry.university.get(f"{path}/matches").json()["items"]) == 1
    assert registry.bank.get(f"{path}/matches").json()["items"] == []

    work = Work(registry.database, Directory(registry.settings), registry.settings)
    _let_months_pass(registry, made["follow_ups"][0])
    open_due_follow_ups(work)
    open_due_follow_ups(work)
    follow_ups = registry.officer.get(f"{path}/follow-ups").json()["items"]
    assert [one["state"] for one in follow_ups] == ["open", "planned", "planned"]
    assert _tasks(registry, "achievements.task-opened") == [follow_ups[0]["id"]]
    done = f"{path}/follow-ups/{follow_ups[0]['id']}/completions"
    heard = {"outcome": "negotiating", "note": "样品测试中"}
    assert registry.officer.post(done, json=heard).status_code == 428
    assert registry.officer.post(done, json=heard, headers=ANY).json()["state"] == "done"
    assert registry.officer.post(done, json=heard, headers=ANY).json()["code"] == "follow_up_done"
    assert _tasks(registry, "achievements.task-closed") == [follow_ups[0]["id"]]
    decide(registry.officer, event, "ended")
    assert registry.officer.get(path).json()["state"] == "ended"


def _let_months_pass(registry, follow_up):
    with registry.database.write() as session:
        values = {"day": clock.today(), "id": follow_up["id"]}
        session.execute(text("UPDATE follow_ups SET due_on = :day WHERE id = :id"), values)


def _tasks(registry, kind):
    with registry.database.read() as session:
        query = text("SELECT data->>'task_id' FROM events WHERE type = :kind")
        return list(session.execute(query, {"kind": kind}).scalars())


@pytest.mark.parametrize("role", [Role.BANK, Role.AUDITOR])
def test_not_everybody_holds_events(registry, role):
    who = make_principal(role, "91370102MA3D00039W", "某机构")
    with call_as(registry.address, registry.settings, who) as client:
        refused = client.post("/v1/matchmaking-events", json=make_event())
    assert (refused.status_code, refused.json()["code"]) == (403, "role_not_allowed")
