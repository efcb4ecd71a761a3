"""Matching over HTTP: both ways, with reasons; what is hidden stays hidden; people are told."""

import uuid

import pytest

from kit.auth import Role
from kit.directory import Directory
from kit.jobs import Work
from services.achievements.usecases.match_feedback import learn_from_feedback
from services.achievements.usecases.match_news import match_arrivals, match_published
from tests.db.achievements.conftest import make_item
from tests.db.achievements.test_demands import decide, draft
from tests.serving import call_as, make_principal


@pytest.fixture(scope="module")
def work(registry):
    return Work(registry.database, Directory(registry.settings), registry.settings)


def register(client, **changes):
    item = make_item(
        **{
            "source_id": f"M-{uuid.uuid4().hex[:8]}",
            "title": "储能电池热失控早期预警方法",
            "abstract": "由气体与声学信号在热失控之前十五分钟预警。",
            "keywords": ["储能电池", "热失控"],
            "field": "new-energy",
            "intellectual_property": [],
        }
        | changes
    )
    answer = client.post("/v1/achievements", json=item)
    assert answer.status_code == 201, answer.text
    return answer.json()


def matches_of(client, demand, **query):
    answer = client.get(f"/v1/demands/{demand['id']}/matches", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def told(client, code, demand):
    items = client.get("/v1/notices", params={"code": code, "limit": 200}).json()["items"]
    return [item for item in items if demand["id"] in item["link"]]


@pytest.fixture(scope="module")
def good(registry):
    return register(registry.university)


@pytest.fixture(scope="module")
def demand(registry, good):
    row = draft(registry)
    return decide(registry.enterprise, row, "published").json()


def test_a_demand_finds_things_of_every_kind_with_reasons(registry, demand, good):
    person = {
        "source_id": "P-M1", "name": "李四", "fields": ["储能电池", "热失控预警"],
    }  # fmt: skip
    device = {"source_id": "I-M1", "name": "电池热失控试验舱", "is_shared": True}
    base = {"source_id": "B-M1", "kind": "pilot_scale_base", "name": "储能电池中试基地"}
    assert registry.university.post("/v1/researchers", json=person).status_code == 201
    assert registry.university.post("/v1/instruments", json=device).status_code == 201
    assert registry.university.post("/v1/platforms", json=base).status_code == 201

    agency = make_principal(Role.BROKER, "91370102MA3D00063D", "某技术转移公司", "service_agency")
    with call_as(registry.address, registry.settings, agency) as broker:
        broker.post("/v1/service-agencies", json={"fields": ["new-energy"]})
        enrolled = broker.post("/v1/brokers", json={"name": "赵某", "fields": ["new-energy"]})
        assert enrolled.status_code == 201, enrolled.text

    page = matches_of(registry.enterprise, demand)

    assert page["items"][0]["thing_id"] == good["id"]
    assert set(page["counts"]) == {
        "achievements", "researchers", "instruments", "platforms", "brokers",
    }  # fmt: skip
    assert page["total"] == sum(page["counts"].values())
    for item in page["items"]:
        assert len(item["reasons"]) >= 2
        assert all(reason["text"] for reason in item["reasons"])
    codes = {one["code"]: one for one in page["items"][0]["reasons"]}
    assert codes["shared_terms"]["holds"]
    assert "热失控" in codes["shared_terms"]["text"]
    assert codes["readiness"]["text"] == "技术就绪度 6 级，达到所需的 5 级"
    english = registry.enterprise.get(
        f"/v1/demands/{demand['id']}/matches",
        params={"kind": "achievements"},
        headers={"Accept-Language": "en"},
    ).json()["items"][0]["reasons"]
    assert "readiness 6, at least the 5 wanted" in [one["text"] for one in english]


def test_matches_come_in_pages_that_meet(registry, demand):
    whole = matches_of(registry.enterprise, demand, limit=200)
    first = matches_of(registry.enterprise, demand, limit=2)
    second = matches_of(registry.enterprise, demand, limit=2, cursor=first["next_cursor"])

    assert [*first["items"], *second["items"]] == whole["items"][:4]
    wrong = registry.enterprise.get(
        f"/v1/demands/{demand['id']}/matches", params={"cursor": "W251bGxd"}
    )
    assert wrong.status_code == 422


def test_an_achievement_finds_the_demands_it_answers(registry, demand, good):
    page = registry.university.get(f"/v1/achievements/{good['id']}/matches").json()

    assert demand["id"] in [item["thing_id"] for item in page["items"]]
    assert all(len(item["reasons"]) >= 2 for item in page["items"])


def test_a_private_achievement_is_matched_for_its_owner_alone(registry, demand):
    mine = register(registry.enterprise, visibility="private")
    theirs = register(registry.university, visibility="private")
    found = [one["thing_id"] for one in matches_of(registry.enterprise, demand)["items"]]

    assert mine["id"] in found
    assert theirs["id"] not in found
    assert theirs["id"] in [
        one["thing_id"] for one in matches_of(registry.university, demand)["items"]
    ]


def test_a_hidden_abstract_gives_no_reason_to_others(registry):
    hidden = register(
        registry.university,
        title="某装置",
        keywords=[],
        abstract="飞秒激光微纳加工",
        hidden_fields=["abstract"],
    )
    row = draft(registry, title="飞秒激光微纳加工", keywords=[], problem="飞秒激光")
    decide(registry.enterprise, row, "published")

    found = matches_of(registry.enterprise, row)["items"]
    assert hidden["id"] not in [one["thing_id"] for one in found]


def test_a_demand_by_invitation_reveals_nothing_to_others(registry, good, work):
    row = draft(registry, confidentiality="invited", invited=["12370100495500073B"])
    decide(registry.enterprise, row, "published")
    match_published(work, demand_id=row["id"])

    found = registry.university.get(f"/v1/achievements/{good['id']}/matches").json()["items"]
    assert row["id"] not in [one["thing_id"] for one in found]
    assert registry.university.get(f"/v1/demands/{row['id']}/matches").status_code == 404
    assert told(registry.university, "demand_found", row) == []
    assert len(told(registry.enterprise, "match_found", row)) == 1


def test_both_sides_are_told_once_when_a_demand_is_published(registry, demand, work):
    match_published(work, demand_id=demand["id"])
    asked = told(registry.enterprise, "match_found", demand)
    offered = told(registry.university, "demand_found", demand)
    match_published(work, demand_id=demand["id"])

    assert len(asked) == len(offered) == 1
    assert told(registry.enterprise, "match_found", demand) == asked
    assert told(registry.university, "demand_found", demand) == offered


def test_what_arrives_is_matched_with_open_demands_and_both_are_told(registry, demand, work):
    match_published(work, demand_id=demand["id"])
    before = len(told(registry.enterprise, "match_found", demand))
    new = register(registry.university, title="储能电池热失控多参量早期预警装置")
    with registry.database.read() as session:
        document = (
            session.connection()
            .exec_driver_sql("SELECT document FROM achievements WHERE id = %s", (new["id"],))
            .scalar_one()
        )
        waiting = (
            session.connection()
            .exec_driver_sql(
                "SELECT count(*) FROM jobs.procrastinate_jobs"
                " WHERE task_name = 'matching.match-arrivals' AND args->>'first' = %s",
                (str(document),),
            )
            .scalar_one()
        )
    match_arrivals(work, kind="achievements", first=document, last=document)

    assert waiting == 1
    news = told(registry.enterprise, "match_found", demand)
    assert len(news) == before + 1
    assert "多参量早期预警装置" in news[0]["text"]


def test_feedback_is_kept_once_per_organisation_and_moves_the_weights(registry, demand, good, work):
    path = f"/v1/demands/{demand['id']}/matches/feedback"
    body = {"kind": "achievements", "thing_id": good["id"], "verdict": "not_useful"}

    assert registry.enterprise.post(path, json=body).status_code == 200
    kept = registry.enterprise.post(path, json=body | {"verdict": "contracted"}).json()
    assert kept["verdict"] == "contracted"
    assert "readiness" in kept["reasons"]
    assert len(registry.enterprise.get(path).json()["items"]) == 1
    assert registry.exchange.post(path, json=body).status_code == 403
    other = body | {"thing_id": "nowhere"}
    assert registry.enterprise.post(path, json=other).status_code == 422

    before = registry.enterprise.get("/v1/match-weights").json()
    learn_from_feedback(work)
    learn_from_feedback(work)
    after = registry.enterprise.get("/v1/match-weights").json()
    assert before["items"] == []
    assert len(after["items"]) == 1
    assert after["items"][0]["evidence"]["readiness"] == {"useful": 1, "not_useful": 0}
    assert after["in_force"] != after["base"]
    shown = matches_of(registry.enterprise, demand, kind="achievements")["items"]
    assert "contracted" in [item["verdict"] for item in shown]
    weights = {one["code"]: one["weight"] for one in shown[0]["reasons"]}
    assert weights["readiness"] == after["in_force"]["readiness"]
