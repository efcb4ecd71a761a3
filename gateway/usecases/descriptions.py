"""The one description of the whole API, gathered from the houses."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import httpx

from gateway.clients.calls import service_down
from gateway.rules.addresses import HOUSES
from gateway.rules.descriptions import merge_descriptions
from kit.directory import Directory
from kit.errors import Unavailable
from kit.logs import log

_FRESH = 30.0  # seconds


class Descriptions:
    """The parts as they were last seen: a service that is down keeps its place in the whole."""

    def __init__(self, describe_own: Callable[[], dict[str, Any]], directory: Directory) -> None:
        # Asked for when somebody asks: describing oneself takes most of a second of the start.
        self._describe_own = describe_own
        self._directory = directory
        self._parts: dict[str, dict[str, Any]] = {}
        self._merged: dict[str, Any] | None = None
        self._seen_at = float("-inf")

    async def describe_all(self) -> dict[str, Any]:
        """OpenAPI 3.1 of gateway and services; raises Unavailable if one was never seen."""
        await self._look()
        missing = [house for house in HOUSES if house not in self._parts]
        if missing:
            raise service_down(missing[0])
        if self._merged is None:
            self._merged = await self._merge()
        return self._merged

    async def list_problem_types(self) -> dict[str, dict[str, str]]:
        """Code to titles, of all parts seen so far."""
        await self._look()
        merged = await self._merge()
        types: dict[str, dict[str, str]] = merged["x-problem-types"]
        return types

    async def _merge(self) -> dict[str, Any]:
        return merge_descriptions(await asyncio.to_thread(self._describe_own), self._parts)

    async def _look(self) -> None:
        if time.monotonic() - self._seen_at < _FRESH and len(self._parts) == len(HOUSES):
            return
        found = await asyncio.gather(*(self._fetch(house) for house in HOUSES))
        new = {house: part for house, part in zip(HOUSES, found, strict=True) if part is not None}
        if any(self._parts.get(house) != part for house, part in new.items()):
            self._parts |= new
            self._merged = None
        self._seen_at = time.monotonic()

    async def _fetch(self, house: str) -> dict[str, Any] | None:
        try:
            answer = await self._directory.client(house).get("/openapi.json")
            answer.raise_for_status()
            part: dict[str, Any] = answer.json()
        except (httpx.HTTPError, OSError, Unavailable, ValueError) as error:
            log.warning("a service does not describe itself", service=house, error=repr(error))
            return None
        return part


async def ask_services(directory: Directory) -> dict[str, str]:
    """Whether each service is ready; shown, never required."""
    states = await asyncio.gather(*(_ask(directory, house) for house in HOUSES))
    return dict(zip(HOUSES, states, strict=True))


async def _ask(directory: Directory, house: str) -> str:
    try:
        answer = await directory.client(house).get("/readyz", timeout=1.0)
    except (httpx.HTTPError, OSError, Unavailable):
        return "unavailable"
    return "ok" if answer.status_code == 200 else "not ready"
