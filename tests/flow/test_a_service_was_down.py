"""What happened while a service was down reaches it when it is back, once."""

import signal

import pytest

UNIVERSITY = {"uscc": "123700004955000143", "name": "山东某大学", "kind": "university"}
ENTERPRISE = {
    "uscc": "91370102MA3D000200",
    "name": "济南泉韵生物医药有限公司",
    "kind": "enterprise",
}


def register_contract(platform, title):
    """A contract from draft to registration, as its parties and the exchange do it."""
    university, exchange = platform.call("demo-university"), platform.call("demo-exchange")
    drafted = university.post(
        "/v1/contracts",
        json={
            "title": title,
            "type": "development",
            "seller": UNIVERSITY,
            "buyer": ENTERPRISE,
            "total_yuan": "120000.00",
            "signed_on": "2026-11-02",
        },
    )
    assert drafted.status_code == 201, drafted.text
    place = drafted.headers["Location"]
    for caller, step in (
        (university, "submitted"),
        (exchange, "recognized"),
        (exchange, "registered"),
    ):
        version = caller.get(place).headers["ETag"]
        decided = caller.post(
            f"{place}/decisions", json={"decision": step}, headers={"If-Match": version}
        )
        assert decided.status_code == 200, decided.text
    return drafted.json()["id"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_registration_reaches_subsidies_that_were_down(platform, eventually, number):
    platform.stop("subsidies", number)
    contract = register_contract(platform, f"停机期间登记的合同 {number}")
    unreachable = platform.call().post("/v1/subsidies/calculations", json={"on": "2024-06-30"})
    assert (unreachable.status_code, unreachable.json()["code"]) == (503, "service_unavailable")

    platform.start("subsidies")
    enterprise = platform.call("demo-enterprise-2")

    def mine():
        answer = enterprise.get("/v1/entitlements", params={"uscc": ENTERPRISE["uscc"]})
        return [item for item in answer.json()["items"] if item["subject"] == contract]

    (waiting,) = eventually(mine, bool)
    assert (waiting["rule"], waiting["outcome"]) == ("contract_match", "pending")
