"""The achievements service, as the financing flow needs it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.clients.calls import call_house, quote_problem
from gateway.rules.cases import TradeRecord
from kit.directory import Directory
from kit.errors import RuleBroken

CONTRACT = "technology_contract"


@dataclass(frozen=True, slots=True)
class AchievementSeen:
    """What a case needs to know of an achievement."""

    id: str
    title: str
    organizations: tuple[tuple[str, str], ...]
    transfer_ways: tuple[str, ...]


async def find_achievement(
    directory: Directory, achievement_id: str, *, authorization: str | None = None
) -> AchievementSeen | None:
    """An achievement as the bearer of `authorization` (else the platform) may see it."""
    answer = await call_house(
        directory,
        "achievements",
        "GET",
        f"/v1/achievements/{achievement_id}",
        authorization=authorization,
    )
    if answer.status_code != 200:
        return None
    body = answer.json()
    return AchievementSeen(
        id=body["id"],
        title=body["title"],
        organizations=tuple((one["uscc"], one["name"]) for one in body["organizations"]),
        transfer_ways=tuple(body.get("transfer_ways") or ()),
    )


async def register_contract(directory: Directory, terms: Mapping[str, Any]) -> TradeRecord:
    """易: have the contract recognized and registered; the same `source_ref` is one contract."""
    answer = await call_house(directory, "achievements", "POST", "/internal/contracts", body=terms)
    if answer.status_code not in (200, 201):
        raise quote_problem(RuleBroken, "contract_refused", answer)
    return _read_record(answer.json())


async def find_registered_contract(
    directory: Directory, *, contract_id: str | None, number: str | None
) -> TradeRecord | None:
    """A contract that is registered already, by its id or its number."""
    if contract_id is not None:
        answer = await call_house(directory, "achievements", "GET", f"/v1/contracts/{contract_id}")
        found = [answer.json()] if answer.status_code == 200 else []
    else:
        answer = await call_house(
            directory,
            "achievements",
            "GET",
            "/v1/contracts",
            params={"contract_number": str(number)},
        )
        found = answer.json()["items"] if answer.status_code == 200 else []
    registered = [one for one in found if one.get("state") == "registered"]
    return _read_record(registered[0]) if registered else None


def _read_record(body: Mapping[str, Any]) -> TradeRecord:
    return TradeRecord(
        kind=CONTRACT,
        contract_id=body.get("id") or body.get("contract_id"),
        contract_number=body.get("contract_number") or body.get("number"),
    )
