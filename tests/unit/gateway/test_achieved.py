"""What an achievement contributes to a contract, as the registry answers it."""

import asyncio
from typing import Any

import httpx
import pytest

from gateway.clients.achievements import find_achieved
from gateway.rules.contracts import Achieved

OWNER = {"uscc": "123700004955000143", "name": "山东某大学", "kind": "university"}
PARTNER = {"uscc": "91370102MA3D000125", "name": "济南明湖智造科技有限公司"}


class Registry:
    """A registry that answers one thing."""

    def __init__(self, organizations: list[dict[str, Any]]) -> None:
        self._answer = {
            "organizations": organizations,
            "owner": OWNER,
            "transfer_ways": ["license"],
        }

    async def ask(self, *_what: object, **_how: object) -> httpx.Response:
        return httpx.Response(200, json=self._answer)

    async def service_headers(self) -> dict[str, str]:
        return {}


@pytest.mark.parametrize(
    ("organizations", "seller", "kind"),
    [
        ([{"uscc": None, "name": "Foreign University"}], OWNER, "university"),
        ([], OWNER, "university"),
        ([{"uscc": OWNER["uscc"], "name": OWNER["name"]}], OWNER, "university"),
        ([PARTNER, {"uscc": None, "name": "Foreign University"}], PARTNER, None),
    ],
)
def test_a_foreign_partner_does_not_sell_its_owner_does(
    organizations: list[dict[str, Any]], seller: dict[str, str], kind: str | None
) -> None:
    achieved = asyncio.run(find_achieved(Registry(organizations), "a"))  # type: ignore[arg-type]

    assert achieved == Achieved(seller["uscc"], seller["name"], kind, ("license",))
