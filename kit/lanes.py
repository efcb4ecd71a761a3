"""A lane: how many requests of much arithmetic are worked on side by side.

Python works on one at a time however many threads there are, and hands over to any of those that
wait. With more under way than the processor can use, answers come no sooner, but some far later
than those that were asked for after them. In a lane they wait in the order in which they came.
"""

import asyncio
import os
from types import TracebackType

PLACES = 2 * (os.cpu_count() or 1)
PATIENCE = 0.05  # seconds


class Lane:
    """So many places, given in the order of coming."""

    def __init__(self, places: int = PLACES) -> None:
        self.free = asyncio.Semaphore(places)

    def place(self) -> "Place":
        """`async with lane.place():` a place for one request."""
        return Place(self.free)


class Place:
    """A place, kept until the work is done, or for `PATIENCE`.

    Who takes longer waits for a lock of the database, not for the processor: he goes on, and the
    next one comes in beside him.
    """

    def __init__(self, free: asyncio.Semaphore) -> None:
        self._free = free
        self._kept = False

    async def __aenter__(self) -> None:
        await self._free.acquire()
        self._kept = True
        self._late = asyncio.get_running_loop().call_later(PATIENCE, self._leave)

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._late.cancel()
        self._leave()

    def _leave(self) -> None:
        if self._kept:
            self._kept = False
            self._free.release()
