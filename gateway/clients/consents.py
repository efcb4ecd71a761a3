"""Whether consents stand: asked of credit together.

Every question is asked of credit's own rows after it was put, and nothing is remembered: a
revocation counts from the next question on. But while one call is under way the questions that
come meanwhile wait together and travel in the next one; a busy gateway makes few calls.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from gateway.clients.calls import call_house, quote_problem
from kit.directory import Directory
from kit.errors import DomainError, RuleBroken

MOST = 200
"""Questions in one call."""


@dataclass(frozen=True, slots=True)
class _Question:
    uscc: str
    parties: tuple[str, ...]
    answer: asyncio.Future[bool]


class ConsentDesk:
    """Puts the questions of one process to credit, one call at a time."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._waiting: list[_Question] = []
        self._errand: asyncio.Task[None] | None = None

    async def ask(self, uscc: str, parties: Sequence[str]) -> bool:
        """Whether any of the parties may be told about the enterprise now."""
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Question(uscc, tuple(parties), answer))
        if self._errand is None:
            self._errand = asyncio.create_task(self._run_errands())
        return await answer

    async def _run_errands(self) -> None:
        try:
            while self._waiting:
                asked, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                await self._run_errand(asked)
        finally:
            self._errand = None

    async def _run_errand(self, asked: Sequence[_Question]) -> None:
        try:
            answers = await self._call(asked)
        except DomainError as error:
            for one in asked:
                if not one.answer.done():
                    one.answer.set_exception(error)
            return
        for one, stands in zip(asked, answers, strict=True):
            if not one.answer.done():
                one.answer.set_result(stands)

    async def _call(self, asked: Sequence[_Question]) -> Sequence[bool]:
        questions = [{"uscc": one.uscc, "parties": list(one.parties)} for one in asked]
        body = {"questions": questions}
        path = "/internal/consent-standings"
        answer = await call_house(self._directory, "credit", "POST", path, body=body)
        if answer.status_code != 200:
            raise quote_problem(RuleBroken, "consent_required", answer)
        stands: list[bool] = answer.json()["stands"]
        return stands


_DESKS: WeakKeyDictionary[Directory, ConsentDesk] = WeakKeyDictionary()


async def ask_consent_standing(directory: Directory, uscc: str, parties: Sequence[str]) -> bool:
    """Whether the enterprise's consent towards any of these organisations holds now."""
    desk = _DESKS.get(directory)
    if desk is None:
        desk = _DESKS.setdefault(directory, ConsentDesk(directory))
    return await desk.ask(uscc, parties)
