"""Workers of imports that are killed at ever later statements, until each import has ended.

`python -m tests.db.achievements.killed_workers URL IMPORT…` prints how many were killed.
"""

import os
import signal
import sys
import tempfile
from pathlib import Path

from sqlalchemy import event

from kit.db import Database
from kit.directory import Directory
from kit.jobs import Work
from kit.settings import Settings
from services.achievements.main import HOUSE
from services.achievements.usecases import import_pieces
from services.achievements.usecases.import_runs import run_import

STEP = 10


def work_until(url: str, import_id: str, last: int) -> None:
    """Work in this process, and kill it before that statement."""
    left = last

    def count_down(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(database_url=url, data_dir=Path(folder))
        database = Database(url, pool_size=4, info={"house": HOUSE})
        event.listen(database.engine, "before_cursor_execute", count_down)
        event.listen(database.engine, "commit", count_down)
        run_import(Work(database, Directory(settings), settings), import_id=import_id)


def main(url: str, *imports: str) -> int:
    """Kill until done; how many were killed."""
    import_pieces.CHUNK = 20
    killed = 0
    for import_id in imports:
        last = STEP
        while True:
            child = os.fork()
            if child == 0:
                work_until(url, import_id, last)
                os._exit(0)
            _, status = os.waitpid(child, 0)
            if not os.WIFSIGNALED(status):
                assert os.WEXITSTATUS(status) == 0
                break
            killed, last = killed + 1, last + STEP
    return killed


if __name__ == "__main__":
    sys.stdout.write(str(main(*sys.argv[1:])))
