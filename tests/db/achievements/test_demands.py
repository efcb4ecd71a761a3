"""Demands over HTTP: drafted, published or by invitation, changed only as drafts."""

import uuid

import pytest

from kit.auth import Role
from tests.db.achievements.conftest import UNIVERSITY, Registry
from tests.serving import call_as, make_principal

INSTITUTE = "12370100495500073B"


def make_demand(**changes):
    return {
        "source_id": f"XQ-{uuid.uuid4().hex[:8]}",
        "title": "储能电池热失控早期预警技术",
        "problem": "现有电池管理系统只能在温度升高后报警，需要在热失控发生前十分钟以上给出预警。",
        "field": "new-energy",
        "keywords": ["储能电池", "热失控"],
        "indicators": [{"name": "提前量", "target": "不少于10分钟"}],
        "trl_wanted": 5,
        "budget_yuan": "1200000.00",
        "confidentiality": "public",
    } | changes


def draft(registry: Registry, **changes):
    answer = registry.enterprise.post("/v1/demands", json=make_demand(**changes))
    assert answer.status_code == 201, answer.text
    return answer.json()


def decide(client, demand, decision, *, reason=None, if_match="*"):
    body = {"decision": decision} | ({"reason": reason} if reason else {})
    return client.post(
        f"/v1/demands/{demand['id']}/decisions", json=body, headers={"If-Match": if_match}
    )


@pytest.fixture(scope="module")
def institute(registry):
    who = make_principal(Role.INSTITUTE, INSTITUTE, "济南某新材料研究所")
    with call_as(registry.address, registry.settings, who) as client:
        yield client


def test_a_draft_is_seen_by_its_owner_and_the_bureau_until_it_is_published(registry):
    demand = draft(registry)
    address = f"/v1/demands/{demand['id']}"

    assert demand["state"] == "draft"
    assert demand["allowed"] == ["published", "withdrawn"]
    assert registry.officer.get(address).status_code == 200
    assert registry.university.get(address).status_code == 404
    assert decide(registry.enterprise, demand, "published").json()["state"] == "published"
    assert registry.public.get(address).json()["title"] == demand["title"]
    assert registry.public.get(address).headers["ETag"] == '"2"'


@pytest.mark.parametrize("revised", [False, True])
@pytest.mark.parametrize(
    "chosen",
    [{"confidentiality": "members"}, {"confidentiality": "invited", "invited": [INSTITUTE]}],
)
def test_what_is_withdrawn_as_a_draft_is_never_shown(registry, institute, revised, chosen):
    demand = draft(registry, **chosen)
    if revised:
        decide(registry.enterprise, demand, "published")
        seen = institute.get(f"/v1/demands/{demand['id']}").status_code
        decide(registry.enterprise, demand, "revised", reason="补充指标")
        assert seen == 200
    gone = decide(registry.enterprise, demand, "withdrawn", reason="不再需要")

    assert gone.json()["state"] == "withdrawn"
    for client in (registry.public, registry.university, institute):
        assert client.get(f"/v1/demands/{demand['id']}").status_code == 404
    assert registry.enterprise.get(f"/v1/demands/{demand['id']}").status_code == 200


def test_by_invitation_only_the_invited_see_it_and_learn_nothing_of_each_other(registry, institute):
    demand = draft(registry, confidentiality="invited", invited=[UNIVERSITY], title="某保密工艺")
    decide(registry.enterprise, demand, "published")
    address = f"/v1/demands/{demand['id']}"

    assert registry.university.get(address).json()["invited"] == []
    assert registry.enterprise.get(address).json()["invited"] == [UNIVERSITY]
    assert institute.get(address).status_code == 404
    assert registry.public.get(address).status_code == 404
    found = institute.get("/v1/demands", params={"q": "保密工艺"}).json()["items"]
    assert demand["id"] not in [item["id"] for item in found]
    exported = institute.get("/v1/exports/demands.ndjson").text
    assert demand["id"] not in exported
    told = registry.university.get("/v1/notices").json()
    assert told["unread"] >= 1
    assert told["items"][0]["link"] == address
    read = registry.university.post(f"/v1/notices/{told['items'][0]['id']}/readings").json()
    assert read["read_at"] is not None
    assert registry.enterprise.post(f"/v1/notices/{read['id']}/readings").status_code == 404


