"""Consents: asked by the institution, answered by the enterprise, closed by the clock."""

from datetime import timedelta

from sqlalchemy import text

from kit.clock import now, today
from kit.directory import Directory
from kit.jobs import Work
from services.credit.usecases.consents import close_run_out_consents
from tests.db.credit.conftest import (
    AUDITOR,
    BANK,
    ENTERPRISE,
    ENTERPRISE_2,
    FUND,
    INSURER,
    OFFICER,
    City,
)


def test_a_request_has_a_place_and_a_version(city: City) -> None:
    consent = city.ask()

    shown = city.call(ENTERPRISE, "GET", f"/v1/consents/{consent['id']}")

    assert shown.headers["etag"] == '"1"'
    assert shown.json()["state"] == "requested"
    assert shown.json()["allowed"] == ["declined", "granted"]
    assert [step["state"] for step in shown.json()["history"]] == ["requested"]


def test_a_decision_names_the_version_it_changes(city: City) -> None:
    path = f"/v1/consents/{city.ask()['id']}/decisions"
    grant = {"decision": "granted"}

    missing = city.call(ENTERPRISE, "POST", path, grant)
    stale = city.call(ENTERPRISE, "POST", path, grant, If_Match='"9"')
    right = city.call(ENTERPRISE, "POST", path, grant, If_Match='"1"')
    twice = city.call(ENTERPRISE, "POST", path, grant, If_Match='"2"')

    assert [each.status_code for each in (missing, stale, right, twice)] == [428, 412, 200, 409]
    assert right.headers["etag"] == '"2"'
    assert twice.json()["allowed"] == ["revoked"]


def test_the_wrong_party_is_refused_and_a_stranger_sees_nothing(city: City) -> None:
    consent_id = city.ask()["id"]

    assert city.decide(consent_id, "granted", BANK).status_code == 403
    assert city.decide(consent_id, "granted", INSURER).status_code == 404
    assert city.decide(consent_id, "granted", ENTERPRISE_2).status_code == 404
    assert city.call(FUND, "GET", f"/v1/consents/{consent_id}").status_code == 404
    assert city.call(AUDITOR, "GET", f"/v1/consents/{consent_id}").status_code == 200
    assert city.call(ENTERPRISE, "POST", "/v1/consents", {}).status_code == 403
    assert city.decide("no-such", "granted").status_code == 404


def test_each_end_of_a_consent_has_its_own_reason(city: City) -> None:
    ends = {"given_up": BANK, "suspended": OFFICER, "revoked": ENTERPRISE}
    for act, party in ends.items():
        consent_id = city.grant()

        assert city.decide(consent_id, act, party).json()["state"] == act
        assert city.look(consent_id).json()["reason"] == act


def test_a_look_needs_the_same_enterprise_institution_and_purpose(city: City) -> None:
    consent_id = city.grant(max_reads=1)

    other_enterprise = city.look(consent_id, uscc=ENTERPRISE_2.uscc)
    other_institution = city.look(consent_id, caller=INSURER)
    other_purpose = city.look(consent_id, purpose="guarantee")
    unknown = city.look("01a206ea-3c16-7fc3-ad73-268ed8e26ddf")
    allowed = city.look(consent_id)
    used_up = city.look(consent_id)

    refused = (other_enterprise, other_institution, other_purpose, unknown, used_up)
    assert [each.json()["reason"] for each in refused] == [
        "other_enterprise",
        "other_institution",
        "other_purpose",
        "unknown_consent",
        "used_up",
    ]
    assert {each.json()["code"] for each in refused} == {"consent_required"}
    assert allowed.status_code == 201


def test_a_consent_replaces_another_only_when_it_says_so(city: City) -> None:
    first, second = city.grant(), city.grant()
    third = city.grant(supersedes=first)

    assert city.look(first).json()["reason"] == "superseded"
    assert city.look(second).status_code == 201
    assert city.look(third).status_code == 201


