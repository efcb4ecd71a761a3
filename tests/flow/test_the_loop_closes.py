"""The loop closes by itself, whoever is down meanwhile.

A contract registered in 易 becomes an entitlement in subsidies and a fact in credit, and statistics
count it; a service that is down hears of it when it is back, and nothing is typed twice.
"""

import pytest
from sqlalchemy import create_engine, text

from kit.settings import database_url_of

ENTERPRISE = "91370102MA3D000125"
UNIVERSITY = {"uscc": "123700004955000143", "name": "山东某大学", "kind": "university"}
STAGES = (("credit", "demo-officer"), ("evaluation", "demo-broker"))


@pytest.fixture(scope="module")
def consent(platform):
    """The bank may see, so that 信 can be fixed and decisions be taken."""
    bank, enterprise = platform.call("demo-bank"), platform.call("demo-broker")
    enterprise = platform.call("demo-enterprise")
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


def open_case(platform, title):
    case = platform.call("demo-enterprise").post(
        "/v1/cases",
        json={
            "uscc": ENTERPRISE,
            "title": title,
            "amount_yuan": "500000.00",
            "plan": {"stages": ["credit", "evaluation", ["loan"], "trade"]},
        },
    )
    assert case.status_code == 201, case.text
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


@pytest.mark.parametrize("away", ["subsidies", "credit", "worker"])
def test_a_service_that_was_down_hears_of_the_contract(platform, consent, eventually, away):
    case = open_case(platform, f"环路：{away} 停机")
    for stage, who in (*STAGES, ("loan", "demo-bank")):
        decide(platform, case, stage, who)
    contract = {"type": "license", "amount_yuan": "500000.00", "seller": UNIVERSITY}
    if away == "credit":
        # 易 itself asks credit whether consent still stands, so credit goes right after it.
        ended = decide(platform, case, "trade", "demo-exchange", result={"contract": contract})
        platform.stop(away)
    else:
        platform.stop(away)
        ended = decide(platform, case, "trade", "demo-exchange", result={"contract": contract})
    platform.start(away)
    contract_id = ended["record"]["contract_id"]

    enterprise = platform.call("demo-enterprise")
    entitlements = eventually(
        lambda: enterprise.get("/v1/entitlements", params={"uscc": ENTERPRISE, "limit": 200}).text,
        lambda said: contract_id in said,
        60,
    )
    facts = eventually(lambda: list_facts(platform, contract_id), lambda found: len(found) == 2, 60)
    counted = platform.call("demo-officer").get("/v1/case-figures/funnel").json()["items"]

    assert ended["state"] == "transformed"
    assert contract_id in entitlements
    assert {uscc for uscc, _ in facts} == {ENTERPRISE, UNIVERSITY["uscc"]}
    assert len({source_id for _, source_id in facts}) == 2, "a fact was recorded twice"
    assert next(one["cases"] for one in counted if one["key"] == "transformed") >= 1


def test_while_achievements_is_away_the_trade_waits_and_then_succeeds(platform, consent):
    case = open_case(platform, "环路：achievements 停机")
    for stage, who in (*STAGES, ("loan", "demo-bank")):
        decide(platform, case, stage, who)
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
