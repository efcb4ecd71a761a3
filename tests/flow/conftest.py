"""The platform that the stories are told on."""

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest

from tests.flow.machines import Machines, start_machines
from tests.server import TestServer

Found = TypeVar("Found")


@pytest.fixture(scope="module")
def platform(server: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """Five processes on fresh databases, with the demo clients."""
    with start_machines(server.clone(), tmp_path_factory.mktemp("machines")) as machines:
        yield machines


@pytest.fixture(scope="session")
def eventually() -> Callable[[Callable[[], Found], Callable[[Found], bool]], Found]:
    """Look again until it holds: facts travel between houses by events."""

    def look(
        read: Callable[[], Found], holds: Callable[[Found], bool], seconds: float = 60
    ) -> Found:
        end = time.monotonic() + seconds
        found = read()
        while not holds(found):
            assert time.monotonic() < end, f"after {seconds} s still: {found}"
            time.sleep(0.1)
            found = read()
        return found

    return look
