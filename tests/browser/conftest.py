"""A real browser on a running platform. Anything that it asks of another host is written down."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, sync_playwright

from tests.flow.platforms import PlatformProcess, running_platform

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Without these a browser speaks to its maker's hosts by itself at every start.
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(slots=True)
class Visit:
    """One page, with what it asked of other hosts and what it complained about."""

    page: Page
    address: str
    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Go there, and wait until nothing more is loaded."""
        answer = self.page.goto(self.address + path, wait_until="networkidle")
        assert answer is not None
        assert answer.status < 400


def find_browser() -> str | None:
    """The browser named by BROWSER, or the first that is installed."""
    named = os.environ.get("BROWSER")
    return named or next((path for name in _NAMES if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlatformProcess]:
    """The whole platform with its demo data."""
    with running_platform(data_dir=tmp_path_factory.mktemp("seen")) as running:
        running.wait_until_said("Ctrl-C stops everything")
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Where there is none, the tests say so by name: `-rs` lists them.

    Closed with its module: its event loop would be in the way of the tests that come after.
    """
    path = find_browser()
    if path is None:
        pytest.skip("no browser: install chromium (apt install chromium) or name one in BROWSER")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=list(_QUIET))
        yield opened
        opened.close()


@pytest.fixture
def visit(browser: Browser, platform: PlatformProcess) -> Iterator[Visit]:
    """A page of its own, cut off from every host but the platform."""
    page = browser.new_page(locale="zh-CN")
    visit = Visit(page, platform.address)

    def watch(route: Route) -> None:
        if route.request.url.startswith((platform.address, "data:")):
            route.continue_()
        else:
            visit.outside.append(route.request.url)
            route.abort()

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error":
            visit.complaints.append(message.text)

    page.route("**/*", watch)
    page.on("console", listen)
    page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    yield visit
    page.close()
