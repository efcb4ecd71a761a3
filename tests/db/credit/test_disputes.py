"""Objections, repairs, revocations and mergers: marks, clocks, outcomes, and word to readers."""

from collections.abc import Callable
from typing import Any

import pytest

from kit.auth import Role
from kit.jobs import Work
from services.credit.usecases.acts import forget_answers
from tests.db.credit.conftest import (
    AUDITOR,
    BANK,
    ENTERPRISE,
    ENTERPRISE_2,
    INSURER,
    OFFICER,
    SERVICE,
    City,
)
from tests.serving import make_principal

Json = Any
PENALTY = {
    "item": "administrative_penalty",
    "value": "20000.00",
    "source": "历下区市场监管局",
    "valid_from": "2024-05-01",
}


def own_facts(city: City, item: str, **query: str) -> list[Json]:
    where = "&".join([f"item={item}", *(f"{name}={value}" for name, value in query.items())])
    answer = city.call(ENTERPRISE, "GET", f"/v1/enterprises/{ENTERPRISE.uscc}/facts?{where}")
    assert answer.status_code == 200, answer.text
    items: list[Json] = answer.json()["items"]
    return items


def compliance(profile: Json, code: str) -> Json:
    found = [each for part in profile["dimensions"] for each in part["indicators"]]
    return next(each for each in found if each["code"] == code)


@pytest.fixture
def penalty(city: City, make_fact: Callable[..., Json], request: Any) -> str:
    """A penalty of its own for each test, with an id that the supplier knows it by."""
    row = make_fact(**PENALTY, source_id=f"penalty-{request.node.name}")
    result = city.post_facts(row).json()["items"][0]
    assert result["result"] == "created", result
    return str(result["id"])


def decide(city: City, kind: str, dispute: Json, caller: Any = OFFICER, **body: Json) -> Any:
    path = f"/v1/{kind}/{dispute['id']}/decisions"
    return city.call(caller, "POST", path, body, If_Match="*")


