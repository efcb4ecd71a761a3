"""Open bidding over HTTP: a call, sealed bids, experts without ties, two persons, payments."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from kit import clock
from kit.auth import Role
from tests.db.achievements.conftest import BUREAU, UNIVERSITY, make_item
from tests.db.achievements.test_demands import INSTITUTE, decide, draft
from tests.serving import call_as, make_principal

LABORATORY = "123700004955000811"
CRITERIA = [
    {"code": "technology", "name": "技术先进性", "weight": "0.6"},
    {"code": "cost", "name": "费用", "weight": "0.4"},
]
ANY = {"If-Match": "*"}


@pytest.fixture(scope="module")
def institute(registry):
    who = make_principal(Role.INSTITUTE, INSTITUTE, "济南某新材料研究所")
    with call_as(registry.address, registry.settings, who) as client:
        yield client


@pytest.fixture(scope="module")
def second_officer(registry):
    who = replace(
        make_principal(Role.OFFICER, BUREAU, "历下区科学技术局", "government"),
        client_id="second-officer",
    )
    with call_as(registry.address, registry.settings, who) as client:
        yield client


def make_bid(*parties, **changes):
    names = {UNIVERSITY: "山东某大学", INSTITUTE: "济南某新材料研究所"}
    return {
        "title": "多参量预警系统",
        "proposal": "融合产气、声学与电压特征。",
        "parties": [{"uscc": u, "name": names[u], "share": s} for u, s in parties],
        "members": [{"name": "张三", "uscc": parties[0][0]}],
        "amount_yuan": "1000000.01",
        "term_months": 12,
    } | changes


def call_for(registry, demand, *, days=10):
    body = {
        "bids_until": (clock.now() + timedelta(days=days)).isoformat(),
        "criteria": CRITERIA,
        "reviews_required": 1,
    }
    path = f"/v1/demands/{demand['id']}/calls"
    answer = registry.enterprise.post(path, json=body, headers=ANY)
    assert answer.status_code == 200, answer.text
    return answer.json()


def let_time_pass(registry, demand):
    """The deadline is a second ago; the server's clock is nobody's to move."""
    with registry.database.write() as session:
        past = {"past": clock.now() - timedelta(seconds=1), "id": demand["id"]}
        session.execute(text("UPDATE demands SET bids_until = :past WHERE id = :id"), past)


@pytest.fixture
def called(registry):
    demand = draft(registry)
    decide(registry.enterprise, demand, "published")
    return call_for(registry, demand)


def bid(client, demand, *parties, **changes):
    path = f"/v1/demands/{demand['id']}/bids"
    return client.post(path, json=make_bid(*parties, **changes))


def test_a_bid_is_sealed_until_the_deadline_and_a_team_bids_once(registry, institute, called):
    first = bid(registry.university, called, (UNIVERSITY, "0.6"), (INSTITUTE, "0.4"))
    path = f"/v1/demands/{called['id']}/bids"

    assert first.status_code == 201, first.text
    assert bid(registry.university, called, (UNIVERSITY, "1")).json()["code"] == "team_has_bid"
    again = bid(institute, called, (INSTITUTE, "0.5"), (UNIVERSITY, "0.5"))
    assert again.json()["code"] == "team_has_bid"
    crooked = bid(institute, called, (INSTITUTE, "0.9"))
    assert crooked.json()["errors"][0]["code"] == "shares_not_whole"
    for client in (registry.officer, registry.enterprise, registry.auditor):
        seen = client.get(path).json()
        assert (seen["sealed"], seen["count"], seen["items"]) == (True, 1, [])
        assert client.get(f"{path}/{first.json()['id']}").status_code == 404
    assert institute.get(path).json()["items"][0]["id"] == first.json()["id"]
    early = decide(registry.officer, called, "bidding_ended")
    assert early.json()["code"] == "bidding_still_open"
    taken = registry.university.post(f"{path}/{first.json()['id']}/withdrawals", headers=ANY)
    assert taken.json()["state"] == "withdrawn"
    assert bid(registry.university, called, (UNIVERSITY, "1")).status_code == 201

    assert "多参量预警系统" not in registry.officer.get("/v1/exports/bids.csv").text
    assert "多参量预警系统" in registry.university.get("/v1/exports/bids.csv").text
    let_time_pass(registry, called)
    assert "多参量预警系统" in registry.officer.get("/v1/exports/bids.csv").text
    assert "多参量预警系统" not in registry.bank.get("/v1/exports/bids.csv").text
    late = bid(institute, called, (INSTITUTE, "1"))
    assert late.json()["code"] == "bidding_over"
    opened = registry.officer.get(path).json()
    assert (opened["sealed"], len(opened["items"])) == (False, 1)
    assert registry.bank.get(path).json()["items"] == []


def test_of_many_equal_bids_at_once_one_stands(registry, called):
    def once(_):
        return bid(registry.university, called, (UNIVERSITY, "1")).status_code

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(once, range(8)))
    assert sorted(codes) == [201] + [409] * 7


def test_a_call_that_nobody_answers_well_fails_for_good_with_its_reason(
    registry, institute, called
):
    let_time_pass(registry, called)
    decide(registry.officer, called, "bidding_ended")

    silent = decide(registry.officer, called, "failed")
    foreign = decide(registry.university, called, "failed", reason="无人揭榜")
    failed = decide(registry.officer, called, "failed", reason="无人揭榜")
    again = decide(registry.enterprise, called, "published")

    assert (silent.status_code, foreign.status_code) == (422, 403)
    assert failed.json()["state"] == "failed"
    assert (again.status_code, again.json()["code"]) == (409, "demand_step_not_open")
    assert bid(institute, called, (INSTITUTE, "1")).status_code == 409
    story = registry.auditor.get(f"/v1/demands/{called['id']}/history").json()["items"]
    assert (story[-1]["act"], story[-1]["reason"]) == ("failed", "无人揭榜")


def test_from_the_call_to_acceptance(registry, institute, second_officer, called):
    """The whole story of one demand."""
    path = f"/v1/demands/{called['id']}"
    won = bid(registry.university, called, (UNIVERSITY, "0.6667"), (INSTITUTE, "0.3333")).json()
    gone = bid(institute, called, (INSTITUTE, "1")).json()
    taken_back = institute.post(f"{path}/bids/{gone['id']}/withdrawals", headers=ANY)
    assert taken_back.status_code == 200
    lost = bid(institute, called, (INSTITUTE, "1")).json()
    registry.university.post(
        "/v1/achievements",
        json=make_item(
            source_id="CO-1",
            title="合作成果",
            visibility="private",
            contributors=[{"name": "张三"}, {"name": "周七"}],
            intellectual_property=[],
        ),
    )
    experts = {}
    for name, uscc in (("王五", LABORATORY), ("周七", LABORATORY), ("吴八", INSTITUTE)):
        body = {"name": name, "uscc": uscc, "organization_name": "某单位", "interests": []}
        experts[name] = registry.officer.post(f"{path}/experts", json=body).json()["id"]
    assert registry.enterprise.get(f"{path}/experts").status_code == 403

    def review(client, bid_id, name, cost="70"):
        scores = {"technology": "90", "cost": cost}
        body = {"expert_id": experts[name], "scores": scores}
        return client.post(f"{path}/bids/{bid_id}/reviews", json=body)

    assert review(registry.officer, won["id"], "王五").json()["code"] == "review_not_open"
    proposal = {"bid_id": won["id"], "amount_yuan": "1000000.01", "reason": "评分第一"}
    let_time_pass(registry, called)
    assert decide(registry.officer, called, "bidding_ended").json()["state"] == "review"
    conflicted = registry.auditor.get(f"{path}/experts").json()["items"]
    ties = {one["name"]: {tie["code"] for tie in one["conflicts"]} for one in conflicted}
    assert ties == {"王五": set(), "周七": {"co_author"}, "吴八": {"own_organization"}}
    for name, bid_id in (("周七", won["id"]), ("吴八", lost["id"])):
        refused = review(registry.officer, bid_id, name)
        assert (refused.status_code, refused.json()["code"]) == (403, "conflict_of_interest")
    assert review(registry.officer, won["id"], "王五").json()["total"] == "82.00"
    early = registry.officer.post(f"{path}/awards", json=proposal)
    assert early.json()["code"] == "reviews_missing"
    assert review(registry.officer, lost["id"], "王五", "10").json()["total"] == "58.00"
    ranked = registry.enterprise.get(f"{path}/bids").json()["items"]
    assert [one["id"] for one in ranked] == [won["id"], lost["id"]]
    shown = registry.enterprise.get(f"{path}/bids/{won['id']}/reviews").json()
    assert (shown["mean_score"], shown["items"][0]["expert_id"]) == ("82.00", None)

    above = registry.officer.post(f"{path}/awards", json=proposal | {"amount_yuan": "1000000.02"})
    assert above.status_code == 422
    nobody = registry.officer.post(f"{path}/awards", json=proposal | {"bid_id": gone["id"]})
    assert nobody.json()["code"] == "bid_step_not_open"
    award = registry.officer.post(f"{path}/awards", json=proposal).json()
    decision = f"{path}/awards/{award['id']}/decisions"
    yes = {"decision": "confirmed", "reason": "同意"}
    same = registry.officer.post(decision, json=yes, headers=ANY)
    assert (same.status_code, same.json()["code"]) == (403, "same_person")
    assert second_officer.post(decision, json=yes).status_code == 428
    assert second_officer.post(decision, json=yes, headers=ANY).json()["state"] == "confirmed"
    states = {b["id"]: b["state"] for b in registry.officer.get(f"{path}/bids").json()["items"]}
    assert states == {won["id"]: "awarded", lost["id"]: "not_awarded"}
    news = registry.university.get("/v1/notices", params={"code": "bid_awarded"}).json()
    assert news["items"][0]["link"].endswith(won["id"])

    _work_it_off(registry, second_officer, called)

    acts = [one["act"] for one in registry.auditor.get(f"{path}/history").json()["items"]]
    assert [act for act in acts if not act.startswith("milestone_")] == [
        "created", "published", "call_published", "expert_appointed", "expert_appointed",
        "expert_appointed", "bidding_ended", "award_proposed", "awarded", "started", "accepted",
    ]  # fmt: skip


def _work_it_off(registry, officer, demand):
    path = f"/v1/demands/{demand['id']}/milestones"
    days = [(clock.today() + timedelta(days=n)).isoformat() for n in (30, 60)]
    plan = {
        "items": [
            {"title": "样机", "due_on": days[0], "payment_yuan": "333333.34"},
            {"title": "示范", "due_on": days[1], "payment_yuan": "666666.67"},
        ]
    }
    short = {"items": plan["items"][:1]}
    wrong = registry.enterprise.put(path, json=short, headers=ANY)
    assert wrong.json()["errors"][0]["code"] == "payments_not_award"
    made = registry.enterprise.put(path, json=plan, headers=ANY).json()
    assert made["award_yuan"] == "1000000.01"
    split = made["items"][0]["split"]
    assert [one["amount_yuan"] for one in split] == ["222233.34", "111100.00"]

    def step(client, number, decision, **more):
        return client.post(
            f"{path}/{number}/decisions", json={"decision": decision, **more}, headers=ANY
        )

    assert step(registry.enterprise, 1, "delivered").status_code == 403
    assert step(registry.university, 1, "delivered", note="样机报告").status_code == 200
    assert step(registry.university, 1, "passed").status_code == 403
    assert step(registry.enterprise, 1, "paid", payment_reference="X").json()["allowed"] == [
        "returned", "passed",
    ]  # fmt: skip
    assert step(registry.enterprise, 1, "returned", note="补数据").json()["state"] == "planned"
    assert step(registry.university, 1, "delivered").status_code == 200
    assert step(registry.enterprise, 1, "passed").status_code == 200
    assert step(registry.enterprise, 1, "paid").status_code == 422
    assert step(registry.enterprise, 1, "paid", payment_reference="B-1").status_code == 200
    assert decide(officer, demand, "accepted").json()["code"] == "milestones_open"
    step(registry.university, 2, "delivered")
    step(registry.enterprise, 2, "passed")
    assert decide(registry.enterprise, demand, "accepted").status_code == 403
    assert decide(officer, demand, "accepted").json()["state"] == "accepted"
    assert registry.university.get(path).json()["paid_yuan"] == "333333.34"
    assert registry.bank.get(path).status_code == 403
