"""Every list of the market: found by words, counted with rows, exported, with a history."""

import csv
import io

import pytest

from tests.db.achievements.conftest import UNIVERSITY, Registry, make_item
from tests.db.achievements.test_agency_sight import AGENCY, appoint, decide, enter
from tests.db.achievements.test_contracts import make_contract
from tests.db.achievements.test_demands import draft
from tests.db.achievements.test_matchmaking_events import make_event
from tests.db.achievements.test_nominations import nominate, publish
from tests.db.achievements.test_open_bidding import bid, call_for, let_time_pass

LISTS = {
    "demands": "泉水",
    "bids": "预警",
    "matchmaking-events": "路演",
    "service-agencies": "泉城 转移",
    "brokers": "甲某",
    "appointments": "泉城",
    "listings": "泉水",
    "contracts": "固态",
    "nominations": "泉水",
}


@pytest.fixture(scope="module")
def market(registry: Registry) -> dict[str, str]:
    """One of everything; answers the address of the history of each."""
    agency = enter(registry, AGENCY, "泉城某技术转移有限公司")
    item = make_item(source_id="LISTED-1", title="泉水流量计")
    thing = registry.university.post("/v1/achievements", json=item).json()["id"]
    appointment = appoint(registry.university, agency, "achievement", thing)
    decide(agency, appointment, "accepted")
    broker = agency.get("/v1/brokers").json()["items"][0]["id"]
    agency.close()
    listing = {"achievement_id": thing, "title": "泉水流量计挂牌", "way": "agreement"}
    listed = registry.university.post("/v1/listings", json=listing).json()["id"]
    event = registry.officer.post("/v1/matchmaking-events", json=make_event(title="路演一场"))
    contract = registry.university.post("/v1/contracts", json=make_contract()).json()["id"]
    nomination = nominate(registry, publish(registry)["id"], thing).json()["id"]
    demand = draft(registry, title="泉水流量预警")
    headers = {"If-Match": '"1"'}
    decision = {"decision": "published"}
    registry.enterprise.post(
        f"/v1/demands/{demand['id']}/decisions", json=decision, headers=headers
    )
    called = call_for(registry, demand)
    team = bid(registry.university, called, (UNIVERSITY, "1")).json()["id"]
    let_time_pass(registry, called)
    return {
        "demands": f"/v1/demands/{demand['id']}",
        "bids": f"/v1/demands/{demand['id']}/bids/{team}",
        "matchmaking-events": f"/v1/matchmaking-events/{event.json()['id']}",
        "service-agencies": f"/v1/service-agencies/{AGENCY}",
        "brokers": f"/v1/brokers/{broker}",
        "appointments": f"/v1/appointments/{appointment['id']}",
        "listings": f"/v1/listings/{listed}",
        "contracts": f"/v1/contracts/{contract}",
        "nominations": f"/v1/nominations/{nomination}",
    }


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_found_counted_exported_and_remembered(
    registry: Registry, market: dict[str, str], name: str
) -> None:
    found = registry.auditor.get(f"/v1/{name}", params={"q": LISTS[name]}).json()
    none = registry.auditor.get(f"/v1/{name}", params={"q": "查无此词"}).json()
    export = registry.auditor.get(f"/v1/exports/{name.replace('-', '_')}.csv")
    history = registry.auditor.get(f"{market[name]}/history")

    assert len(found["items"]) >= 1, found
    assert none["items"] == []
    assert len(list(csv.reader(io.StringIO(export.text)))) > 1, export.text
    assert history.status_code == 200, history.text
    assert history.json()["items"][0]["organization_name"]


@pytest.mark.parametrize("caller", ["university", "enterprise", "officer", "exchange", "bank"])
@pytest.mark.parametrize("name", [name for name in LISTS if name != "listings"])
def test_every_count_is_that_of_its_rows(
    registry: Registry, market: dict[str, str], name: str, caller: str
) -> None:
    client = getattr(registry, caller)
    counts = client.get(f"/v1/{name}/counts").json()
    lines = [line for key, group in counts.items() if key.startswith("by_") for line in group]
    lines += [counts["overdue"]] if "overdue" in counts else []

    for line in lines:
        rows = client.get(f"{line['rows']}&limit=200").json()["items"]
        assert len(rows) == line["count"], line
    everything = client.get(f"/v1/{name}", params={"limit": 200}).json()["items"]
    assert len(everything) == counts["total"]


def test_the_history_of_an_agency_and_its_brokers_is_its_own(
    registry: Registry, market: dict[str, str]
) -> None:
    for name in ("service-agencies", "brokers"):
        assert registry.university.get(f"{market[name]}/history").status_code == 403
        assert registry.public.get(f"{market[name]}/history").status_code == 401


def test_nobody_counts_bids_that_are_sealed_from_him(registry: Registry) -> None:
    demand = draft(registry, title="密封的榜")
    headers = {"If-Match": '"1"'}
    path = f"/v1/demands/{demand['id']}/decisions"
    registry.enterprise.post(path, json={"decision": "published"}, headers=headers)
    called = call_for(registry, demand)
    bid(registry.university, called, (UNIVERSITY, "1"))
    params = {"demand_id": called["id"]}

    seen = [
        len(client.get("/v1/bids", params=params).json()["items"])
        for client in (registry.university, registry.enterprise, registry.officer)
    ]
    assert seen == [1, 0, 0]
    assert registry.public.get("/v1/bids").status_code == 401
