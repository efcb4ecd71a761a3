import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from types import SimpleNamespace

from kit.threads import run_in_thread

REQUEST = SimpleNamespace(app=SimpleNamespace(state=SimpleNamespace(threads=ThreadPoolExecutor(1))))


def test_who_is_cancelled_waits_until_the_thread_has_let_go():
    started, may_end, ended = threading.Event(), threading.Event(), threading.Event()

    def work():
        started.set()
        may_end.wait(10)
        ended.set()

    async def travel():
        trip = asyncio.create_task(run_in_thread(REQUEST, work))
        await asyncio.to_thread(started.wait, 10)
        trip.cancel()
        await asyncio.sleep(0)
        asyncio.get_running_loop().call_later(0.05, may_end.set)
        with suppress(asyncio.CancelledError):
            await trip
        return trip.cancelled(), ended.is_set()

    assert asyncio.run(travel()) == (True, True)


def test_an_error_of_the_work_is_the_error_of_the_trip():
    async def travel():
        try:
            await run_in_thread(REQUEST, int, "x")
        except ValueError:
            return "refused"

    assert asyncio.run(travel()) == "refused"
