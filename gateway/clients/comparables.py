"""Registered contracts of the achievements service as comparables for an appraisal."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from gateway.clients.calls import call_house
from gateway.rules.valuations import Comparable
from kit.directory import Directory


async def list_comparables(
    directory: Directory,
    achievement_id: str,
    *,
    contract_type: str | None = None,
    since: date | None = None,
    ids: Sequence[str] = (),
) -> tuple[Comparable, ...]:
    """Newest first, without names; none where the service knows none."""
    params = {"achievement_id": achievement_id, "limit": "200"}
    if contract_type is not None:
        params["type"] = contract_type
    if since is not None:
        params["since"] = since.isoformat()
    if ids:
        params["ids"] = ",".join(ids)
    answer = await call_house(
        directory, "achievements", "GET", "/internal/comparables", params=params
    )
    items = answer.json()["items"] if answer.status_code == 200 else []
    return tuple(_read(one) for one in items)


async def list_owners(directory: Directory, achievement_id: str) -> Mapping[str, str]:
    """The organisations behind an achievement, by uscc: they may not appraise it."""
    path = f"/internal/achievements/{achievement_id}"
    answer = await call_house(directory, "achievements", "GET", path)
    if answer.status_code != 200:
        return {}
    body = answer.json()
    return {one["uscc"]: one["name"] for one in (*body["organizations"], body["owner"])}


def _read(said: Mapping[str, Any]) -> Comparable:
    return Comparable(
        contract_id=said["contract_id"],
        type=said["type"],
        technology_yuan=Decimal(said["technology_yuan"]),
        registered_on=date.fromisoformat(said["registered_on"]),
    )
