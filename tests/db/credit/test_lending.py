"""What a bank's engineers use: pre-checks, batches of looks, and the word on what was decided."""

from datetime import datetime
from typing import Any

from kit.auth import Role
from kit.clock import freeze
from kit.directory import Directory
from kit.jobs import Work
from services.credit.usecases.lending import do_batch
from tests.db.credit.conftest import BANK, ENTERPRISE, ENTERPRISE_2, FUND, OFFICER, City
from tests.serving import make_principal


def _precheck(city: City, **overrides: Any) -> Any:
    body = {"uscc": ENTERPRISE.uscc, "purpose": "loan_review"} | overrides
    return city.call(BANK, "POST", "/v1/inquiries/prechecks", body).json()


def test_a_precheck_discloses_nothing_and_is_logged(city: City, make_fact: Any) -> None:
    city.post_facts(make_fact())
    without = _precheck(city, purpose="insurance_underwriting")
    consent_id = city.grant(max_reads=1)
    within = _precheck(city)

    assert without == {"has_consent": False, "has_data": None}
    assert within == {"has_consent": True, "has_data": True}
    entry = city.log()[0]
    assert (entry["outcome"], entry["fields"]) == ("prechecked", [])
    assert city.look(consent_id).status_code == 201  # the read was not used


def test_a_batch_answers_what_is_allowed_and_refuses_the_rest(city: City) -> None:
    consent_id = city.grant(max_reads=5)
    rows = [
        {"uscc": ENTERPRISE.uscc, "consent_id": consent_id},
        {"uscc": ENTERPRISE_2.uscc, "consent_id": consent_id},
        {"uscc": ENTERPRISE.uscc},
    ]
    body = {"purpose": "loan_review", "items": rows}
    sent = city.call(BANK, "POST", "/v1/inquiries/batches", body)
    work = Work(city.app.state.database, Directory(city.settings), city.settings)
    do_batch(work, batch_id=sent.json()["id"])
    do_batch(work, batch_id=sent.json()["id"])  # a job may be begun twice

    assert sent.status_code == 202
    job = city.call(BANK, "GET", sent.headers["location"]).json()
    assert job["state"] == "finished"
    assert job["counts"] == {"total": 3, "waiting": 0, "disclosed": 1, "refused": 2}
    done = city.call(BANK, "GET", sent.headers["location"] + "/rows").json()["items"]
    assert [each["reason"] for each in done] == [None, "other_enterprise", "no_consent"]
    kept = city.call(BANK, "GET", f"/v1/inquiries/{done[0]['inquiry_id']}")
    assert kept.status_code == 200
    assert city.call(FUND, "GET", sent.headers["location"]).status_code == 404
    used = city.call(BANK, "GET", f"/v1/consents/{consent_id}").json()
    assert used["reads_used"] == 1


def _tell(city: City, inquiry_id: str, **overrides: Any) -> Any:
    body = {
        "outcome": "granted",
        "product": "loan",
        "decided_on": "2026-06-01",
        "amount_yuan": "3000000.00",
        "annual_rate": "0.0345",
    } | overrides
    body = {name: value for name, value in body.items() if value is not None}
    return city.call(BANK, "POST", f"/v1/inquiries/{inquiry_id}/outcomes", body)


def test_an_outcome_becomes_history_and_statistics_and_is_corrected_by_a_new_record(
    city: City,
) -> None:
    inquiry_id = city.look(city.grant()).json()["id"]
    told = _tell(city, inquiry_id)
    again = _tell(city, inquiry_id)
    refused = {"outcome": "refused", "amount_yuan": None, "annual_rate": None}
    nameless = _tell(city, inquiry_id, **refused, replaces=told.json()["id"])
    corrected = _tell(
        city, inquiry_id, **refused, reason_code="cash_flow", replaces=told.json()["id"]
    )

    assert (told.status_code, again.status_code, nameless.status_code) == (201, 409, 422)
    assert corrected.status_code == 201, corrected.text
    path = f"/v1/enterprises/{ENTERPRISE.uscc}/credit-outcomes"
    history = city.call(ENTERPRISE, "GET", path).json()["items"]
    assert [each["outcome"] for each in history[:2]] == ["refused", "granted"]
    assert history[1]["annual_rate"] == "0.0345"
    assert city.call(FUND, "GET", path).json()["items"] == []
    groups = city.call(OFFICER, "GET", "/v1/inquiries/outcome-statistics").json()["groups"]
    assert [(each["outcome"], each["count"]) for each in groups] == [("refused", 1)]


def test_reads_a_day_and_the_time_an_answer_is_kept(city: City) -> None:
    consent_id = city.grant(max_reads_per_day=2, keep_days=30)
    first = city.look(consent_id)
    statuses = [city.look(consent_id).status_code for _ in range(2)]

    assert (first.status_code, statuses) == (201, [201, 403])
    last = datetime.fromisoformat(first.json()["asked_at"]).date().toordinal() + 30
    assert datetime.fromisoformat(first.json()["keep_until"]).date().toordinal() == last
    assert city.log()[0]["reason"] == "used_up_today"


def test_an_answer_is_not_read_again_after_its_time(city: City) -> None:
    from datetime import timedelta

    from kit.clock import now
    from kit.errors import Forbidden
    from services.credit.usecases.inquiries import read_inquiry_again

    answer = city.look(city.grant(keep_days=10)).json()
    with freeze(now() + timedelta(days=11)), city.app.state.database.write() as session:
        try:
            read_inquiry_again(session, BANK, answer["id"])
        except Forbidden as refused:
            code = refused.code

    assert code == "answer_no_longer_kept"


def test_the_authority_suspends_and_resumes(city: City) -> None:
    consent_id = city.grant()
    city.decide(consent_id, "suspended", OFFICER)
    closed = city.look(consent_id)
    not_theirs = city.decide(consent_id, "resumed", ENTERPRISE)
    city.decide(consent_id, "resumed", OFFICER)

    assert (closed.status_code, closed.json()["reason"]) == (403, "suspended")
    assert not_theirs.status_code == 403
    assert city.look(consent_id).status_code == 201


def test_a_weak_profile_is_offered_measures_to_its_own_enterprise(city: City) -> None:
    owner = make_principal(Role.ENTERPRISE, "91370102MA3D00055J")
    path = f"/v1/enterprises/{owner.uscc}/enhancements"
    answer = city.call(owner, "POST", path, {"amount_yuan": "3000000.00"})

    assert answer.status_code == 200, answer.text
    found = answer.json()
    expected = ["guarantee", "patent_pledge", "risk_pool"] if found["weak"] else []
    assert [each["code"] for each in found["proposals"]] == expected
    assert city.call(BANK, "POST", path, {}).status_code == 403


def test_the_scope_profile_tells_score_and_dimensions_alone(city: City, make_fact: Any) -> None:
    city.post_facts(make_fact())
    profile = city.look(city.grant(scope="profile")).json()["profile"]

    assert profile["score"] >= 0
    assert {each["code"] for each in profile["dimensions"]} >= {"innovation"}
    assert all(each["indicators"] == [] for each in profile["dimensions"])
    assert (profile["reasons"], profile["not_available"]) == ([], [])
