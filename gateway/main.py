"""The gateway: one address for everything, tokens, one API description, and financing cases."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from sqlalchemy import text
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.portal import pages
from gateway.proxy.forwarding import Forwarder
from gateway.proxy.layer import ProxyLayer
from gateway.routes import (
    appraisals,
    case_figures,
    cases,
    client_keys,
    descriptions,
    guarantees,
    inbox,
    investments,
    loans,
    plans,
    products,
    sessions,
    stages,
    tasks,
)
from gateway.schemas.problems import PROBLEMS
from gateway.tables import Base
from gateway.usecases.board import board
from gateway.usecases.clients import add_demo_clients
from gateway.usecases.descriptions import Descriptions, ask_services
from kit.app import create_house_app
from kit.db import Database
from kit.directory import Directory
from kit.house import House
from kit.keys import DEFAULT_SECRETS, UnsafeStart, service_secret, signing_key
from kit.settings import Mode, Settings
from kit.text import Text

METADATA = Base.metadata
HOUSE = House(
    name="gateway",
    title=Text("六融平台", "Liurong"),
    description=Text(
        "历下区科技成果转化云平台：统一入口、令牌与“信-评-保-贷-投-易”融资办件。",
        "The achievement transfer cloud platform of 历下区: one way in, tokens, financing cases.",
    ),
    board=board,
    subscriptions={
        "gateway.case-opened": ("achievements", "credit"),
        "gateway.case-closed": ("achievements", "credit"),
        "gateway.loan-disbursed": ("credit",),
        "gateway.loan-overdue": ("credit",),
        "gateway.loan-settled": ("credit",),
        "gateway.guarantee-issued": ("credit",),
        "gateway.appraisal-issued": ("achievements",),
        "gateway.investment-closed": ("credit",),
    },
    problems=PROBLEMS,
)
_REPLACED = {"/openapi.json", "/readyz"}


def create_app(settings: Settings | None = None, directory: Directory | None = None) -> FastAPI:
    """The gateway; the services are found through `app.state.directory`."""
    settings = settings or Settings()
    refuse_default_secret(settings)
    forwarder = Forwarder()

    @asynccontextmanager
    async def live(app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(prepare, app)
        try:
            yield
        finally:
            await forwarder.close()

    routers = [
        cases.hot,  # asked most often, found first
        descriptions.router,
        sessions.router,
        client_keys.router,
        stages.router,
        plans.router,
        cases.router,
        products.router,
        loans.router,
        guarantees.router,
        appraisals.router,
        investments.router,
        tasks.hot,
        tasks.router,
        case_figures.router,
        inbox.router,
        pages.router,
    ]
    app = create_house_app(HOUSE, settings, routers, directory=directory, lifespan=live)
    # The house's own description and readiness give way to those of the whole platform.
    app.router.routes[:] = [route for route in app.router.routes if not _is_replaced(route)]
    app.add_route("/readyz", show_readiness, methods=["GET"], include_in_schema=False)
    app.state.descriptions = Descriptions(app.openapi, app.state.directory)
    app.add_middleware(ProxyLayer, directory=app.state.directory, forwarder=forwarder)
    return app


def refuse_default_secret(settings: Settings) -> None:
    """A production gateway does not start with a secret that everybody knows."""
    if settings.mode is Mode.PRODUCTION and settings.service_secret in DEFAULT_SECRETS:
        raise UnsafeStart("LIURONG_SERVICE_SECRET is a default secret; choose another")


def prepare(app: FastAPI) -> None:
    """Make the keys at first start; in the demo mode, the demo clients."""
    settings: Settings = app.state.settings
    signing_key(settings)
    service_secret(settings)
    if settings.mode is Mode.DEMO:
        add_demo_clients(app.state.database)


async def show_readiness(request: Request) -> Response:
    """Ready when the own database answers; the services' state is shown, not required."""
    services = await ask_services(request.app.state.directory)
    try:
        await run_in_threadpool(ask_database, request.app.state.database)
    except Exception:  # noqa: BLE001 whatever it is, the answer is "not ready"
        body = {"status": "database unavailable", "house": "gateway", "services": services}
        return JSONResponse(body, 503)
    return JSONResponse({"status": "ok", "house": "gateway", "services": services})


def ask_database(database: Database) -> None:
    """Raises where the database does not answer."""
    with database.read() as session:
        session.execute(text("SELECT 1"))


def _is_replaced(route: object) -> bool:
    if not isinstance(route, Route) or route.path not in _REPLACED:
        return False
    return route.endpoint is not descriptions.describe_api
