"""A market for tests: an achievement to sell, a second buyer, a contract at the end."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import count

import httpx

from kit.clock import now
from tests.db.achievements.conftest import Registry
from tests.db.achievements.test_contracts import decide as decide_contract
from tests.db.achievements.test_contracts import make_contract

PATH = "/v1/listings"
_NUMBERS = count(1)


@dataclass
class Market:
    """The registry with a second buyer and an achievement to sell."""

    registry: Registry
    achievement_id: str
    second: httpx.Client

    def draft(self, **terms: object) -> dict[str, object]:
        body = {
            "achievement_id": self.achievement_id,
            "title": f"固态电解质制备技术 {next(_NUMBERS)}",
            "way": "agreement",
            "transfer_ways": ["license"],
        }
        made = self.registry.university.post(PATH, json=body | terms)
        assert made.status_code == 201, made.text
        return made.json()

    def post(self, **terms: object) -> dict[str, object]:
        return step(self.registry.university, self.draft(**terms), "listed").json()

    def contest(self, way: str = "bidding", **terms: object) -> dict[str, object]:
        usual = {
            "way": way,
            "start_price_yuan": "100000.00",
            "opens_at": (now() - timedelta(hours=1)).isoformat(),
            "closes_at": (now() + timedelta(hours=1)).isoformat(),
        }
        return self.post(**(usual | terms))

    def read(self, listing: dict[str, object]) -> dict[str, object]:
        return self.registry.officer.get(f"{PATH}/{listing['id']}").json()


def step(
    client: httpx.Client, listing: dict[str, object], decision: str, **more: object
) -> httpx.Response:
    return client.post(
        f"{PATH}/{listing['id']}/decisions",
        json={"decision": decision} | more,
        headers={"If-Match": "*"},
    )


def register_contract(market: Market, **changes: object) -> str:
    registry = market.registry
    body = make_contract(achievement_id=market.achievement_id) | changes
    contract = registry.university.post("/v1/contracts", json=body).json()
    contract = decide_contract(registry.university, contract, "submitted").json()
    contract = decide_contract(registry.exchange, contract, "recognized").json()
    return decide_contract(registry.exchange, contract, "registered").json()["id"]