def test_a_demand_changes_as_a_draft_only(registry):
    demand = draft(registry)
    address = f"/v1/demands/{demand['id']}"
    more = {"budget_yuan": "1500000.00"}

    assert registry.enterprise.patch(address, json=more).status_code == 428
    changed = registry.enterprise.patch(address, json=more, headers={"If-Match": '"1"'})
    assert changed.json()["budget_yuan"] == "1500000.00"
    stale = registry.enterprise.patch(address, json=more, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    decide(registry.enterprise, demand, "published")
    refused = registry.enterprise.patch(
        address, json={"title": "另一项"}, headers={"If-Match": "*"}
    )
    assert refused.status_code == 409
    assert refused.json()["code"] == "demand_not_draft"
    assert "revised" in refused.json()["allowed"]
    assert decide(registry.enterprise, demand, "revised").json()["state"] == "draft"
    again = registry.enterprise.patch(address, json={"title": "另一项"}, headers={"If-Match": "*"})
    assert again.json()["title"] == "另一项"
    acts = [line["act"] for line in registry.enterprise.get(f"{address}/history").json()["items"]]
    assert acts == ["created", "updated", "published", "revised", "updated"]
    assert registry.university.get(f"{address}/history").status_code == 404


def test_an_upsert_and_a_batch_leave_published_demands_alone(registry):
    demand = draft(registry)
    decide(registry.enterprise, demand, "published")
    body = make_demand(source_id=demand["source_id"])
    other = body | {"title": "改了题目"}
    new = make_demand()
    path = f"/v1/demands/by-source/{demand['source_id']}"

    assert registry.enterprise.put(path, json=body).json()["result"] == "unchanged"
    assert registry.enterprise.put(path, json=other).status_code == 409
    items = registry.enterprise.post("/v1/demands/batches", json={"items": [other, new, {}]})
    assert items.status_code == 207
    assert [item["result"] for item in items.json()["items"]] == ["failed", "created", "failed"]
    assert items.json()["items"][0]["problem"]["errors"][0]["code"] == "demand_not_draft"
    assert registry.enterprise.get(f"/v1/demands/{demand['id']}").json()["title"] == demand["title"]


def test_steps_that_are_not_open_are_refused_with_those_that_are(registry):
    demand = draft(registry)

    refused = decide(registry.enterprise, demand, "accepted")
    assert refused.status_code == 403
    refused = decide(registry.enterprise, demand, "closed", reason="已解决")
    assert (refused.status_code, refused.json()["allowed"]) == (409, ["published", "withdrawn"])
    assert decide(registry.university, demand, "published").status_code == 403
    assert decide(registry.enterprise, demand, "withdrawn").status_code == 422
    assert decide(registry.enterprise, demand, "withdrawn", reason="重复").status_code == 200
    assert decide(registry.enterprise, demand, "published").json()["allowed"] == []


def test_every_count_drills_to_its_rows(registry):
    draft(registry, field="aerospace")
    counts = registry.enterprise.get("/v1/demands/counts").json()

    assert counts["total"] == sum(one["count"] for one in counts["by_state"])
    for one in counts["by_state"] + counts["by_field"]:
        rows = registry.enterprise.get(f"{one['rows']}&limit=200").json()["items"]
        assert len(rows) == one["count"]


def test_demands_are_searched_and_exported(registry):
    demand = draft(registry, title="海水淡化反渗透膜污染在线监测")
    found = registry.enterprise.get("/v1/demands", params={"q": "反渗透膜"}).json()["items"]

    assert found[0]["id"] == demand["id"]
    sheet = registry.enterprise.get("/v1/exports/demands.csv").text
    assert "海水淡化反渗透膜污染在线监测" in sheet
    assert "不少于10分钟" in sheet
