"""What all tests share: a database server for the session, made at the first use."""

from collections.abc import Iterator

import pytest

from kit.logs import set_up_logs
from tests.server import TestServer, open_server

set_up_logs("error")


@pytest.fixture(scope="session")
def server() -> Iterator[TestServer]:
    """`server.clone("credit")` gives a fresh, migrated set of databases."""
    with open_server() as url:
        test_server = TestServer(url)
        try:
            yield test_server
        finally:
            test_server.close()
