"""People at tracks, plan versions, enhancement, disclosure and trades, through the gateway."""

import json

import pytest
from sqlalchemy import text

from kit.db import Database
from kit.keys import service_secret

from .conftest import ENTERPRISE

BROKER, BANK = "91370102MA3D00063D", "91370102MA3D00039W"


def complete(client, case, stage, outcome, **body):
    track = case.track(stage).rsplit("/", 1)[1]
    return client.post(
        f"/v1/tasks/{track}/completions",
        json={"outcome": outcome, **body},
        headers={"If-Match": "*"},
    )


def test_who_claimed_a_task_works_on_it_until_it_is_handed_on(officer, second_officer, open_case):
    case = open_case()
    task = f"/v1/tasks/{case.track('credit').rsplit('/', 1)[1]}"

    claimed = officer.post(f"{task}/claims")
    again = officer.post(f"{task}/claims")
    other = complete(second_officer, case, "credit", "in_progress")
    stranger = second_officer.post(f"{task}/releases", json={})
    handed = officer.post(
        f"{task}/delegations", json={"to": "demo-officer-2", "reason": "专业对口"}
    )
    outsider = second_officer.post(f"{task}/delegations", json={"to": "demo-bank", "reason": "x"})
    done = complete(second_officer, case, "credit", "approved")

    assert claimed.json()["claimed_by"] == "demo-officer"
    assert (again.status_code, again.headers["etag"]) == (200, claimed.headers["etag"])
    assert (other.status_code, other.json()["code"]) == (409, "claimed_by_another")
    assert stranger.json()["code"] == "not_claimed"
    assert handed.json()["claimed_by"] == "demo-officer-2"
    assert outsider.status_code == 422
    assert done.json()["stages"][0]["state"] == "approved"


def test_where_four_eyes_are_asked_for_nobody_approves_his_own(
    officer, second_officer, open_case, four_eyes
):
    case = open_case()

    at_once = complete(officer, case, "credit", "approved")
    complete(officer, case, "credit", "submitted")
    himself = complete(officer, case, "credit", "approved")
    checked = complete(second_officer, case, "credit", "approved")

    assert at_once.json()["code"] == "second_person_required"
    assert himself.json()["code"] == "second_person_required"
    assert checked.status_code == 200


def test_an_appraiser_related_to_the_lender_stands_back(officer, open_case):
    case = open_case()
    case.decide("credit")
    party = officer.post(
        "/v1/related-parties",
        json={
            "uscc": BROKER,
            "related_uscc": BANK,
            "relation": "same_controller",
            "source": "公示系统",
            "since_on": "2024-01-01",
        },
    ).json()

    refused = case.decide("evaluation")
    end = {"ended_on": "2025-01-01", "reason": "股权已转让"}
    ended = officer.post(f"/v1/related-parties/{party['id']}/ends", json=end)
    allowed = case.decide("evaluation")

    assert (refused.status_code, refused.json()["code"]) == (409, "appraiser_related")
    assert ended.json()["ended_on"] == "2025-01-01"
    assert (ended.json()["ended_by"], ended.json()["end_reason"]) == ("demo-officer", "股权已转让")
    assert allowed.status_code == 200


def test_what_is_missing_is_told_once(open_case):
    case = open_case()
    case.decide("credit", "info_requested", items=["审计报告", "专利登记簿副本"])
    case.decide("credit", "submitted", by="demo-enterprise")

    again = case.decide("credit", "info_requested", items=["审计报告"])
    case.decide("credit", "submitted", by="demo-enterprise")
    more = case.decide("credit", "info_requested", items=["租赁合同"])

    assert again.status_code == 200
    assert (more.status_code, more.json()["code"]) == (409, "notice_given_once")
    assert more.json()["notice"] == ["审计报告", "专利登记簿副本"]


def test_a_lender_has_two_days_to_accept_and_ten_to_decide(gateway, open_case):
    case = open_case(plan="credit-loan-trade")
    case.decide("credit")
    loan = case.read()["stages"][1]["tracks"][0]

    case.decide("loan", "in_progress")
    accepted = case.read()["stages"][1]["tracks"][0]

    assert loan["accept_due_on"] < loan["due_on"]
    assert accepted["accept_due_on"] is None
    assert accepted["due_on"] == loan["due_on"]


