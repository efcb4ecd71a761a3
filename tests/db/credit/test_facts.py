"""Deliveries of facts: each row alone, known rows unchanged, corrections as new records."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from kit.clock import today
from tests.db.credit.conftest import BANK, ENTERPRISE, OFFICER, City

Make = Callable[..., Any]


def test_bad_rows_are_named_and_the_others_are_stored(city: City, make_fact: Make) -> None:
    ahead = (today() + timedelta(days=2)).isoformat()
    taken = city.post_facts(
        make_fact(source_id="a"),
        make_fact(uscc="91370102MA3D000126"),
        make_fact(item="nonsense"),
        make_fact(value=12.5),
        make_fact(value="12.345"),
        make_fact(item="tax_credit_grade", value="E"),
        make_fact(item="staff_total", value=True),
        "not an object",
        make_fact(valid_to="2024-01-01"),
        make_fact(observed_at=ahead),
        make_fact(surprise=1),
        make_fact(source_id="b"),
    )

    rows = taken.json()["items"]
    assert [row["result"] for row in rows] == ["created", *["failed"] * 10, "created"]
    assert [rows[place]["problem"]["errors"][0]["pointer"] for place in (1, 2, 3, 9, 10)] == [
        "/items/1/uscc",
        "/items/2/item",
        "/items/3/value",
        "/items/9/observed_at",
        "/items/10/surprise",
    ]
    assert taken.json()["receipt"]["failed"] == 10
    receipt = city.call(OFFICER, "GET", taken.headers["location"])
    assert receipt.json()["created"] == 2


def test_the_same_fact_again_is_unchanged(city: City, make_fact: Make) -> None:
    first = city.post_facts(make_fact(item="staff_total", value=7)).json()["items"][0]

    again = city.post_facts(make_fact(item="staff_total", value=7)).json()["items"][0]

    assert (again["result"], again["id"]) == ("unchanged", first["id"])


def test_a_correction_is_a_new_record(city: City, make_fact: Make) -> None:
    consent_id = city.grant()
    first = city.post_facts(make_fact(source_id="tax-1", value="100.00")).json()["items"][0]
    told = city.look(consent_id).json()

    corrected = city.post_facts(make_fact(source_id="tax-1", value="900.00")).json()["items"][0]

    now = city.look(consent_id).json()
    then = city.look(consent_id, known_at=told["known_at"], as_of=told["as_of"]).json()
    assert (corrected["result"], corrected["corrects"]) == ("created", first["id"])
    assert now["profile"] != told["profile"]
    assert then["profile"] == told["profile"]
    assert then["input_hash"] == told["input_hash"]


def test_two_rows_of_one_delivery_must_not_contradict_each_other(
    city: City, make_fact: Make
) -> None:
    taken = city.post_facts(
        make_fact(source_id="x", value="1.00"),
        make_fact(source_id="x", value="2.00"),
        make_fact(source_id="x", value="1.00"),
    )

    results = [row["result"] for row in taken.json()["items"]]
    assert results == ["created", "failed", "unchanged"]


def test_a_thousand_rows_are_taken_and_one_more_refused(city: City, make_fact: Make) -> None:
    rows = [make_fact(item="staff_total", value=n, source_id=f"s{n}") for n in range(1000)]

    taken = city.post_facts(*rows)
    refused = city.post_facts(*rows, make_fact())
    empty = city.post_facts()

    assert taken.json()["receipt"]["created"] == 1000
    assert (refused.status_code, empty.status_code) == (422, 422)


def test_only_government_suppliers_post_facts(city: City, make_fact: Make) -> None:
    body = {"items": [make_fact()]}

    assert city.call(BANK, "POST", "/v1/credit-facts/batches", body).status_code == 403
    assert city.call(ENTERPRISE, "POST", "/v1/credit-facts/batches", body).status_code == 403
    assert city.call(None, "POST", "/v1/credit-facts/batches", body).status_code == 401


def test_a_negative_fact_is_gone_after_five_years(city: City, make_fact: Make) -> None:
    uscc = "91370102MA3D000200"
    old = today().replace(day=1) - timedelta(days=5 * 366)
    fresh = today() - timedelta(days=30)
    penalty = {"item": "administrative_penalty", "value": "5000.00", "uscc": uscc}
    city.post_facts(
        make_fact(**penalty, source_id="old", valid_from=old.isoformat()),
        make_fact(**penalty, source_id="new", valid_from=fresh.isoformat()),
    )
    consent_id = city.grant(uscc=uscc)

    now = city.look(consent_id, uscc=uscc).json()["profile"]
    then = city.look(consent_id, uscc=uscc, as_of=(old + timedelta(days=9)).isoformat()).json()

    penalties = _indicator(now, "penalties")
    assert (penalties["value"], penalties["points"]) == (1, 30)
    assert _indicator(then["profile"], "penalties")["value"] is None


def test_government_only_facts_never_leave(city: City, make_fact: Make) -> None:
    uscc = "123700004955000143"
    city.post_facts(make_fact(uscc=uscc, item="inspection_finding", value="消防通道堵塞"))
    consent_id = city.grant(uscc=uscc)

    answer = city.look(consent_id, uscc=uscc)

    assert answer.status_code == 201
    assert "inspection_finding" not in city.log(uscc)[0]["fields"]
    assert "消防" not in answer.text


def _indicator(profile: Any, code: str) -> Any:
    found = [
        indicator
        for dimension in profile["dimensions"]
        for indicator in dimension["indicators"]
        if indicator["code"] == code
    ]
    return found[0]
