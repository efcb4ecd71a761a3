"""One payment of the city under two references is held for a person, and is matched once."""

import pytest

from tests.db.subsidies.conftest import (
    ENTERPRISE,
    ENTERPRISE_2,
    OFFICER,
    SERVICE,
    make_contract,
    make_organization,
)
from tests.db.subsidies.paying import DOUBLES, OFFICER_2, at_once, decide, doubles, tell_merger

PATH = "/v1/city-payments"


@pytest.fixture
def contract(bureau):
    contract = make_contract()
    bureau.tell("organization-registered", make_organization(ENTERPRISE))
    bureau.tell("contract-registered", contract)
    return contract


def double_of(bureau, ref):
    [double] = [one for one in doubles(bureau) if one["suspect"]["payment_ref"] == ref]
    return double["id"]


def state_of(bureau, ref):
    return bureau.call(OFFICER, "GET", f"{PATH}/{ref}").json()["state"]


def refs_of(bureau):
    return [one["payment_ref"] for one in bureau.entitlements(ENTERPRISE.uscc)]


def test_the_same_sum_for_the_same_contract_on_the_same_day_is_held(bureau, contract):
    first = bureau.pay(payment_ref="A1", contract_id=contract["contract_id"])
    again = bureau.pay(payment_ref="B1", contract_number=contract["contract_number"])

    assert first.json()["state"] == "counted"
    assert (again.status_code, again.json()["state"]) == (201, "held")
    assert again.json()["entitlements"] == []
    [double] = doubles(bureau, state="open")
    assert again.json()["suspected_doubles"] == [double["id"]]
    sides = [double[side]["payment_ref"] for side in ("suspect", "twin")]
    assert (sides, double["cause"]) == (["B1", "A1"], "recorded")
    assert refs_of(bureau) == ["A1"]
    [waiting] = bureau.call(OFFICER, "GET", f"{PATH}?state=held").json()["items"]
    assert waiting["payment_ref"] == "B1"
    counted = bureau.call(OFFICER, "GET", f"{PATH}?state=counted").json()["items"]
    assert [one["payment_ref"] for one in counted] == ["A1"]


def test_a_person_says_whether_it_is_one_payment_or_two(bureau, contract):
    for ref in ("A1", "B1", "C1"):
        bureau.pay(payment_ref=ref, contract_id=contract["contract_id"])
    second, third = double_of(bureau, "B1"), double_of(bureau, "C1")
    unread = {"outcome": "distinct", "reason": "未读"}

    missing = bureau.call(OFFICER_2, "POST", f"{DOUBLES}/{second}/decisions", unread)
    assert missing.status_code == 428
    assert decide(bureau, second, "distinct", If_Match='"2"').status_code == 412
    alone = decide(bureau, second, "distinct", OFFICER)
    assert alone.json()["code"] == "second_person_needed"
    distinct = decide(bureau, second, "distinct", If_Match='"1"')
    duplicate = decide(bureau, third, "duplicate", If_Match='"1"')
    twice = decide(bureau, third, "distinct")

    assert (distinct.json()["state"], distinct.headers["ETag"]) == ("distinct", '"2"')
    assert duplicate.json()["decided_by"] == OFFICER_2.client_id
    assert [state_of(bureau, ref) for ref in ("A1", "B1", "C1")] == [
        "counted",
        "counted",
        "duplicate",
    ]
    assert twice.json()["code"] == "double_settled"
    assert decide(bureau, "none", "duplicate").status_code == 404
    assert sorted(refs_of(bureau)) == ["A1", "B1"]


def test_another_day_sum_thing_or_payee_is_another_payment(bureau, contract):
    other = make_contract()
    bureau.tell("contract-registered", other)
    bureau.pay(payment_ref="A1", contract_id=contract["contract_id"])

    states = [
        bureau.pay(payment_ref=ref, **said).json()["state"]
        for ref, said in {
            "B1": {"contract_id": contract["contract_id"], "disbursed_on": "2026-11-19"},
            "B2": {"contract_id": contract["contract_id"], "disbursed_yuan": "59999.99"},
            "B3": {"contract_number": other["contract_number"]},
            "B4": {"platform_id": "P1"},
            "B5": {"contract_id": contract["contract_id"], "uscc": ENTERPRISE_2.uscc},
        }.items()
    ]

    assert states == ["counted"] * 5


def test_organisations_that_merged_are_one_payee(bureau, contract):
    bureau.pay(payment_ref="A1", contract_id=contract["contract_id"])
    tell_merger(bureau, ENTERPRISE_2, ENTERPRISE)

    again = bureau.pay(
        payment_ref="B1", contract_id=contract["contract_id"], uscc=ENTERPRISE_2.uscc
    )

    assert again.json()["state"] == "held"


def test_a_contract_known_later_does_not_let_a_held_payment_through(bureau):
    contract = make_contract()
    bureau.tell("organization-registered", make_organization(ENTERPRISE))
    bureau.pay(payment_ref="A1", contract_id=contract["contract_id"])
    held = bureau.pay(payment_ref="B1", contract_number=contract["contract_number"])

    bureau.tell("contract-registered", contract)

    assert held.json()["state"] == "held"
    assert refs_of(bureau) == ["A1"]


def test_many_records_at_once_leave_one_that_counts(bureau, contract):
    answers = at_once(
        lambda number: bureau.pay(
            payment_ref=f"R{number}",
            **(
                {"contract_id": contract["contract_id"]}
                if number % 2
                else {"contract_number": contract["contract_number"]}
            ),
        ),
        range(12),
    )

    assert {answer.status_code for answer in answers} == {201}
    assert sorted(answer.json()["state"] for answer in answers) == ["counted"] + ["held"] * 11
    assert len(refs_of(bureau)) == 1


def test_an_event_that_cannot_be_read_is_named_and_may_come_again(bureau):
    event = {
        "id": "e1",
        "source": "credit",
        "type": "credit.enterprises-merged",
        "subject": ENTERPRISE.uscc,
        "time": "2026-11-23T09:00:00+08:00",
        "data": {"merger_id": "m1", "absorbed_uscc": ENTERPRISE_2.uscc},
    }
    refused = bureau.call(SERVICE, "POST", "/internal/events", event)
    event["data"]["surviving_uscc"] = ENTERPRISE.uscc
    mended = bureau.call(SERVICE, "POST", "/internal/events", event)

    assert refused.status_code == 422
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/data/surviving_uscc"]
    assert mended.status_code == 204
