"""申报: two persons, one budget, nothing twice."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from kit.clock import today
from tests.db.subsidies.conftest import (
    AUDITOR,
    ENTERPRISE,
    ENTERPRISE_2,
    OFFICER,
    make_contract,
    make_organization,
)

OFFICER_2 = replace(OFFICER, client_id="another-officer")
PATH = "/v1/subsidy-applications"


def open_due(bureau, yuan="60000.00"):
    """An entitlement of the enterprise that is eligible; gives its id."""
    contract = make_contract()
    bureau.tell("organization-registered", make_organization(ENTERPRISE))
    bureau.tell("contract-registered", contract)
    paid = bureau.pay(contract_id=contract["contract_id"], approved_yuan=yuan, disbursed_yuan=yuan)
    return paid.json()["entitlements"][0]


def allot(bureau, yuan):
    body = {"year": today().year, "rule": "contract_match", "allotted_yuan": yuan}
    answer = bureau.call(OFFICER, "POST", "/v1/budgets", body)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def draft(bureau, entitlement):
    return bureau.call(ENTERPRISE, "POST", PATH, {"entitlement_id": entitlement})


def step(bureau, caller, application, act, **more):
    body = {"act": act} | more
    return bureau.call(caller, "POST", f"{PATH}/{application}/decisions", body, If_Match="*")


def bring_to_review(bureau, ratio="1"):
    application = draft(bureau, open_due(bureau)).json()["id"]
    assert step(bureau, ENTERPRISE, application, "submit").status_code == 200
    reviewed = step(bureau, OFFICER, application, "review", match_ratio=ratio)
    assert reviewed.status_code == 200, reviewed.text
    return application


def test_an_application_is_reviewed_by_one_and_approved_by_another(bureau):
    budget = allot(bureau, "100000.00")
    application = bring_to_review(bureau, "0.5")

    alone = step(bureau, OFFICER, application, "approve")
    approved = step(bureau, OFFICER_2, application, "approve")

    assert (alone.status_code, alone.json()["code"]) == (409, "second_person_needed")
    assert approved.status_code == 200
    body = approved.json()
    assert (body["state"], body["amount_yuan"], body["match_ratio"]) == (
        "approved",
        "30000.00",
        "0.5",
    )
    assert [one["act"] for one in body["steps"]] == ["draft", "submit", "review", "approve"]
    assert body["steps"][-1]["actor"] == "another-officer"
    assert all(one["reason"] and one["actor_uscc"] for one in body["steps"])
    kept = bureau.call(OFFICER, "GET", f"/v1/budgets/{budget}").json()
    assert (kept["committed_yuan"], kept["left_yuan"]) == ("30000.00", "70000.00")


def test_the_last_of_a_budget_is_committed_once_however_many_approve_at_once(bureau):
    budget = allot(bureau, "150000.00")
    applications = [bring_to_review(bureau) for _ in range(6)]

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda one: step(bureau, OFFICER_2, one, "approve"), applications))

    refused = [answer.json() for answer in answers if answer.status_code == 409]
    assert [answer.status_code for answer in answers].count(200) == 2
    assert {one["code"] for one in refused} == {"budget_exhausted"}
    assert {one["left_yuan"] for one in refused} == {"30000.00"}
    kept = bureau.call(OFFICER, "GET", f"/v1/budgets/{budget}").json()
    assert kept["committed_yuan"] == "120000.00"


def test_one_payment_is_applied_for_once_until_the_application_ends(bureau):
    entitlement = open_due(bureau)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: draft(bureau, entitlement), range(6)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409, 409]
    first = next(answer.json()["id"] for answer in answers if answer.status_code == 201)

    assert step(bureau, ENTERPRISE, first, "withdraw").status_code == 200
    assert draft(bureau, entitlement).status_code == 201


def test_what_is_not_due_cannot_be_applied_for(bureau):
    bureau.tell("contract-registered", make_contract())
    [waiting] = bureau.entitlements(ENTERPRISE.uscc)

    answer = draft(bureau, waiting["id"])

    assert (answer.status_code, answer.json()["outcome"]) == (409, "pending")


def test_steps_belong_to_their_party_and_need_the_version_and_a_reason(bureau):
    application = draft(bureau, open_due(bureau)).json()["id"]
    path = f"{PATH}/{application}/decisions"

    assert bureau.call(ENTERPRISE, "POST", path, {"act": "submit"}).status_code == 428
    stale = bureau.call(ENTERPRISE, "POST", path, {"act": "submit"}, If_Match='"9"')
    assert stale.status_code == 412
    assert step(bureau, OFFICER, application, "submit").status_code == 403
    assert step(bureau, ENTERPRISE, application, "approve").status_code == 403
    assert step(bureau, ENTERPRISE_2, application, "withdraw").status_code == 404
    early = step(bureau, OFFICER, application, "approve")
    assert (early.status_code, early.json()["allowed"]) == (409, ["submit", "withdraw"])
    assert step(bureau, ENTERPRISE, application, "submit").status_code == 200
    assert step(bureau, OFFICER, application, "return").status_code == 422
    assert step(bureau, OFFICER, application, "review").status_code == 422
    above = step(bureau, OFFICER, application, "review", match_ratio="1.1")
    assert (above.status_code, above.json()["outcome"]) == (409, "invalid_input")
    assert step(bureau, OFFICER, application, "return", reason="缺发票").status_code == 200
    assert bureau.call(ENTERPRISE_2, "GET", f"{PATH}/{application}").status_code == 404


@pytest.mark.parametrize("wrong", [{"year": 2000}, {"rule": "x"}, {"allotted_yuan": "-1.00"}])
def test_what_cannot_be_a_budget_is_refused(shared_bureau, wrong):
    body = {"year": 2026, "rule": "award", "allotted_yuan": "1.00"} | wrong

    assert shared_bureau.call(OFFICER, "POST", "/v1/budgets", body).status_code == 422


def test_a_budget_is_opened_once_and_changed_by_version(bureau):
    budget = allot(bureau, "1.00")
    body = {"year": today().year, "rule": "contract_match", "allotted_yuan": "2.00"}

    assert bureau.call(OFFICER, "POST", "/v1/budgets", body).json()["code"] == "budget_known"
    change = {"allotted_yuan": "5.00"}
    path = f"/v1/budgets/{budget}"
    assert bureau.call(OFFICER, "PUT", path, change).status_code == 428
    changed = bureau.call(OFFICER, "PUT", path, change, If_Match='"1"')
    assert (changed.json()["allotted_yuan"], changed.headers["ETag"]) == ("5.00", '"2"')
    assert bureau.call(ENTERPRISE, "GET", "/v1/budgets").status_code == 403


def test_who_may_see_an_application_but_not_decide_it_is_told_so(bureau):
    application = draft(bureau, open_due(bureau)).json()["id"]

    by = {
        caller.client_id: step(bureau, caller, application, act, reason="无").status_code
        for caller, act in ((AUDITOR, "refuse"), (ENTERPRISE_2, "withdraw"), (OFFICER, "withdraw"))
    }

    assert list(by.values()) == [403, 404, 403]
