"""市级拨付: recorded once, never contradicted."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.db.subsidies.conftest import AUDITOR, ENTERPRISE, OFFICER, make_contract, make_payment


def test_the_same_payment_again_changes_nothing_and_another_is_refused(bureau):
    payment = make_payment(payment_ref="济财-1", contract_number="2026370102000001")

    first = bureau.call(OFFICER, "POST", "/v1/city-payments", payment)
    again = bureau.call(OFFICER, "POST", "/v1/city-payments", payment)
    other = bureau.call(
        OFFICER, "POST", "/v1/city-payments", payment | {"disbursed_yuan": "59999.99"}
    )

    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert first.json() == again.json()
    assert other.json()["code"] == "payment_contradicts"
    assert other.json()["differing"] == ["disbursed_yuan"]
    kept = bureau.call(AUDITOR, "GET", first.headers["Location"])
    assert kept.json() == first.json()
    assert kept.headers["ETag"] == '"1"'


def test_one_reference_recorded_many_times_at_once_is_one_payment(bureau):
    contract = make_contract()
    bureau.tell("contract-registered", contract)
    payment = make_payment(contract_id=contract["contract_id"])

    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda _: bureau.call(OFFICER, "POST", "/v1/city-payments", payment), range(8))
        )

    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len(bureau.entitlements(ENTERPRISE.uscc)) == 1


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"contract_number": None}, "one_subject"),
        ({"contract_id": "k"}, "one_subject"),
        ({"disbursed_yuan": 60000.0}, "money_format"),
        ({"disbursed_yuan": "60000.01"}, "payment_above_approval"),
        ({"disbursed_on": "2026-13-01"}, "date_parsing"),
        ({"uscc": "91370102MA3D000126"}, "uscc_check"),
        ({"payment_ref": "a b"}, "string_pattern_mismatch"),
        ({"more": 1}, "extra_forbidden"),
    ],
)
def test_what_cannot_be_a_payment_is_refused_by_place(shared_bureau, wrong, code):
    answer = shared_bureau.pay(**({"contract_number": "2026370102000001"} | wrong))

    assert answer.status_code == 422
    assert code in {fault["code"] for fault in answer.json()["errors"]}


def test_only_the_bureau_records_payments(shared_bureau):
    refused = shared_bureau.call(ENTERPRISE, "POST", "/v1/city-payments", make_payment())
    assert refused.status_code == 403
    assert shared_bureau.call(ENTERPRISE, "GET", "/v1/city-payments").status_code == 403


def test_payments_come_in_pages(bureau):
    for number in range(5):
        bureau.pay(payment_ref=f"P{number}", contract_number="2026370102000001")

    first = bureau.call(OFFICER, "GET", "/v1/city-payments?limit=3").json()
    rest = bureau.call(
        OFFICER, "GET", f"/v1/city-payments?limit=3&cursor={first['next_cursor']}"
    ).json()

    refs = [one["payment_ref"] for one in (*first["items"], *rest["items"])]
    assert refs == ["P0", "P1", "P2", "P3", "P4"]
    assert rest["next_cursor"] is None
