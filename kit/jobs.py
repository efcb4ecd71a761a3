"""Jobs on procrastinate: put on the board in the transaction of the act that needs them.

A job is done at least once: after a kill it is taken up again, so every task is written to be
repeated. Tasks are plain functions `(work, **kwargs)`; `async` ones run on the worker's loop.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Concatenate, ParamSpec

import procrastinate
from alembic.operations import Operations
from procrastinate import jobs as procrastinate_jobs
from procrastinate.schema import SchemaManager
from sqlalchemy.orm import Session

from kit.clock import now
from kit.db import Database
from kit.directory import Directory
from kit.logs import log
from kit.metrics import JOBS
from kit.settings import Settings

P = ParamSpec("P")
JsonValue = str | int | bool | None
STALLED_AFTER = 8.0


@dataclass(frozen=True)
class Work:
    """What a task has at hand: its house's database, the other houses, the settings."""

    database: Database
    directory: Directory
    settings: Settings


Task = Callable[Concatenate[Work, P], Awaitable[None] | None]


class Patience(procrastinate.BaseRetryStrategy):
    """Try again after 1, 2, 4, 8, 15 seconds, then every 15, and every minute after an hour."""

    def __init__(self, give_up_after: int | None = None) -> None:
        self.give_up_after = give_up_after

    def get_retry_decision(
        self, *, exception: BaseException, job: procrastinate_jobs.Job
    ) -> procrastinate.RetryDecision | None:
        if self.give_up_after is not None and job.attempts >= self.give_up_after:
            return None
        seconds = min(2 ** min(job.attempts, 4), 15) if job.attempts < 240 else 60
        log.warning(
            "job failed and will be tried again",
            task=job.task_name,
            job_id=job.id,
            attempts=job.attempts,
            error=repr(exception),
            seconds=seconds,
        )
        return procrastinate.RetryDecision(retry_in={"seconds": seconds})


@dataclass(frozen=True)
class _Entry:
    function: Callable[..., Awaitable[None] | None]
    give_up_after: int | None
    cron: str | None
    is_waited_for: bool


class JobBoard:
    """The tasks of one house, and the way to put work on the board."""

    def __init__(self, house: str) -> None:
        self.house = house
        self._entries: dict[str, _Entry] = {}
        # Never opened: deferring borrows the connection of the caller's transaction.
        self._deferrer = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())

    def task(
        self,
        name: str,
        *,
        give_up_after: int | None = None,
        cron: str | None = None,
        is_waited_for: bool = False,
    ) -> Callable[[Task[P]], Task[P]]:
        """Register a task; with `cron` it also runs by the clock (and gets no arguments).

        One that somebody waits for goes before all that nobody does.
        """

        def register(function: Task[P]) -> Task[P]:
            self._entries[name] = _Entry(function, give_up_after, cron, is_waited_for)
            return function

        return register

    def defer(
        self,
        session: Session,
        name: str,
        *,
        queueing_lock: str | None = None,
        run_at: datetime | None = None,
        **kwargs: JsonValue,
    ) -> None:
        """Put a job on the board; it exists if and only if the transaction commits."""
        if name not in self._entries:
            raise KeyError(f"no task {name!r} on the board of {self.house}")
        session.flush()
        connection = session.connection().connection.driver_connection
        self._deferrer.configure_task(
            name,
            allow_unknown=True,
            connection=connection,
            queueing_lock=queueing_lock,
            schedule_at=run_at,
            priority=int(self._entries[name].is_waited_for),
        ).defer(**kwargs)

    async def work(self, work: Work, *, concurrency: int = 4) -> None:
        """Do jobs until cancelled; jobs of workers that died are taken up again."""
        url = work.database.engine.url.set(drivername="postgresql")
        connector = procrastinate.PsycopgConnector(
            conninfo=url.render_as_string(hide_password=False),
            kwargs={"options": "-c search_path=public,jobs"},
            min_size=1,
            max_size=concurrency + 2,
        )
        app = procrastinate.App(connector=connector)
        for name, entry in self._entries.items():
            self._register(app, name, entry, work)
        async with app.open_async():
            rescue = asyncio.create_task(_rescue_stalled(app, self.house))
            try:
                await app.run_worker_async(
                    name=f"{self.house}-worker",
                    concurrency=concurrency,
                    fetch_job_polling_interval=1.0,
                    update_heartbeat_interval=2.0,
                    stalled_worker_timeout=STALLED_AFTER,
                    install_signal_handlers=False,
                    shutdown_graceful_timeout=5.0,
                    delete_jobs="successful",
                )
            finally:
                rescue.cancel()

    def _register(self, app: procrastinate.App, name: str, entry: _Entry, work: Work) -> None:
        async def run(**kwargs: JsonValue) -> None:
            kwargs.pop("timestamp", None)
            try:
                if inspect.iscoroutinefunction(entry.function):
                    await entry.function(work, **kwargs)
                else:
                    await asyncio.to_thread(entry.function, work, **kwargs)
            except BaseException:
                JOBS.labels(self.house, name, "failed").inc()
                raise
            JOBS.labels(self.house, name, "done").inc()

        task = app.task(name=name, retry=Patience(entry.give_up_after))(run)
        if entry.cron is not None:
            # procrastinate passes the moment it was due; `run` drops it.
            app.periodic(cron=entry.cron)(task)  # type: ignore[arg-type]


async def _rescue_stalled(app: procrastinate.App, house: str) -> None:
    while True:
        try:
            stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER)
            for job in stalled:
                log.warning("taking up a dead worker's job", house=house, job_id=job.id)
                await app.job_manager.retry_job(job)
        except procrastinate.exceptions.ProcrastinateException as error:
            log.warning("looking for stalled jobs failed", house=house, error=repr(error))
        await asyncio.sleep(2)


def in_(seconds: float) -> datetime:
    """The instant that many seconds from now."""
    return now() + timedelta(seconds=seconds)


def install_schema(op: Operations) -> None:
    """Make procrastinate's tables in the schema `jobs` (first migration of every house)."""
    op.execute("CREATE SCHEMA jobs")
    op.execute("SET LOCAL search_path TO jobs, public")
    # Its text holds % signs, so it must not pass through parameter formatting.
    op.get_bind().connection.cursor().execute(SchemaManager.get_schema())
    op.execute("SET LOCAL search_path TO public, jobs")


def remove_schema(op: Operations) -> None:
    """Undo `install_schema`."""
    op.execute("DROP SCHEMA jobs CASCADE")