def test_revoked_consent_hides_the_credit_result_from_every_party_at_once(gateway, open_case):
    case = open_case()
    case.decide("credit")
    before = case.read("demo-bank")

    gateway.neighbours.consent = False
    seen = {who: case.read(who) for who in ("demo-bank", "demo-officer", "demo-broker")} | {
        "own": case.read("demo-enterprise")
    }
    timeline = gateway.call("demo-bank").get(f"{case.path}/timeline").text

    assert before["credit"]["score"] == "71.5"
    assert seen.pop("own")["credit"]["score"] == "71.5"
    assert {one["credit"] is None and one["credit_hidden"] for one in seen.values()} == {True}
    assert "71.5" not in timeline
    assert "71.5" not in json.dumps([one["stages"] for one in seen.values()])


def test_the_ledger_notes_that_consent_was_revoked(gateway, open_case):
    case = open_case()
    case.decide("credit")
    token = gateway.call().post(
        "/v1/oauth/token",
        data={
            "grant_type": "client_credentials",
            "client_id": "liurong-service",
            "client_secret": service_secret(gateway.settings),
        },
    )
    event = {
        "id": "event-1",
        "source": "credit",
        "type": "credit.consent-changed",
        "subject": ENTERPRISE,
        "time": "2026-11-23T09:00:00+08:00",
        "data": {
            "consent_id": "consent-1",
            "uscc": ENTERPRISE,
            "institution_uscc": BANK,
            "state": "revoked",
        },
    }
    service = gateway.call(None, Authorization=f"Bearer {token.json()['access_token']}")

    answers = [service.post("/internal/events", json=event).status_code for _ in range(2)]

    assert answers == [204, 204]
    kinds = [
        item["kind"]
        for item in gateway.call("demo-enterprise").get(f"{case.path}/timeline").json()["items"]
    ]
    assert kinds.count("consent-changed") == 1
    assert gateway.call("demo-bank").post("/internal/events", json=event).status_code == 404


def test_a_weak_credit_is_made_good_by_a_guarantee(gateway, open_case):
    gateway.neighbours.weak = True
    case = open_case(plan="credit-loan-trade")
    strong = open_case(plan="credit-loan-trade")
    case.decide("credit")
    enterprise = gateway.call("demo-enterprise")

    early = enterprise.post(f"{strong.path}/enhancements", json={"way": "pledge"})
    chosen = enterprise.post(f"{case.path}/enhancements", json={"way": "guarantee"}).json()

    assert early.json()["code"] == "enhancement_not_open"
    assert [one["way"] for one in chosen["enhancements"]] == ["guarantee"]
    assert [one["stage"] for one in chosen["stages"]] == ["credit", "insurance", "loan", "trade"]
    assert chosen["plan"]["version"] == 2
    assert case.decide("loan").json()["code"] == "stage_not_open"
    case.decide("insurance")
    case.decide("loan")
    assert case.decide("trade").json()["state"] == "transformed"


@pytest.mark.parametrize(
    ("way", "holder", "fact"),
    [("pledge", "demo-bank", "has_pledge"), ("risk_pool", "demo-officer", "in_risk_pool")],
)
def test_a_pledge_or_the_pool_is_a_track_that_the_lender_waits_for(
    gateway, open_case, way, holder, fact
):
    gateway.neighbours.weak = True
    case = open_case(plan="credit-loan-trade")
    case.decide("credit")
    enterprise, bank = gateway.call("demo-enterprise"), gateway.call("demo-bank")
    rule = {"fact": fact, "op": "is", "value": ["true"], "text": "须先增信"}
    product = {"stage": "loan", "kind": "credit_loan", "title": f"增信贷 {way}", "rules": [rule]}
    shelved = bank.post("/v1/products", json=product | {"terms": {}}).json()["id"]

    def offer():
        items = enterprise.get(f"{case.path}/offers").json()["items"]
        return next(one["fit"] for one in items if one["product"]["id"] == shelved)

    enterprise.post(f"{case.path}/enhancements", json={"way": way})
    again = enterprise.post(f"{case.path}/enhancements", json={"way": way}).json()
    waiting, fit = case.decide("loan"), offer()
    given = case.decide("insurance", by=holder)

    tracks = next(one for one in again["stages"] if one["stage"] == "insurance")["tracks"]
    assert len(tracks) == 1
    assert (waiting.status_code, waiting.json()["code"]) == (409, "stage_not_open")
    assert given.status_code == 200, given.text
    assert (fit, offer()) == ("does_not_fit", "fits")
    assert case.decide("loan").status_code == 200


