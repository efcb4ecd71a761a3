"""Questions about consents travel together, and none is answered from before it was put."""

import asyncio
from typing import Any

import httpx
import pytest

from gateway.clients.consents import ConsentDesk
from kit.errors import Unavailable

FIRM, BANK, FUND = "91370102MA3D000125", "91370102MA3D00039W", "91370102MA3D00055J"


class Credit:
    """A credit that answers what stands at the moment it is asked, and takes its time."""

    def __init__(self) -> None:
        self.consents = {(FIRM, BANK)}
        self.calls: list[int] = []
        self.status = 200

    async def ask(self, *_what: str, body: Any, **_how: object) -> httpx.Response:
        stands = [
            any((one["uscc"], party) in self.consents for party in one["parties"])
            for one in body["questions"]
        ]
        self.calls.append(len(stands))
        await asyncio.sleep(0.01)
        return httpx.Response(self.status, json={"stands": stands})

    async def service_headers(self) -> dict[str, str]:
        return {}


def test_who_comes_while_a_call_is_under_way_shares_the_next() -> None:
    credit = Credit()

    async def ask() -> list[bool]:
        desk = ConsentDesk(credit)  # type: ignore[arg-type]
        return await asyncio.gather(
            *(desk.ask(FIRM, [BANK] if place % 2 else [FUND]) for place in range(300))
        )

    answers = asyncio.run(ask())

    assert answers == [place % 2 == 1 for place in range(300)]
    assert sum(credit.calls) == 300
    assert len(credit.calls) <= 3


def test_a_revocation_counts_from_the_next_question_on() -> None:
    credit = Credit()

    async def ask() -> tuple[bool, bool]:
        desk = ConsentDesk(credit)  # type: ignore[arg-type]
        before = asyncio.create_task(desk.ask(FIRM, [BANK]))
        await asyncio.sleep(0.001)
        credit.consents.clear()
        return await before, await desk.ask(FIRM, [BANK])

    assert asyncio.run(ask()) == (True, False)


def test_one_who_goes_away_leaves_the_others_their_answers() -> None:
    credit = Credit()

    async def ask() -> bool:
        desk = ConsentDesk(credit)  # type: ignore[arg-type]
        impatient = asyncio.create_task(desk.ask(FIRM, [BANK]))
        patient = asyncio.create_task(desk.ask(FIRM, [BANK]))
        await asyncio.sleep(0.001)
        impatient.cancel()
        return await patient

    assert asyncio.run(ask())


def test_all_are_told_when_credit_is_away_and_the_next_ask_again() -> None:
    credit = Credit()
    credit.status = 503

    async def ask() -> tuple[list[BaseException | bool], bool]:
        desk = ConsentDesk(credit)  # type: ignore[arg-type]
        refused = await asyncio.gather(
            *(desk.ask(FIRM, [BANK]) for _ in range(3)), return_exceptions=True
        )
        credit.status = 200
        return refused, await desk.ask(FIRM, [BANK])

    refused, after = asyncio.run(ask())

    assert all(isinstance(one, Unavailable) for one in refused)
    assert after
    with pytest.raises(Unavailable):
        raise refused[0]  # type: ignore[misc]
