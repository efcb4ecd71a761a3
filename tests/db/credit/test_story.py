"""Chapter 3: facts arrive, a bank asks, the enterprise grants, the bank looks, both looks show."""

from collections.abc import Callable
from typing import Any

from tests.db.credit.conftest import AUDITOR, BANK, ENTERPRISE, ENTERPRISE_2, City

Make = Callable[..., Any]


def test_the_bank_looks_within_consent_and_the_enterprise_sees_it(
    city: City, make_fact: Make
) -> None:
    taken = city.post_facts(
        make_fact(observed_at="2026-05-31"),
        make_fact(item="rd_expenditure_yuan", value="900000.00"),
        make_fact(item="staff_total", value=80, valid_from="2026-06-30"),
        make_fact(item="tech_staff", value=20, valid_from="2026-06-30"),
        make_fact(item="tax_credit_grade", value="A", valid_from="2026-04-01"),
    )
    assert taken.status_code == 207, taken.text
    assert [row["result"] for row in taken.json()["items"]] == ["created"] * 5

    without = city.look(None)
    consent = city.ask()
    early = city.look(consent["id"])
    granted = city.decide(consent["id"], "granted")
    answer = city.look(consent["id"])
    again = city.call(BANK, "GET", f"/v1/inquiries/{answer.json()['id']}")
    revoked = city.decide(consent["id"], "revoked")
    after = city.look(consent["id"])
    reread = city.call(BANK, "GET", f"/v1/inquiries/{answer.json()['id']}")

    assert (without.status_code, without.json()["code"]) == (403, "consent_required")
    assert "profile" not in without.text
    assert early.json()["reason"] == "not_yet_granted"
    assert granted.json()["state"] == "granted"
    assert answer.status_code == 201, answer.text
    assert again.content == answer.content
    profile = answer.json()["profile"]
    assert profile["scorecard"]["id"] == "lixia-innovation-credit"
    intensity = profile["dimensions"][0]["indicators"][0]
    assert intensity["value"] == "0.075000"
    assert intensity["points"] == 80
    assert intensity["source"] == "历下区税务局"
    assert intensity["as_of"] == "2025-01-01"
    assert profile["score"] == sum(each["points"] for each in profile["dimensions"])
    assert {gap["code"] for gap in profile["not_available"]} >= {"debt_ratio"}
    assert len(profile["reasons"]) == 4
    assert revoked.json()["state"] == "revoked"
    assert (after.status_code, after.json()["reason"]) == (403, "revoked")
    assert (reread.status_code, reread.json()["code"]) == (403, "consent_required")

    own = city.call(ENTERPRISE, "GET", f"/v1/enterprises/{ENTERPRISE.uscc}/access-log")
    other = city.call(ENTERPRISE_2, "GET", f"/v1/enterprises/{ENTERPRISE.uscc}/access-log")
    verified = city.call(AUDITOR, "GET", "/v1/audit/verification")
    told = [(each["outcome"], each["reason"]) for each in own.json()["items"]]
    assert told == [
        ("refused", "revoked"),
        ("refused", "revoked"),
        ("disclosed", "read_again"),
        ("disclosed", None),
        ("refused", "not_yet_granted"),
        ("refused", "no_consent"),
    ]
    assert own.json()["items"][0]["institution"]["name"] == "历下某银行科技支行"
    assert other.status_code == 403
    assert {**verified.json(), "anchors": None} == {
        "entries": 6,
        "ok": True,
        "first_broken": None,
        "anchors": None,
    }


def test_an_unknown_enterprise_has_a_profile_of_gaps(city: City) -> None:
    consent_id = city.grant(uscc="12100000495570303U")

    answer = city.look(consent_id, uscc="12100000495570303U")

    assert answer.status_code == 201
    profile = answer.json()["profile"]
    assert len(profile["not_available"]) == 17
    assert profile["weak"] is True


def test_a_dimension_outside_the_consent_is_not_told(city: City, make_fact: Make) -> None:
    city.post_facts(make_fact(), make_fact(item="social_insurance_months", value=12))
    consent_id = city.grant(categories=["innovation"])

    profile = city.look(consent_id).json()["profile"]

    gaps = {gap["code"]: gap["reason"] for gap in profile["not_available"]}
    assert gaps["annual_revenue"] == "not_disclosed"
    assert gaps["social_insurance"] == "not_disclosed"
    assert "12000000" not in str(profile)


def test_a_summary_keeps_the_values_back(city: City, make_fact: Make) -> None:
    city.post_facts(make_fact())
    consent_id = city.grant(scope="summary")

    answer = city.look(consent_id)

    revenue = answer.json()["profile"]["dimensions"][1]["indicators"][1]
    assert (revenue["value"], revenue["withheld"], revenue["points"]) == (None, True, 45)