def object_to(city: City, fact_id: str) -> Json:
    body = {"fact_id": fact_id, "reason": "处罚对象为同名企业，并非本企业"}
    answer = city.call(ENTERPRISE, "POST", "/v1/objections", body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_an_objection_marks_the_fact_at_once_and_tells_who_had_read_it(
    city: City, penalty: str
) -> None:
    consent_id = city.grant()
    before = city.look(consent_id).json()

    objection = object_to(city, penalty)
    twice = city.call(ENTERPRISE, "POST", "/v1/objections", {"fact_id": penalty, "reason": "x"})
    other = city.call(ENTERPRISE_2, "POST", "/v1/objections", {"fact_id": penalty, "reason": "x"})
    after = city.look(consent_id).json()["profile"]
    then = city.look(consent_id, known_at=before["known_at"]).json()["profile"]
    told = city.call(BANK, "GET", "/v1/credit-notices").json()["items"]

    assert objection["state"] == "open"
    assert objection["clock"]["light"] == "green"
    assert (twice.status_code, twice.json()["code"]) == (409, "dispute_waiting")
    assert other.status_code == 404
    assert [mark["id"] for mark in after["objections"]] == [objection["id"]]
    assert compliance(after, "penalties")["disputed"] is True
    assert after["score"] == before["profile"]["score"]
    assert then == before["profile"]
    assert (told[0]["kind"], told[0]["fact_id"]) == ("disputed", penalty)
    assert before["id"] in told[0]["inquiry_ids"]
    assert city.call(INSURER, "GET", "/v1/credit-notices").json()["items"] == []

    sent = decide(city, "objections", objection, decision="sent_on", unit="济南市市场监管局").json()
    kept = decide(city, "objections", objection, decision="kept", note="经核实无误")
    again = decide(city, "objections", objection, decision="removed")
    marks = city.look(consent_id).json()["profile"]["objections"]

    assert sent["clock"]["due_on"] > objection["clock"]["due_on"]
    assert (kept.status_code, kept.json()["next"]) == (200, [])
    assert (again.status_code, again.json()["code"]) == (409, "step_not_open")
    assert (marks[0]["state"], marks[0]["note"]) == ("kept", "经核实无误")


def test_a_corrected_fact_refreshes_the_score_and_the_wrong_one_does_not_come_back(
    city: City, make_fact: Callable[..., Json]
) -> None:
    row = make_fact(
        item="tax_credit_grade", value="D", valid_from="2026-01-01", source_id="tax-grade-2026"
    )
    wrong = city.post_facts(row).json()["items"][0]["id"]
    objection = object_to(city, wrong)

    corrected = decide(
        city, "objections", objection, decision="corrected", correction={"value": "B"}
    ).json()
    resent = city.post_facts(row).json()["items"][0]
    stands = own_facts(city, "tax_credit_grade")
    replayed = own_facts(city, "tax_credit_grade", known_at=_plus(objection["received_at"]))

    assert corrected["score_after"] == corrected["score_before"] + 55
    assert (resent["result"], resent["id"]) == ("unchanged", corrected["result_fact_id"])
    assert [fact["value"] for fact in stands] == ["B"]
    assert [fact["value"] for fact in replayed] == ["D"]


def _plus(instant: str) -> str:
    return instant.replace("+", "%2B")


def test_a_repaired_fact_is_gone_in_every_place(city: City, penalty: str) -> None:
    consent_id = city.grant()
    key = {"Idempotency_Key": f"look-{penalty}"}
    body = {"uscc": ENTERPRISE.uscc, "purpose": "loan_review", "consent_id": consent_id}
    before = city.call(BANK, "POST", "/v1/inquiries", body, **key).json()
    asked = {
        "fact_id": penalty,
        "severity": "general",
        "corrected_on": "2024-06-01",
        "commitment": "已缴清罚款，承诺依法经营",
    }
    repair = city.call(ENTERPRISE, "POST", "/v1/credit-repairs", asked)

    approved = decide(city, "credit-repairs", repair.json(), decision="approved").json()

    reread = city.call(BANK, "GET", f"/v1/inquiries/{before['id']}")
    past = city.look(consent_id, known_at=before["known_at"]).json()["profile"]
    retried = city.call(BANK, "POST", "/v1/inquiries", body, **key).json()
    held = [fact["id"] for fact in own_facts(city, "administrative_penalty")]
    named = [each for each in compliance(past, "penalties")["fact_ids"] if each == penalty]
    told = city.call(BANK, "GET", "/v1/credit-notices").json()["items"][0]
    assert repair.status_code == 201
    assert approved["score_after"] >= approved["score_before"]
    assert (reread.status_code, reread.json()["code"]) == (403, "answer_expired")
    assert named == []
    assert retried["id"] != before["id"]
    assert penalty not in held
    assert (told["kind"], told["inquiry_ids"]) == ("repaired", [before["id"]])


def test_a_repaired_fact_stays_repaired_when_the_supplier_sends_it_again(
    city: City, make_fact: Callable[..., Json]
) -> None:
    row = make_fact(**PENALTY, source_id="sent-again")
    fact_id = city.post_facts(row).json()["items"][0]["id"]
    asked = {
        "fact_id": fact_id,
        "severity": "minor",
        "corrected_on": "2024-06-01",
        "commitment": "已改正",
    }
    repair = city.call(ENTERPRISE, "POST", "/v1/credit-repairs", asked).json()
    decide(city, "credit-repairs", repair, decision="approved")

    same = city.post_facts(row).json()["items"][0]
    changed = city.post_facts(row | {"value": "30000.00"}).json()["items"][0]

    assert (same["result"], changed["result"]) == ("unchanged", "created")
    held = {fact["id"] for fact in own_facts(city, "administrative_penalty")}
    assert not held & {fact_id, same["id"], changed["id"]}


def test_a_repair_has_its_conditions(city: City, make_fact: Callable[..., Json]) -> None:
    row = make_fact(**(PENALTY | {"valid_from": "2026-11-01"}), source_id="young")
    young = city.post_facts(row).json()["items"][0]["id"]
    revenue = city.post_facts(make_fact(source_id="no-breach")).json()["items"][0]["id"]
    asked = {"severity": "serious", "corrected_on": "2026-11-02", "commitment": "已改正"}

    early = city.call(ENTERPRISE, "POST", "/v1/credit-repairs", asked | {"fact_id": young})
    none = city.call(ENTERPRISE, "POST", "/v1/credit-repairs", asked | {"fact_id": revenue})

    assert (early.status_code, early.json()["code"]) == (409, "repair_too_early")
    assert early.json()["earliest"] == "2027-11-01"
    assert (none.status_code, none.json()["code"]) == (409, "nothing_to_repair")


def test_a_revoked_decision_takes_its_fact_along(city: City, penalty: str) -> None:
    consent_id = city.grant()
    before = city.look(consent_id).json()
    body = {"decided_on": "2026-11-20", "reason": "行政复议决定撤销原处罚决定"}
    stranger = make_principal(Role.OFFICER, "11370102004200026H", "别的局", "government")

    refused = city.call(stranger, "POST", f"/v1/credit-facts/{penalty}/revocations", body)
    revoked = city.call(OFFICER, "POST", f"/v1/credit-facts/{penalty}/revocations", body)
    twice = city.call(OFFICER, "POST", f"/v1/credit-facts/{penalty}/revocations", body)

    assert refused.status_code == 404
    assert (revoked.status_code, revoked.json()["standing"]) == (201, "revoked")
    assert revoked.json()["replaces"] == penalty
    assert (twice.status_code, twice.json()["code"]) == (409, "fact_not_standing")
    assert city.call(BANK, "GET", f"/v1/inquiries/{before['id']}").status_code == 403


def test_the_survivor_of_a_merger_inherits_what_was_done(
    city: City, make_fact: Callable[..., Json]
) -> None:
    rows = [
        make_fact(uscc=ENTERPRISE_2.uscc, **PENALTY, source_id="inherited"),
        make_fact(uscc=ENTERPRISE_2.uscc, item="staff_total", value=7, valid_from="2026-09-01"),
    ]
    penalty, staff = (each["id"] for each in city.post_facts(*rows).json()["items"])
    before = city.look(city.grant()).json()
    body = {
        "absorbed_uscc": ENTERPRISE_2.uscc,
        "merged_on": "2026-10-08",
        "document": "合并登记通知书",
    }
    path = f"/v1/enterprises/{ENTERPRISE.uscc}/mergers"

    merger = city.call(OFFICER, "POST", path, body)
    twice = city.call(OFFICER, "POST", path, body)
    inherited = {fact["id"] for fact in own_facts(city, "administrative_penalty")}
    on_the_day_before = own_facts(city, "administrative_penalty", as_of="2026-10-07")
    later = city.post_facts(rows[0] | {"source_id": "inherited-2"}).json()["items"][0]["id"]

    assert (merger.status_code, twice.status_code) == (201, 409)
    assert penalty in inherited
    assert penalty not in {fact["id"] for fact in on_the_day_before}
    assert staff not in {fact["id"] for fact in own_facts(city, "staff_total")}
    assert later in {fact["id"] for fact in own_facts(city, "administrative_penalty")}
    then = city.look(city.grant(), known_at=before["known_at"]).json()["profile"]
    assert then == before["profile"]

    end = f"{path}/{merger.json()['id']}/ends"
    without_reason = city.call(OFFICER, "POST", end, {})
    ended = city.call(OFFICER, "POST", end, {"reason": "选错了被吸收的企业"}).json()
    assert without_reason.status_code == 422
    assert ended["recorded_to"] is not None
    assert (ended["ended_by"], ended["end_reason"]) == (OFFICER.client_id, "选错了被吸收的企业")
    assert penalty not in {fact["id"] for fact in own_facts(city, "administrative_penalty")}


def test_a_look_by_the_bureau_stands_in_the_log(city: City) -> None:
    path = f"/v1/enterprises/{ENTERPRISE.uscc}/profile"

    own = city.call(ENTERPRISE, "GET", path)
    other = city.call(ENTERPRISE_2, "GET", path)
    looked = city.call(OFFICER, "GET", path)

    assert (own.status_code, other.status_code, looked.status_code) == (200, 403, 200)
    assert own.json()["profile"] == looked.json()["profile"]
    assert city.log()[0]["purpose"] == "supervision"
    assert city.call(AUDITOR, "GET", "/v1/audit/verification").json()["ok"] is True


def test_five_years_run_from_what_is_known_today_of_the_end_also_in_past_views(
    city: City, make_fact: Callable[..., Json]
) -> None:
    row = make_fact(**PENALTY, source_id="ended-long-ago")
    fact_id = city.post_facts(row).json()["items"][0]["id"]
    consent_id = city.grant()
    before = city.look(consent_id).json()
    assert fact_id in compliance(before["profile"], "penalties")["fact_ids"]

    corrected = city.post_facts(row | {"conduct_ended_on": "2020-01-31"}).json()["items"][0]

    assert corrected["corrects"] == fact_id
    reread = city.call(BANK, "GET", f"/v1/inquiries/{before['id']}")
    past = city.look(consent_id, known_at=before["known_at"]).json()["profile"]
    assert (reread.status_code, reread.json()["code"]) == (403, "answer_expired")
    assert fact_id not in compliance(past, "penalties")["fact_ids"]
    assert corrected["id"] not in {f["id"] for f in own_facts(city, "administrative_penalty")}


def test_a_minute_later_no_kept_answer_outlives_its_consent(city: City) -> None:
    consent_id = city.grant()
    key = {"Idempotency_Key": f"kept-{consent_id}"}
    body = {"uscc": ENTERPRISE.uscc, "purpose": "loan_review", "consent_id": consent_id}
    first = city.call(BANK, "POST", "/v1/inquiries", body, **key)
    again = city.call(BANK, "POST", "/v1/inquiries", body, **key)
    city.decide(consent_id, "revoked")

    state = city.app.state
    forget_answers(Work(state.database, state.directory, city.settings))

    retried = city.call(BANK, "POST", "/v1/inquiries", body, **key)
    assert again.content == first.content
    assert again.headers["x-jws-signature"] == first.headers["x-jws-signature"]
    assert (retried.status_code, retried.json()["reason"]) == (403, "revoked")


def test_a_delivery_that_corrects_tells_those_who_had_read_the_old_value(
    city: City, make_fact: Callable[..., Json]
) -> None:
    row = make_fact(item="staff_total", value=41, valid_from="2026-02-01", source_id="corrected")
    old = city.post_facts(row).json()["items"][0]["id"]
    looked = city.look(city.grant()).json()

    city.post_facts(row)  # the same again is no news
    city.post_facts(row | {"value": 42})

    told = city.call(BANK, "GET", "/v1/credit-notices").json()["items"]
    assert [(each["kind"], each["item"]) for each in told if each["fact_id"] == old] == [
        ("corrected", "staff_total")
    ]
    assert looked["id"] in told[0]["inquiry_ids"]


def test_who_was_told_by_a_case_alone_hears_of_a_repair(city: City, penalty: str) -> None:
    city.grant(INSURER, purpose="financing_case")
    asked = {
        "case_id": "case-7",
        "uscc": ENTERPRISE.uscc,
        "parties": [INSURER.uscc],
        "actor": {"client_id": "o", "uscc": OFFICER.uscc, "org_name": OFFICER.org_name},
    }
    result = city.call(SERVICE, "POST", "/internal/credit-results", asked)
    assert result.status_code in (200, 201), result.text
    wanted = {
        "fact_id": penalty,
        "severity": "general",
        "corrected_on": "2024-06-01",
        "commitment": "已缴清罚款",
    }
    repair = city.call(ENTERPRISE, "POST", "/v1/credit-repairs", wanted).json()
    decide(city, "credit-repairs", repair, decision="approved")

    told = city.call(INSURER, "GET", "/v1/credit-notices").json()["items"][0]

    assert (told["kind"], told["fact_id"]) == ("repaired", penalty)
    assert (told["inquiry_ids"], told["case_ids"]) == ([], ["case-7"])