def test_an_unreadable_request_is_refused(city: City) -> None:
    body = {
        "uscc": ENTERPRISE.uscc,
        "purpose": "loan_review",
        "scope": "detail",
        "categories": ["innovation"],
        "valid_until": (today() + timedelta(days=9)).isoformat(),
        "max_reads": 1,
    }
    wrong = {
        "purpose": "curiosity",
        "categories": ["secrets"],
        "valid_until": "2020-01-01",
        "max_reads": 0,
        "scope": "everything",
        "uscc": "x",
        "supersedes": "nothing",
        "surprise": True,
    }

    for name, value in wrong.items():
        answer = city.call(BANK, "POST", "/v1/consents", body | {name: value})
        assert answer.status_code == 422, (name, answer.text)
        assert answer.json()["errors"][0]["pointer"].startswith(f"/{name}")
    purposes = city.call(BANK, "POST", "/v1/consents", body | {"purpose": "curiosity"})
    assert "loan_review" in purposes.json()["detail"]


def test_the_clock_closes_what_nobody_answers(city: City) -> None:
    waiting, running = city.ask()["id"], city.grant()
    past = now() - timedelta(seconds=1)
    with city.app.state.database.write() as session:
        moved = "UPDATE consents SET answer_by = :past, valid_until = :past WHERE id = :id"
        for consent_id in (waiting, running):
            session.execute(text(moved), {"past": past, "id": consent_id})

    lapsed = city.call(BANK, "GET", f"/v1/consents/{waiting}").json()["state"]
    expired = city.look(running).json()["reason"]
    listed = city.call(ENTERPRISE, "GET", "/v1/consents?state=expired").json()["items"]
    too_late = city.decide(waiting, "granted")
    close_run_out_consents(Work(city.app.state.database, Directory(city.settings), city.settings))
    kept = city.call(BANK, "GET", f"/v1/consents/{waiting}").json()

    assert (lapsed, expired) == ("lapsed", "expired")
    assert running in [each["id"] for each in listed]
    assert (too_late.status_code, too_late.json()["allowed"]) == (409, [])
    assert [step["state"] for step in kept["history"]] == ["requested", "lapsed"]


def test_each_side_lists_its_own(city: City) -> None:
    consent = city.ask(INSURER, uscc=ENTERPRISE_2.uscc, purpose="insurance_underwriting")

    def ids(caller, query=""):  # type: ignore[no-untyped-def]
        page = city.call(caller, "GET", f"/v1/consents?limit=200{query}").json()
        return [each["id"] for each in page["items"]]

    assert consent["id"] in ids(INSURER)
    assert consent["id"] in ids(ENTERPRISE_2, "&state=requested")
    assert consent["id"] in ids(OFFICER, f"&uscc={ENTERPRISE_2.uscc}")
    assert consent["id"] not in ids(BANK)
    assert consent["id"] not in ids(ENTERPRISE_2, "&state=granted")


def test_a_list_is_read_in_pages(city: City) -> None:
    asked = {city.ask(FUND, purpose="investment_review")["id"] for _ in range(5)}

    seen, path = [], "/v1/consents?limit=2"
    while path:
        page = city.call(FUND, "GET", path).json()
        seen += [each["id"] for each in page["items"]]
        after = page["next_cursor"]
        path = f"/v1/consents?limit=2&cursor={after}" if after else ""

    assert len(seen) == len(set(seen)) >= 5
    assert asked <= set(seen)


def test_a_consent_that_begins_later_opens_nothing_now(city: City) -> None:
    consent_id = city.grant(valid_from="2035-01-01")

    shown = city.call(BANK, "GET", f"/v1/consents/{consent_id}").json()
    refused = city.look(consent_id)
    body = {
        "uscc": ENTERPRISE.uscc,
        "purpose": "loan_review",
        "valid_from": "2030-01-02",
        "valid_until": "2030-01-01",
    }
    backwards = city.call(BANK, "POST", "/v1/consents", body)

    assert shown["valid_from"].startswith("2035-01-01T00:00:00")
    assert (refused.status_code, refused.json()["reason"]) == (403, "not_yet_valid")
    assert (backwards.status_code, backwards.json()["errors"][0]["pointer"]) == (422, "/valid_from")
