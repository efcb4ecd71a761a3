"""A PostgreSQL for tests: the first that is there, in this order, and never a skip.

1. `TEST_DATABASE_URL`; 2. a container, where a Docker engine answers; 3. the embedded server
(whose launcher falls back to an installed PostgreSQL's binaries).
"""

import contextlib
import gc
import os
import secrets
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url

from kit.embedded import EmbeddedPostgres
from kit.settings import database_url_of
from migrations.run import HOUSES, upgrade


@contextlib.contextmanager
def open_server() -> Iterator[str]:
    """The URL of a server where databases may be made."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
    elif docker_answers():
        from testcontainers.postgres import PostgresContainer

        with PostgresContainer("postgres:16-alpine", driver="psycopg") as container:
            yield container.get_connection_url()
    else:
        with tempfile.TemporaryDirectory(prefix="liurong-test-") as folder:
            server = EmbeddedPostgres(Path(folder) / "postgres", fast_and_unsafe=True)
            with server as url:
                yield url


def docker_answers() -> bool:
    """Docker counts where its engine answers a ping, not where the command exists."""
    with warnings.catch_warnings():
        # Where nobody answers, the client leaves its socket to the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        answers = _ping_docker()
        gc.collect()
    return answers


def _ping_docker() -> bool:
    import docker
    from docker.errors import DockerException

    try:
        with contextlib.closing(docker.from_env(timeout=2)) as client:
            return bool(client.ping())
    except DockerException:
        return False


class TestServer:
    """Migrated templates of the houses' databases, and clones of them in a fifth of a second."""

    __test__ = False

    def __init__(self, url: str) -> None:
        self._run = secrets.token_hex(3)
        self._server = make_url(url).set(drivername="postgresql+psycopg", database="postgres")
        self._engine: Engine = create_engine(self._server, isolation_level="AUTOCOMMIT")
        self._templates: set[str] = set()
        self._made: list[str] = []

    def clone(self, *houses: str) -> str:
        """A fresh set of databases; give the result to `Settings(database_url=…)`."""
        base = self._base(f"t{self._run}_{secrets.token_hex(4)}")
        for house in houses or HOUSES:
            self._prepare(house)
            self._create(database_url_of(base, house), template=self._template(house))
        return base

    def empty(self) -> str:
        """A base URL under which nothing exists yet."""
        return self._base(f"t{self._run}_{secrets.token_hex(4)}")

    def close(self) -> None:
        """Leave a named server as it was; one of our own goes away with its databases."""
        if "TEST_DATABASE_URL" in os.environ:
            with self._engine.connect() as connection:
                for name in self._made:
                    connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._engine.dispose()

    def _prepare(self, house: str) -> None:
        if house not in self._templates:
            self._create(self._template(house), template=None)
            upgrade(house, self._base(f"template_{self._run}"))
            self._templates.add(house)

    def _template(self, house: str) -> str:
        return database_url_of(self._base(f"template_{self._run}"), house)

    def _base(self, name: str) -> str:
        return self._server.set(database=name).render_as_string(hide_password=False)

    def _create(self, url: str, template: str | None) -> None:
        name = str(make_url(url).database)
        source = f' TEMPLATE "{make_url(template).database}"' if template else ""
        with self._engine.connect() as connection:
            connection.exec_driver_sql(f'CREATE DATABASE "{name}"{source}')
        self._made.append(name)
