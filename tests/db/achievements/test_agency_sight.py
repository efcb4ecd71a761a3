"""An agency sees what it was appointed to, from its acceptance on and no longer than it stands."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import httpx
import pytest
from sqlalchemy import text

from kit.auth import Role
from kit.clock import freeze, now, today
from services.achievements.rules.filters import RecordFilter
from services.achievements.rules.kinds import Kind
from services.achievements.rules.visibility import Viewer
from services.achievements.store.finding import list_found
from tests.db.achievements.conftest import Registry, make_item
from tests.db.achievements.test_contracts import make_contract
from tests.serving import call_as, make_principal

AGENCY, OTHER = "91370102MA3D00063D", "91370102MA3D00055J"


@pytest.fixture(scope="module")
def agency(registry: Registry) -> Iterator[httpx.Client]:
    client = enter(registry, AGENCY, "泉城某技术转移有限公司")
    yield client
    client.close()


@pytest.fixture(scope="module")
def other(registry: Registry) -> Iterator[httpx.Client]:
    client = enter(registry, OTHER, "历下某科技服务有限公司")
    yield client
    client.close()


def enter(registry: Registry, uscc: str, name: str) -> httpx.Client:
    principal = make_principal(Role.BROKER, uscc, name, "service_agency")
    client = call_as(registry.address, registry.settings, principal)
    assert client.post("/v1/service-agencies", json={}).status_code == 201
    return client


def appoint(owner: httpx.Client, agency: httpx.Client, kind: str, thing_id: str) -> dict[str, str]:
    broker = agency.post("/v1/brokers", json={"name": "甲某"}).json()["id"]
    terms = {"fixed_yuan": "1000.00", "shares": [{"broker_id": broker, "share": 1}]}
    body = {"subject_kind": kind, "subject_id": thing_id, "agency_uscc": AGENCY}
    made = owner.post("/v1/appointments", json=body | {"commission": terms})
    assert made.status_code == 201, made.text
    found: dict[str, str] = made.json()
    return found


def decide(client: httpx.Client, appointment: dict[str, str], decision: str) -> None:
    answer = client.post(
        f"/v1/appointments/{appointment['id']}/decisions",
        json={"decision": decision, "reason": "见委托书"},
        headers={"If-Match": "*"},
    )
    assert answer.status_code == 200, answer.text


def draft_demand(registry: Registry) -> str:
    body = {"source_id": "SIGHT-1", "title": "湖水预警", "problem": "怎样提前十分钟预警"}
    made = registry.enterprise.post("/v1/demands", json=body)
    return str(made.json()["id"])


def register_private(registry: Registry) -> str:
    body = make_item(source_id="SIGHT-1", visibility="private", title="泉水流量计暗藏原理")
    body |= {"hidden_fields": ["asking_price_yuan"]}
    return str(registry.university.post("/v1/achievements", json=body).json()["id"])


def draft_contract(registry: Registry) -> str:
    return str(registry.university.post("/v1/contracts", json=make_contract()).json()["id"])


@pytest.mark.parametrize("kind", ["achievement", "demand", "contract"])
def test_a_thing_opens_to_its_agency_only_while_the_appointment_stands(
    registry: Registry, agency: httpx.Client, other: httpx.Client, kind: str
) -> None:
    owner = registry.enterprise if kind == "demand" else registry.university
    makers = {"demand": draft_demand, "contract": draft_contract}
    thing_id = makers.get(kind, register_private)(registry)
    place = f"/v1/{kind}s/{thing_id}"

    def seen(client: httpx.Client) -> tuple[int, int]:
        listed = client.get(f"/v1/{kind}s", params={"limit": 200}).json()["items"]
        return client.get(place).status_code, sum(one["id"] == thing_id for one in listed)

    appointment = appoint(owner, agency, kind, thing_id)
    proposed = seen(agency)
    decide(agency, appointment, "accepted")
    accepted, foreign = seen(agency), seen(other)
    changed = agency.patch(place, json={"title": "改"}, headers={"If-Match": "*"})
    decide(owner, appointment, "ended")

    assert proposed == foreign == (404, 0)
    assert accepted == (200, 1)
    assert changed.status_code == 403
    assert seen(agency) == (404, 0)


def test_what_is_hidden_or_classified_stays_with_its_owner(
    registry: Registry, agency: httpx.Client
) -> None:
    classified = make_item(source_id="SIGHT-2", visibility="classified")
    secret = registry.university.post("/v1/achievements", json=classified).json()["id"]
    hidden = make_item(source_id="SIGHT-3", visibility="private")
    hidden |= {"hidden_fields": ["asking_price_yuan"]}
    priced = registry.university.post("/v1/achievements", json=hidden).json()["id"]
    for thing_id in (secret, priced):
        decide(agency, appoint(registry.university, agency, "achievement", thing_id), "accepted")

    assert agency.get(f"/v1/achievements/{secret}").status_code == 404
    shown = agency.get(f"/v1/achievements/{priced}").json()
    assert (shown["title"], shown["asking_price_yuan"]) == (hidden["title"], None)
    fed = agency.get("/v1/changes", params={"limit": 200}).json()["items"]
    assert priced not in {one["id"] for one in fed}


def test_an_appointment_that_has_run_out_opens_nothing(
    registry: Registry, agency: httpx.Client
) -> None:
    body = make_item(source_id="SIGHT-4", visibility="private")
    thing_id = registry.university.post("/v1/achievements", json=body).json()["id"]
    appointment = appoint(registry.university, agency, "achievement", thing_id)
    decide(agency, appointment, "accepted")
    until = text("UPDATE appointments SET valid_until = :day WHERE id = :id")
    before = agency.get(f"/v1/achievements/{thing_id}").status_code
    with registry.database.write() as session:
        yesterday = today() - timedelta(days=1)
        session.execute(until, {"day": yesterday, "id": appointment["id"]})

    assert before == 200
    assert agency.get(f"/v1/achievements/{thing_id}").status_code == 404


def test_a_list_asked_again_tomorrow_goes_by_tomorrow(
    registry: Registry, agency: httpx.Client
) -> None:
    body = make_item(source_id="SIGHT-6", visibility="private")
    thing_id = registry.university.post("/v1/achievements", json=body).json()["id"]
    appointment = appoint(registry.university, agency, "achievement", thing_id)
    decide(agency, appointment, "accepted")
    with registry.database.write() as session:
        last = {"day": today(), "id": appointment["id"]}
        session.execute(text("UPDATE appointments SET valid_until = :day WHERE id = :id"), last)

    def listed(at: datetime) -> bool:
        viewer = Viewer(AGENCY, False, as_agency=True)
        with registry.database.read() as session, freeze(at):
            found = list_found(session, Kind.ACHIEVEMENTS, viewer, RecordFilter(limit=200), None)
        return thing_id in {row["id"] for row in found.rows}

    assert (listed(now()), listed(now() + timedelta(days=1))) == (True, False)


def test_both_sides_are_told_of_each_step(registry: Registry, agency: httpx.Client) -> None:
    body = make_item(source_id="SIGHT-5")
    thing_id = registry.university.post("/v1/achievements", json=body).json()["id"]
    appointment = appoint(registry.university, agency, "achievement", thing_id)
    decide(agency, appointment, "accepted")
    decide(registry.university, appointment, "ended")
    link = f"/v1/appointments/{appointment['id']}"

    def told(client: httpx.Client) -> list[str]:
        params = {"code": "appointment_moved", "limit": 200}
        items = client.get("/v1/notices", params=params).json()["items"]
        return [one["text"] for one in items if one["link"] == link]

    assert [line[:5] for line in told(agency)] == ["委托已终止", "委托待接受"]
    assert [line[:5] for line in told(registry.university)] == ["委托已接受"]
    query = text(
        "SELECT data->>'state' FROM events WHERE type = 'achievements.appointment-moved'"
        " AND data->>'appointment_id' = :id ORDER BY id"
    )
    with registry.database.read() as session:
        states = list(session.execute(query, {"id": appointment["id"]}).scalars())
    assert states == ["proposed", "accepted", "ended"]