def test_several_ways_stand_beside_each_other(gateway, open_case):
    gateway.neighbours.weak = True
    case = open_case()
    case.decide("credit")
    case.decide("evaluation")
    enterprise = gateway.call("demo-enterprise")

    for way in ("guarantee", "pledge", "risk_pool"):
        seen = enterprise.post(f"{case.path}/enhancements", json={"way": way}).json()

    tracks = next(one for one in seen["stages"] if one["stage"] == "insurance")["tracks"]
    assert {one["holder"]["role"] for one in tracks} == {"insurer", "bank", "officer"}
    assert {one["state"] for one in tracks} == {"ready"}


def walk_to_trade(open_case):
    case = open_case(plan="credit-evaluation-trade")
    case.decide("credit")
    case.decide("evaluation")
    return case


def test_an_exchange_deal_is_confirmed_by_the_simulator_and_leaves_a_receipt(gateway, open_case):
    busy, refused = walk_to_trade(open_case), walk_to_trade(open_case)
    deal = {"listing_number": "BUSY-7", "amount_yuan": "480000.00"}

    done = busy.decide("trade", result={"exchange_deal": deal})
    no = refused.decide("trade", result={"exchange_deal": deal | {"listing_number": "REFUSE-1"}})
    wrong = refused.decide("trade", result={"exchange_deal": {"amount_yuan": "1e9"}})

    record = done.json()["record"]
    assert (done.json()["state"], record["kind"]) == ("transformed", "exchange_deal")
    assert record["details"]["simulated"] is True
    assert "模拟器" in record["details"]["exchange"]
    receipts = gateway.call("demo-exchange").get(f"{busy.path}/exchange-receipts").json()["items"]
    assert [(one["attempts"], one["simulated"], one["status"]) for one in receipts] == [
        (3, True, 201)
    ]
    assert (no.status_code, no.json()["code"]) == (409, "exchange_refused")
    assert {fault["pointer"] for fault in wrong.json()["errors"]} == {
        "/result/exchange_deal/listing_number",
        "/result/exchange_deal/amount_yuan",
    }


def test_an_equity_contribution_counts_once(open_case):
    first, second = walk_to_trade(open_case), walk_to_trade(open_case)
    equity = {
        "registration_number": "鲁济市监登字〔2026〕00123",
        "company_uscc": ENTERPRISE,
        "valued_yuan": "1200000.00",
        "share_ratio": "0.3",
        "registered_on": "2026-11-01",
    }

    later = first.decide(
        "trade", result={"equity_contribution": equity | {"registered_on": "2099-01-01"}}
    )
    done = first.decide("trade", result={"equity_contribution": equity})
    again = second.decide("trade", result={"equity_contribution": equity})

    assert later.status_code == 422
    assert done.json()["record"]["kind"] == "equity_contribution"
    assert done.json()["record"]["details"]["share_ratio"] == "0.3"
    assert (again.status_code, again.json()["code"]) == (409, "contract_used")


