"""Places of a lane: in the order of coming, and not for whom a lock keeps waiting."""

import asyncio
from contextlib import suppress

from kit.lanes import Lane


def test_who_came_first_goes_first_and_no_more_than_there_are_places():
    lane, inside, most, order = Lane(2), 0, 0, []

    async def go(number):
        nonlocal inside, most
        async with lane.place():
            inside, most = inside + 1, max(most, inside + 1)
            order.append(number)
            await asyncio.sleep(0)
            inside -= 1

    async def travel():
        await asyncio.gather(*map(go, range(9)))

    asyncio.run(travel())

    assert (order, most) == (list(range(9)), 2)


def test_who_waits_for_a_lock_lets_the_next_one_in_and_goes_on():
    lane, told = Lane(1), []

    async def go(name, until):
        async with lane.place():
            await until.wait()
            told.append(name)

    async def travel():
        unlocked, at_once = asyncio.Event(), asyncio.Event()
        at_once.set()
        slow = asyncio.create_task(go("slow", unlocked))
        await asyncio.sleep(0)
        await go("quick", at_once)
        unlocked.set()
        await slow

    asyncio.run(travel())

    assert told == ["quick", "slow"]


def test_a_place_comes_back_once_however_the_work_ended():
    lane = Lane(1)

    async def fail(wait):
        with suppress(ValueError):
            async with lane.place():
                await asyncio.sleep(wait)
                raise ValueError

    async def travel():
        await fail(0)
        await fail(0.1)
        waiting = asyncio.create_task(fail(0))
        waiting.cancel()
        with suppress(asyncio.CancelledError):
            await waiting
        async with lane.place():
            return lane.free.locked()

    assert asyncio.run(travel())
