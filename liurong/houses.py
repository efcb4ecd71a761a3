"""The four houses, and how they find each other inside one process."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from enum import StrEnum
from importlib import import_module

from fastapi import FastAPI

from kit.directory import Directory
from kit.settings import Mode, Settings
from liurong.exchange import FILE, ExchangeSimulator


class HouseName(StrEnum):
    """The three services and the gateway; the value is also the name of its database."""

    ACHIEVEMENTS = "achievements"
    SUBSIDIES = "subsidies"
    CREDIT = "credit"
    GATEWAY = "gateway"


_MAIN = {
    HouseName.ACHIEVEMENTS: "services.achievements.main",
    HouseName.SUBSIDIES: "services.subsidies.main",
    HouseName.CREDIT: "services.credit.main",
    HouseName.GATEWAY: "gateway.main",
}


def create_house(name: HouseName, settings: Settings) -> FastAPI:
    """The web application of one house. A process loads the houses it serves, no others."""
    app = import_module(_MAIN[name]).create_app(settings)
    assert isinstance(app, FastAPI)
    return app


@asynccontextmanager
async def open_houses(
    names: Iterable[HouseName], settings: Settings
) -> AsyncIterator[dict[HouseName, FastAPI]]:
    """Houses in this process, started, that hand each other requests without a socket.

    A house that has a URL in the settings is elsewhere: the others call it there.
    """
    apps = {name: create_house(name, settings) for name in names}
    for app in apps.values():
        introduce(app, apps, settings)
    async with AsyncExitStack() as stack:
        for app in apps.values():
            # A mounted or handed-over app's lifespan does not run by itself.
            await stack.enter_async_context(app.router.lifespan_context(app))
        yield apps


def introduce(app: FastAPI, others: Mapping[HouseName, FastAPI], settings: Settings) -> None:
    """Tell a house which of the others live in the same process."""
    directory: Directory = app.state.directory
    for name, other in others.items():
        if settings.url_of(name) is None:
            directory.add_app(name, other)
    if settings.mode is Mode.DEMO and settings.exchange_url is None:
        simulator = ExchangeSimulator(settings.data_dir / FILE)
        directory.add_app("exchange", simulator.make_app())
