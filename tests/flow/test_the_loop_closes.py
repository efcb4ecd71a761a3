"""The loop closes by itself, whoever is down meanwhile.

A contract registered in 易 becomes an entitlement in subsidies and a fact of both sides in credit;
the profile moves and a bank with a monitor is told; statistics count it. A service that is down, or
was killed, hears of it when it is back; each effect is there once, and nothing is typed twice.
"""

import json
import signal

import pytest
from sqlalchemy import create_engine, text
from standardwebhooks.webhooks import Webhook
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from kit.settings import database_url_of
from tests.serving import serve

ENTERPRISE = "91370102MA3D000125"
UNIVERSITY = {"uscc": "123700004955000143", "name": "山东某大学", "kind": "university"}
STAGES = (("credit", "demo-officer"), ("evaluation", "demo-broker"), ("loan", "demo-bank"))


@pytest.fixture(scope="module")
def consent(platform):
    """The bank may see, so that 信 can be fixed and decisions be taken."""
    bank, enterprise = platform.call("demo-bank"), platform.call("demo-enterprise")
    asked = bank.post(
        "/v1/consents",
        json={
            "uscc": ENTERPRISE,
            "purpose": "financing_case",
            "scope": "summary",
            "valid_until": "2030-01-01T00:00:00+08:00",
            "max_reads": 100,
        },
    )
    path = f"/v1/consents/{asked.json()['id']}/decisions"
    granted = enterprise.post(path, json={"decision": "granted"}, headers={"If-Match": "*"})
    assert granted.status_code == 200, granted.text
    return asked.json()["id"]


class Bank:
    """The endpoint of a bank that watches an enterprise; it verifies what it is told."""

    def __init__(self):
        self.secret, self.told = None, []

    async def hear(self, request):
        body = await request.body()
        Webhook(self.secret).verify(body, dict(request.headers))
        self.told.append(json.loads(body))
        return Response(status_code=204)


@pytest.fixture(scope="module")
def watching_bank(platform, consent):
    bank = Bank()
    with serve(Starlette(routes=[Route("/hook", bank.hear, methods=["POST"])])) as address:
        body = {"consent_id": consent, "url": f"{address}/hook"}
        monitor = platform.call("demo-bank").post("/v1/monitors", json=body)
        assert monitor.status_code == 201, monitor.text
        bank.secret = monitor.json()["secret"]
        yield bank


def open_case(platform, name):
    """A case about an achievement of the university that nobody has transferred yet."""
    registered = platform.call("demo-university").post(
        "/v1/achievements",
        json={
            "source_id": f"loop-{name}",
            "title": f"环路成果 {name}",
            "organizations": [{"uscc": UNIVERSITY["uscc"], "name": UNIVERSITY["name"]}],
            "transfer_ways": ["license"],
            "visibility": "public",
        },
    )
    assert registered.status_code == 201, registered.text
    case = platform.call("demo-enterprise").post(
        "/v1/cases",
        json={
            "uscc": ENTERPRISE,
            "achievement_id": registered.json()["id"],
            "title": f"环路 {name}",
            "amount_yuan": "500000.00",
            "plan": {"stages": ["credit", "evaluation", ["loan"], "trade"]},
        },
    )
    assert case.status_code == 201, case.text
    for stage, who in STAGES:
        decide(platform, case.json(), stage, who)
    return case.json()


def decide(platform, case, stage, who, **body):
    tracks = {one["stage"]: one["tracks"][0]["id"] for one in case["stages"]}
    answer = platform.call(who).post(
        f"/v1/cases/{case['id']}/tracks/{tracks[stage]}/decisions",
        json={"outcome": "approved", **body},
        headers={"If-Match": "*"},
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def list_facts(platform, contract_id):
    """The facts that credit keeps about a contract: one for each side of it."""
    engine = create_engine(database_url_of(platform.database_url, "credit"))
    with engine.connect() as connection:
        query = text("SELECT uscc, source_id FROM facts WHERE source_id LIKE :name")
        found = connection.execute(query, {"name": f"%{contract_id}%"}).all()
    engine.dispose()
    return [tuple(row) for row in found]


def list_entitlements(platform, contract_id):
    asked = platform.call("demo-enterprise").get(
        "/v1/entitlements", params={"uscc": ENTERPRISE, "limit": 200}
    )
    return [one for one in asked.json()["items"] if one["subject"] == contract_id]


@pytest.mark.parametrize(
    ("away", "number"),
    [
        ("subsidies", signal.SIGKILL),
        ("credit", signal.SIGTERM),
        ("worker", signal.SIGKILL),
    ],
)
def test_a_service_that_was_down_hears_of_the_contract(
    platform, watching_bank, eventually, away, number
):
    case = open_case(platform, away)
    contract = {"type": "license", "amount_yuan": "500000.00", "seller": UNIVERSITY}
    told_before = len(watching_bank.told)
    # 易 itself asks credit whether consent still stands, so credit goes right after it.
    if away != "credit":
        platform.stop(away, number)
    ended = decide(platform, case, "trade", "demo-exchange", result={"contract": contract})
    if away == "credit":
        platform.stop(away, number)
    if away == "subsidies":
        refused = platform.call().post("/v1/subsidies/calculations", json={"on": "2024-06-30"})
        assert (refused.status_code, refused.json()["code"]) == (503, "service_unavailable")
    platform.start(away)
    contract_id = ended["record"]["contract_id"]

    entitled = eventually(lambda: list_entitlements(platform, contract_id), bool, 60)
    facts = eventually(lambda: list_facts(platform, contract_id), lambda found: len(found) == 2, 60)
    told = eventually(lambda: watching_bank.told[told_before:], bool, 60)

    officer = platform.call("demo-officer")
    converted = officer.get("/v1/analytics/conversions", params={"limit": 200}).json()["items"]
    counted = officer.get("/v1/case-figures/funnel").json()["items"]
    assert ended["state"] == "transformed"
    assert [(one["rule"], one["outcome"]) for one in entitled] == [("contract_match", "pending")]
    assert {uscc for uscc, _ in facts} == {ENTERPRISE, UNIVERSITY["uscc"]}
    assert len({source_id for _, source_id in facts}) == 2, "a fact was recorded twice"
    assert {one["data"]["uscc"] for one in told} == {ENTERPRISE}
    assert [one["id"] for one in converted].count(case["achievement_id"]) == 1
    assert next(one["cases"] for one in counted if one["key"] == "transformed") >= 1


def test_while_achievements_is_away_the_trade_waits_and_then_succeeds(platform, consent):
    case = open_case(platform, "achievements")
    track = next(one["tracks"][0]["id"] for one in case["stages"] if one["stage"] == "trade")
    path = f"/v1/cases/{case['id']}/tracks/{track}/decisions"
    contract = {"type": "license", "amount_yuan": "300000.00", "seller": UNIVERSITY}
    body = {"outcome": "approved", "result": {"contract": contract}}
    exchange = platform.call("demo-exchange")

    platform.stop("achievements")
    refused = exchange.post(path, json=body, headers={"If-Match": "*"})
    platform.start("achievements")
    done = exchange.post(path, json=body, headers={"If-Match": "*"})

    assert (refused.status_code, refused.json()["code"]) == (503, "service_unavailable")
    assert done.json()["state"] == "transformed"
