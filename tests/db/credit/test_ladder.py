"""Where an enterprise stands on a day, and what the next rung asks for."""

from typing import Any

from tests.db.credit.conftest import AUDITOR, BANK, City

USCC = "11370102004200026H"


def _ladder(city: City, on: str = "") -> Any:
    answer = city.call(AUDITOR, "GET", f"/v1/enterprises/{USCC}/ladder{on}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def _fact(item: str, value: object, valid_from: str, **overrides: Any) -> Any:
    row = {"uscc": USCC, "item": item, "value": value, "source": "某局", "valid_from": valid_from}
    return row | overrides


def test_an_enterprise_climbs_with_dates(city: City) -> None:
    assert _ladder(city)["current"] is None
    city.post_facts(
        _fact("registered_on", "2020-03-01", "2020-03-01"),
        _fact("tech_sme_number", "202437010200000001", "2024-06-01", valid_to="2024-12-31"),
        _fact("staff_total", 100, "2025-01-01"),
        _fact("tech_staff", 9, "2025-01-01"),
        _fact("annual_revenue_yuan", "60000000.00", "2025-01-01"),
        _fact("rd_expenditure_yuan", "2400000.00", "2025-01-01"),
    )

    assert _ladder(city, "?on=2021-01-01")["current"] == "start_up"
    assert _ladder(city, "?on=2024-07-01")["current"] == "technology_sme"
    assert _ladder(city, "?on=2025-07-01")["current"] == "start_up"


def test_the_next_rung_names_what_is_missing(city: City) -> None:
    city.post_facts(_fact("tech_sme_number", "202637010200000001", "2026-01-01"))

    following = _ladder(city)["next"]

    assert following["code"] == "high_tech_enterprise"
    assert {each["code"]: each["holds"] for each in following["missing"]} == {
        "core_intellectual_property": None,
        "technical_staff": False,
        "recognition": False,
    }


def test_the_ladder_is_the_enterprise_s_own(city: City) -> None:
    assert city.call(BANK, "GET", f"/v1/enterprises/{USCC}/ladder").status_code == 403
    assert city.call(AUDITOR, "GET", "/v1/enterprises/x/ladder").status_code == 422
    future = city.call(AUDITOR, "GET", f"/v1/enterprises/{USCC}/ladder?on=2199-01-01")
    assert future.status_code == 422
