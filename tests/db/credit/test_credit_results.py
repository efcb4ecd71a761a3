"""What the financing flow asks: a result within consent, and whether consent stands."""

from typing import Any

import httpx

from kit.clock import today
from tests.db.credit.conftest import BANK, ENTERPRISE, FUND, INSURER, OFFICER, SERVICE, City


def _assess(city: City, *parties: str, **overrides: Any) -> httpx.Response:
    body = {
        "case_id": "case-1",
        "uscc": ENTERPRISE.uscc,
        "parties": list(parties),
        "actor": {
            "client_id": "demo-officer",
            "uscc": OFFICER.uscc,
            "org_name": "历下区科学技术局",
        },
    }
    return city.call(SERVICE, "POST", "/internal/credit-results", body | overrides)


def test_a_result_needs_a_consent_to_one_of_the_parties(city: City) -> None:
    refused = _assess(city, BANK.uscc, INSURER.uscc)
    consent_id = city.grant(max_reads=1)
    allowed = _assess(city, BANK.uscc, INSURER.uscc)
    again = _assess(city, BANK.uscc)
    others = _assess(city, FUND.uscc)
    read = city.look(consent_id)
    city.decide(consent_id, "revoked")
    revoked = _assess(city, BANK.uscc)

    assert (refused.status_code, refused.json()["code"]) == (403, "consent_required")
    assert allowed.status_code == 200
    result = allowed.json()
    assert [each["institution_uscc"] for each in result["consents"]] == [BANK.uscc]
    assert result["valid_until"] > today().isoformat()
    assert result["scorecard"]["id"] == "lixia-innovation-credit"
    assert (again.status_code, others.status_code, revoked.status_code) == (200, 403, 403)
    assert read.status_code == 201
    told = [(each["purpose"], each["outcome"], each["case_id"]) for each in city.log()]
    assert told[0] == ("financing_case", "refused", "case-1")
    assert ("financing_case", "disclosed", "case-1") in told


def test_standing_says_only_whether_a_consent_stands(city: City) -> None:
    path = "/internal/consent-standings"
    asked = {
        "questions": [
            {"uscc": ENTERPRISE.uscc, "parties": [INSURER.uscc, FUND.uscc]},
            {"uscc": ENTERPRISE.uscc, "parties": [INSURER.uscc]},
        ]
    }

    before = city.call(SERVICE, "POST", path, asked).json()
    consent_id = city.grant(FUND, purpose="investment_review")
    looks = len(city.log())
    after = city.call(SERVICE, "POST", path, asked).json()
    city.decide(consent_id, "revoked")
    at_last = city.call(SERVICE, "POST", path, asked).json()

    assert before == at_last == {"stands": [False, False]}
    assert after == {"stands": [True, False]}
    assert len(city.log()) == looks


def test_inside_doors_are_closed_to_outsiders(city: City) -> None:
    path = "/internal/consent-standings"
    asked = {"questions": [{"uscc": ENTERPRISE.uscc, "parties": [BANK.uscc]}]}

    assert city.call(BANK, "POST", path, asked).status_code == 403
    assert city.call(OFFICER, "POST", "/internal/credit-results", {}).status_code == 403
    bad = {"questions": [{"uscc": ENTERPRISE.uscc, "parties": ["x"]}]}
    assert city.call(SERVICE, "POST", path, bad).status_code == 422


def test_a_consent_that_begins_later_does_not_stand_at_a_case(city: City) -> None:
    city.grant(INSURER, purpose="guarantee", valid_from="2035-01-01")
    asked = {"questions": [{"uscc": ENTERPRISE.uscc, "parties": [INSURER.uscc]}]}

    stands = city.call(SERVICE, "POST", "/internal/consent-standings", asked).json()

    assert stands == {"stands": [False]}
    assert _assess(city, INSURER.uscc).status_code == 403