def test_a_plan_is_composed_by_one_officer_approved_by_another_and_rolled_out(
    officer, second_officer, gateway, open_case
):
    running = open_case(plan="credit-insurance-trade")
    running.decide("credit")
    plan = {
        "id": "credit-insurance-trade",
        "zh": "信→保→评→易",
        "en": "credit, insurance, appraisal, trade",
        "stages": ["credit", "insurance", "evaluation", "trade"],
        "reason": "先保后评",
    }
    circle = [
        {"stage": "evaluation", "after": ["loan"]},
        {"stage": "loan", "after": ["evaluation"]},
    ]

    broken = officer.post("/v1/case-plans", json=plan | {"stages": ["credit", *circle, "trade"]})
    drafted = officer.post("/v1/case-plans", json=plan)
    version = f"{drafted.headers['Location']}/{drafted.json()['plan']['version']}/decisions"
    himself = officer.post(version, json={"outcome": "approved"})
    approved = second_officer.post(version, json={"outcome": "approved"})
    twice = second_officer.post(version, json={"outcome": "approved"})
    moves = "/v1/case-plans/credit-insurance-trade/migrations"
    dry = officer.post(moves, json={"reason": "统一"}).json()
    before = running.read("demo-officer")
    real = officer.post(moves, json={"reason": "统一", "dry_run": False}).json()
    after = running.read("demo-officer")

    assert broken.json()["code"] == "plan_invalid"
    assert (drafted.status_code, drafted.json()["state"]) == (201, "draft")
    assert himself.json()["code"] == "second_person_required"
    assert approved.json()["decided_by"]["client_id"] == "demo-officer-2"
    assert twice.json()["code"] == "plan_version_decided"
    (mine,) = [one for one in dry["items"] if one["case_id"] == running.opened["id"]]
    assert [track["stage"] for track in mine["added"]] == ["evaluation"]
    assert {track["stage"] for track in mine["kept"]} == {"credit", "insurance", "trade"}
    assert (mine["blocked"], before["plan"]["version"]) == (None, 1)
    assert len(real["items"]) == len(dry["items"])
    assert [one["stage"] for one in after["stages"]] == plan["stages"]
    assert after["stages"][0]["state"] == "approved"
    assert officer.post(moves, json={"reason": "再来"}).json()["items"] == []
    new = open_case(plan="credit-insurance-trade")
    assert [one["stage"] for one in new.opened["stages"]] == plan["stages"]


def test_who_composed_the_plan_of_a_case_does_not_approve_its_change(
    officer, second_officer, open_case
):
    case = open_case(by="demo-officer")
    change = {"plan": "credit-evaluation-trade", "reason": "简化"}

    himself = officer.put(f"{case.path}/plan", json=change, headers={"If-Match": "*"})
    other = second_officer.put(f"{case.path}/plan", json=change, headers={"If-Match": "*"})

    assert (himself.status_code, himself.json()["code"]) == (409, "second_person_required")
    assert other.json()["plan"]["version"] == 2


@pytest.mark.parametrize("board", ["funnel", "stage-days", "drop-outs", "sla"])
def test_every_number_of_a_board_drills_to_its_cases(officer, gateway, open_case, board):
    case = open_case()
    case.decide("credit", "rejected", reason_code="credit_weak")

    numbers = officer.get(f"/v1/case-figures/{board}").json()["items"]

    assert numbers
    for number in numbers:
        behind = officer.get(f"{number['cases_url']}&limit=200")
        assert behind.status_code == 200, behind.text
        if number["cases"] <= 200:
            assert len(behind.json()["items"]) == number["cases"], number
    assert gateway.call("demo-bank").get(f"/v1/case-figures/{board}").status_code == 403


def test_no_receipt_is_lost_when_the_decision_fails(gateway, open_case):
    database = Database(gateway.settings.database_of("gateway"), pool_size=2)
    case = walk_to_trade(open_case)
    case.decide("trade", result={"exchange_deal": {"listing_number": "L-1"}})

    with database.read() as session:
        kept = session.execute(
            text("SELECT count(*) FROM exchange_receipts WHERE case_id = :id"),
            {"id": case.opened["id"]},
        ).scalar_one()
    database.close()

    assert kept == 1


@pytest.mark.parametrize("since_on", [0, 0.5, "0", "2024-01-01T00:00:00"], ids=repr)
def test_a_day_is_written_and_never_counted(officer, since_on):
    relation = {"uscc": ENTERPRISE, "related_uscc": BANK, "relation": "family"}

    answer = officer.post(
        "/v1/related-parties", json=relation | {"source": "登记", "since_on": since_on}
    )

    assert answer.status_code == 422, answer.text
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/since_on"]
