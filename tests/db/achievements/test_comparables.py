"""Registered contracts as comparables: sums without names."""

from tests.db.achievements.conftest import Registry
from tests.db.achievements.test_contracts import make_trade

PATH = "/internal/comparables"


def test_registered_contracts_are_compared_without_their_parties(registry: Registry) -> None:
    for place in range(3):
        trade = make_trade(source_ref=f"comparable-{place}", technology_yuan=f"{place + 1}0000.00")
        answer = registry.service.post("/internal/contracts", json=trade)
        assert answer.status_code == 200, answer.text

    items = registry.service.get(PATH, params={"type": "license"}).json()["items"]
    chosen = registry.service.get(PATH, params={"ids": items[0]["contract_id"]}).json()["items"]
    none = registry.service.get(PATH, params={"since": "2999-01-01"}).json()["items"]

    sums = {one["technology_yuan"] for one in items}
    assert {"10000.00", "20000.00", "30000.00"} <= sums
    assert set(items[0]) == {
        "contract_id",
        "type",
        "field",
        "trl",
        "technology_yuan",
        "registered_on",
    }
    assert [one["contract_id"] for one in chosen] == [items[0]["contract_id"]]
    assert none == []


def test_only_services_may_ask(registry: Registry) -> None:
    assert registry.bank.get(PATH).status_code == 403
    assert registry.public.get(PATH).status_code == 401
