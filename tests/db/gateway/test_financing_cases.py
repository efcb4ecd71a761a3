"""A financing case through the gateway, on a real database."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from gateway.rules.folding import replay_events
from gateway.rules.ledger import find_first_broken
from gateway.store.cases import find_case, list_cases, list_events
from kit.db import Database

from .conftest import ENTERPRISE, HOLDERS

STAGES = ("credit", "evaluation", "insurance", "loan")


@pytest.fixture
def database(gateway):
    database = Database(gateway.settings.database_of("gateway"), pool_size=2)
    yield database
    database.close()


def test_a_case_walks_from_credit_to_trade_and_ends_transformed(gateway, open_case, database):
    case = open_case()

    for stage in STAGES:
        answer = case.decide(stage, result={"note": stage, "rate": 0.035})
        assert answer.status_code == 200, answer.text
    ended = case.decide("trade", result={"contract": {"amount_yuan": "450000.00"}})

    assert ended.json()["state"] == "transformed"
    assert ended.json()["next"] == []
    assert ended.json()["record"]["kind"] == "technology_contract"
    (terms,) = gateway.neighbours.contracts.values()
    assert terms["type"] == "license"
    assert terms["total_yuan"] == "450000.00"
    assert terms["seller"] == {
        "uscc": "123700004955000143",
        "name": "山东某大学",
        "kind": "university",
    }
    assert (terms["buyer"]["uscc"], terms["buyer"]["kind"]) == (ENTERPRISE, "enterprise")
    case_id = case.opened["id"]
    with database.read() as session:
        assert replay_events(list_events(session, case_id)) == find_case(session, case_id)
        told = session.execute(
            text("SELECT type, data->>'state' FROM events WHERE data->>'case_id' = :id"),
            {"id": case_id},
        ).all()
    assert [tuple(row) for row in told] == [
        ("gateway.case-opened", "open"),
        ("gateway.case-closed", "transformed"),
    ]


def test_an_opened_case_says_who_is_next(open_case):
    case = open_case().opened

    assert case["number"].startswith("LX-")
    assert [stage["stage"] for stage in case["stages"]] == [*STAGES, "trade"]
    assert [stage["zh"] for stage in case["stages"]] == list("信评保贷易")
    (act,) = case["next"]
    assert (act["stage"], act["act"], act["by"]["role"]) == ("credit", "decide", "officer")
    assert case["stages"][0]["due_on"] is not None
    assert case["stages"][1]["due_on"] is None


def test_no_decision_before_credit_and_the_refusal_says_what_is_allowed(open_case):
    refused = open_case().decide("loan")

    assert (refused.status_code, refused.json()["code"]) == (409, "credit_required")
    (allowed,) = refused.json()["allowed"]
    assert (allowed["stage"], allowed["by"]["role"]) == ("credit", "officer")


def test_without_consent_nothing_goes_on(gateway, open_case):
    case = open_case()
    gateway.neighbours.consent = False
    first = case.decide("credit")
    gateway.neighbours.consent = True
    case.decide("credit")
    gateway.neighbours.consent = False

    second = case.decide("evaluation")

    assert (first.status_code, first.json()["code"]) == (409, "consent_required")
    assert (second.status_code, second.json()["code"]) == (409, "consent_required")
    assert [act["stage"] for act in first.json()["allowed"]] == ["credit"]


def test_what_another_house_says_is_said_in_the_callers_language(gateway, open_case):
    case = open_case()
    gateway.neighbours.consent = False

    with gateway.call("demo-officer", **{"Accept-Language": "en", "If-Match": "*"}) as officer:
        refused = officer.post(f"{case.track('credit')}/decisions", json={"outcome": "approved"})

    assert (refused.status_code, refused.json()["detail"]) == (409, "no consent")


def test_a_service_that_is_away_is_a_clear_503(gateway, open_case):
    case = open_case()
    gateway.neighbours.away = True

    answer = case.decide("credit")

    assert (answer.status_code, answer.json()["code"]) == (503, "service_unavailable")
    assert answer.json()["service"] == "credit"


def test_a_weak_credit_opens_enhancement(gateway, open_case):
    gateway.neighbours.weak = True

    answer = open_case().decide("credit").json()

    assert answer["enhancement"]
    assert answer["credit"]["is_weak"]
    assert answer["next"][0]["stage"] == "evaluation"


def test_a_rejected_credit_opens_a_further_track(open_case):
    case = open_case()

    answer = case.decide("credit", "rejected", reason_code="credit_weak").json()

    assert answer["state"] == "open"
    (track,) = answer["stages"][0]["tracks"]
    assert track["supersedes"]
    assert answer["next"][0]["track_id"] == track["id"]
    assert case.decide("credit").status_code == 200


def test_only_the_holder_decides(open_case):
    case = open_case()

    assert case.decide("credit", by="demo-bank").json()["code"] == "not_the_holder"
    assert case.decide("credit", by="demo-enterprise").status_code == 403
    assert case.decide("credit", by="demo-enterprise-2").status_code == 404
    assert case.decide("credit", by="demo-auditor").status_code == 403
    assert case.decide("credit", by="demo-fund").status_code == 404


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"outcome": "rejected"}, "/reason_code"),
        ({"outcome": "rejected", "reason_code": "because"}, "/reason_code"),
        ({"outcome": "rejected", "reason_code": "repayment_ability"}, "/reason_code"),
        ({"outcome": "rejected", "reason_code": "other"}, "/reason"),
        ({"outcome": "conditionally_approved"}, "/conditions"),
        ({"outcome": "perhaps"}, "/outcome"),
        ({"outcome": "approved", "colour": "red"}, "/colour"),
    ],
)
def test_a_decision_in_wrong_words_is_refused_before_its_version(gateway, open_case, body, pointer):
    case = open_case()

    with gateway.call("demo-officer") as officer:
        answer = officer.post(f"{case.track('credit')}/decisions", json=body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_the_version_is_asked_before_the_law(gateway, open_case):
    case = open_case()
    path = f"{case.track('loan')}/decisions"

    with gateway.call("demo-bank") as bank:
        without = bank.post(path, json={"outcome": "approved"})
        stale = bank.post(path, json={"outcome": "approved"}, headers={"If-Match": '"99"'})
        any_version = bank.post(path, json={"outcome": "approved"}, headers={"If-Match": "*"})
    nobody = gateway.call().post(path, json={"outcome": "approved"})

    assert (without.status_code, stale.status_code) == (428, 412)
    assert any_version.status_code == 409
    assert nobody.status_code == 401


def test_of_two_writers_at_once_one_wins(gateway, open_case):
    case = open_case()
    path, version = f"{case.track('credit')}/decisions", case.read()["version"]

    def decide(_number):
        with gateway.call("demo-officer") as client:
            return client.post(
                path, json={"outcome": "approved"}, headers={"If-Match": f'"{version}"'}
            ).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(decide, range(8)))

    assert answers[0] == 200
    assert set(answers[1:]) <= {409, 412}
    assert answers.count(200) == 1


def test_one_key_has_one_effect(gateway, open_case):
    request = {"uscc": ENTERPRISE, "title": "幂等", "plan": "credit-loan-trade"}
    with gateway.call("demo-enterprise", **{"Idempotency-Key": "key-1"}) as client:
        first = client.post("/v1/cases", json=request)
        second = client.post("/v1/cases", json=request)
        other = client.post("/v1/cases", json=request | {"title": "另一件"})

    assert first.json() == second.json()
    assert other.status_code == 422


def test_a_plan_is_changed_with_a_reason_and_nothing_is_erased(gateway, open_case):
    case = open_case()
    case.decide("credit")
    case.decide("evaluation")
    case.decide("insurance", "rejected", reason_code="risk_too_high")
    change = {"plan": {"stages": ["credit", "evaluation", "trade"]}, "reason": "改为直接许可"}

    with gateway.call("demo-officer") as officer:
        without = officer.put(f"{case.path}/plan", json=change)
        changed = officer.put(f"{case.path}/plan", json=change, headers={"If-Match": "*"})

    assert without.status_code == 428
    assert changed.json()["plan"]["version"] == 2
    assert changed.json()["next"][0]["stage"] == "trade"
    assert case.decide("trade").json()["state"] == "transformed"


def test_a_case_closes_with_a_published_reason(gateway, open_case):
    case = open_case()

    with gateway.call("demo-enterprise") as client:
        unknown = client.post(f"{case.path}/close", json={"reason_code": "bored"})
        closed = client.post(f"{case.path}/close", json={"reason_code": "applicant_withdrew"})
        again = client.post(f"{case.path}/close", json={"reason_code": "applicant_withdrew"})
        bank = gateway.call("demo-bank").post(
            f"{case.path}/close", json={"reason_code": "no_contact"}
        )

    assert unknown.status_code == 422
    assert (closed.json()["state"], closed.json()["next"]) == ("closed", [])
    assert (again.status_code, again.json()["code"]) == (409, "case_ended")
    assert bank.status_code == 403


def test_a_case_is_seen_by_those_it_concerns(gateway, open_case):
    case = open_case()

    seen = {
        client: gateway.call(client).get(case.path).status_code
        for client in ("demo-enterprise", *HOLDERS.values(), "demo-auditor", "demo-enterprise-2")
    }

    strangers = {seen.pop("demo-fund"), seen.pop("demo-enterprise-2")}
    assert strangers == {404}  # no investment in this plan
    assert set(seen.values()) == {200}
    listed = gateway.call("demo-enterprise-2").get("/v1/cases").json()["items"]
    assert case.opened["id"] not in [one["id"] for one in listed]
    listed = gateway.call("demo-bank").get("/v1/cases", params={"limit": 1}).json()
    assert listed["items"][0]["id"] == case.opened["id"]


def test_an_enterprise_opens_cases_for_itself_only(gateway):
    request = {"uscc": ENTERPRISE, "title": "代他人", "plan": "credit-loan-trade"}

    other = gateway.call("demo-enterprise-2").post("/v1/cases", json=request)
    university = gateway.call("demo-university").post("/v1/cases", json=request)
    unknown_plan = gateway.call("demo-enterprise").post("/v1/cases", json=request | {"plan": "x"})
    no_achievement = gateway.call("demo-enterprise").post(
        "/v1/cases", json=request | {"achievement_id": "unknown"}
    )

    assert (other.status_code, university.status_code) == (403, 403)
    assert (unknown_plan.status_code, no_achievement.status_code) == (422, 422)


def test_the_ledger_shows_every_step_and_cannot_be_changed(gateway, open_case, database):
    case = open_case()
    case.decide("credit")

    timeline = gateway.call("demo-auditor").get(f"{case.path}/timeline").json()

    assert timeline["intact"]
    assert [event["kind"] for event in timeline["items"]][:5] == [
        "case-opened",
        "track-opened",
        "track-accepted",
        "track-submitted",
        "track-approved",
    ]
    assert timeline["items"][1]["prev_hash"] == timeline["items"][0]["hash"]
    with database.write() as session, pytest.raises(ProgrammingError, match="append-only"):
        session.execute(text("UPDATE case_events SET reason = '改过'"))


def test_a_case_can_be_drawn(gateway, open_case):
    answer = gateway.call("demo-enterprise").get(f"{open_case().path}/diagram.svg")

    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.text.startswith("<svg")
    assert "历下某银行" in answer.text


def test_a_trade_without_its_terms_names_what_is_missing(gateway, open_case):
    case = open_case(plan="credit-evaluation-trade", achievement_id=None, amount_yuan=None)
    case.decide("credit")
    case.decide("evaluation")

    answer = case.decide("trade")

    assert answer.status_code == 422
    assert {fault["pointer"] for fault in answer.json()["errors"]} == {
        "/result/contract/type",
        "/result/contract/total_yuan",
        "/result/contract/seller",
    }


def test_information_is_asked_for_and_supplied_by_the_enterprise(open_case):
    case = open_case()

    asked = case.decide("credit", "info_requested", reason="请补充近两年审计报告").json()
    supplied = case.decide("credit", "submitted", by="demo-enterprise")

    assert asked["next"][0]["act"] == "supply_information"
    assert asked["next"][0]["by"]["uscc"] == ENTERPRISE
    assert supplied.status_code == 200
    assert case.decide("credit").json()["stages"][0]["state"] == "approved"


def test_a_plan_may_name_two_banks_of_which_one_is_enough(gateway):
    second, officer = "91370102MA3D000200", gateway.call("demo-officer")
    entered = officer.put(
        f"/v1/institutions/loan/{second}", json={"name": "另一银行", "role": "bank"}
    )
    wrong = officer.put(f"/v1/institutions/loan/{second}", json={"name": "某", "role": "fund"})
    changed = {
        "name": "另一银行",
        "role": "bank",
        "four_eyes": False,
        "reason": "人手不足，经科长同意",
    }
    officer.put(f"/v1/institutions/loan/{second}", json=changed)
    said = gateway.call("demo-auditor").get(f"/v1/institutions/loan/{second}/changes").json()
    loan = {"stage": "loan", "holders": ["91370102MA3D00039W", second], "quorum": 1}
    request = {
        "uscc": ENTERPRISE,
        "title": "两家银行",
        "plan": {"stages": ["credit", loan, "trade"]},
    }

    case = gateway.call("demo-enterprise").post("/v1/cases", json=request).json()

    assert (entered.status_code, wrong.status_code) == (200, 422)
    assert [(one["body"]["four_eyes"], one["reason"]) for one in said["items"]] == [
        (True, None),
        (False, "人手不足，经科长同意"),
    ]
    assert said["items"][1]["actor"]["client_id"] == "demo-officer"
    tracks = next(one["tracks"] for one in case["stages"] if one["stage"] == "loan")
    assert [track["holder"]["uscc"] for track in tracks] == ["91370102MA3D00039W", second]
    assert case["plan"]["id"] == "own"


def test_an_inbox_holds_what_waits_for_the_organisation(gateway, open_case):
    case = open_case()

    def tasks_of(client):
        items = gateway.call(client).get("/v1/tasks", params={"limit": 200}).json()["items"]
        return [item for item in items if item.get("case_id") == case.opened["id"]]

    waiting, bank = tasks_of("demo-officer"), tasks_of("demo-bank")
    case.decide("credit", "info_requested", reason="请补充")
    asked = tasks_of("demo-enterprise")

    assert [(task["stage"], task["act"]) for task in waiting] == [("credit", "decide")]
    assert waiting[0]["light"] in ("green", "yellow")
    assert bank == []
    assert [(task["stage"], task["act"]) for task in asked] == [("credit", "supply_information")]
    assert tasks_of("demo-officer") == []


def test_every_case_told_here_is_the_fold_of_its_events(open_case, database):
    case = open_case()
    for stage in STAGES:
        case.decide(stage)

    with database.read() as session:
        cases = list_cases(session, limit=500)
        ledgers = [list_events(session, case.id) for case in cases]

    assert case.opened["id"] in {one.id for one in cases}
    assert [replay_events(events) for events in ledgers] == cases
    assert {find_first_broken(events) for events in ledgers} == {None}
