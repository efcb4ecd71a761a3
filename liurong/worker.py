"""The worker: does the jobs of some or all houses (imports, event delivery, timers)."""

import asyncio
import contextlib
import socket
from collections.abc import Iterable

from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kit.db import Database
from kit.house import House
from kit.jobs import Work
from kit.metrics import render_metrics
from kit.settings import Settings
from liurong.houses import HouseName, open_houses
from liurong.web import serve


async def do_jobs(
    names: Iterable[HouseName], settings: Settings, health: socket.socket | None = None
) -> None:
    """Do jobs until cancelled. Events go to houses by URL, or to their apps in this process."""
    wanted = set(names)
    near = {name for name in HouseName if settings.url_of(name) is None}
    async with contextlib.AsyncExitStack() as stack:
        apps = await stack.enter_async_context(open_houses(wanted | near, settings))
        workers = [apps[name] for name in sorted(wanted)]
        if health is not None:
            await stack.enter_async_context(serve(_health_app(workers), health))
        async with asyncio.TaskGroup() as group:
            for app in workers:
                group.create_task(_do_jobs_of(app, settings))


async def _do_jobs_of(app: FastAPI, settings: Settings) -> None:
    house: House = app.state.house
    await house.board.work(Work(app.state.database, app.state.directory, settings))


def _health_app(apps: list[FastAPI]) -> Starlette:
    def ask_databases() -> None:
        for app in apps:
            database: Database = app.state.database
            with database.read() as session:
                session.execute(text("SELECT 1"))

    async def live(_request: Request) -> Response:
        return JSONResponse({"status": "ok", "house": "worker"})

    async def ready(_request: Request) -> Response:
        try:
            await run_in_threadpool(ask_databases)
        except SQLAlchemyError:
            return JSONResponse({"status": "database unavailable", "house": "worker"}, 503)
        return JSONResponse({"status": "ok", "house": "worker"})

    async def metrics(_request: Request) -> Response:
        return Response(render_metrics(), media_type="text/plain; version=0.0.4")

    return Starlette(
        routes=[Route("/livez", live), Route("/readyz", ready), Route("/metrics", metrics)]
    )
