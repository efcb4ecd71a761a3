"""Jobs in the order in which people wait for them."""

import asyncio
import contextlib

import pytest

from kit.db import Database
from kit.directory import Directory
from kit.jobs import JobBoard, Work
from kit.settings import Settings


@pytest.fixture
def work(server, tmp_path):
    settings = Settings(database_url=server.clone("credit"), data_dir=tmp_path)
    database = Database(settings.database_of("credit"))
    yield Work(database, Directory(settings), settings)
    database.close()


def test_what_somebody_waits_for_goes_before_all_that_nobody_does(work):
    board, done = JobBoard("credit"), []

    @board.task("quiet")
    def be_quiet(_: Work, *, number: int) -> None:
        done.append(f"quiet {number}")

    @board.task("waited", is_waited_for=True)
    def be_waited_for(_: Work, *, number: int) -> None:
        done.append(f"waited {number}")

    with work.database.write() as session:
        for number in range(3):
            board.defer(session, "quiet", number=number)
        for number in range(2):
            board.defer(session, "waited", number=number)

    async def work_all() -> None:
        task = asyncio.create_task(board.work(work, concurrency=1))
        async with asyncio.timeout(30):
            while len(done) < 5:
                await asyncio.sleep(0.05)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    asyncio.run(work_all())

    assert done == ["waited 0", "waited 1", "quiet 0", "quiet 1", "quiet 2"]
