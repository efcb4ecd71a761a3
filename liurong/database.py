"""The database server of a machine: the one that is named, or our own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url

from kit.embedded import EmbeddedPostgres
from kit.settings import Settings
from migrations.run import HOUSES, create_databases, upgrade


class DatabaseServer:
    """Where the houses' databases are; `url` is their common prefix (`kit.settings`)."""

    def __init__(self, url: str, embedded: EmbeddedPostgres | None = None) -> None:
        self.url = url
        self._embedded = embedded

    def is_alive(self) -> bool:
        """Whether our own server runs; an outside one is not ours to watch."""
        return self._embedded is None or self._embedded.is_alive()

    def restart(self) -> None:
        """Bring our own server back at the same address, on the same data."""
        if self._embedded is not None:
            self._embedded.start()


@contextmanager
def open_database_server(settings: Settings) -> Iterator[DatabaseServer]:
    """`DATABASE_URL`'s server, or else an embedded one on `DATA_DIR` for as long as we live."""
    if settings.database_url is not None:
        yield DatabaseServer(settings.database_url)
        return
    embedded = EmbeddedPostgres(folder_of(settings))
    with embedded as url:
        named = make_url(url).set(database="liurong").render_as_string(hide_password=False)
        yield DatabaseServer(named, embedded)


def folder_of(settings: Settings) -> Path:
    """Where the embedded server keeps its data."""
    return settings.data_dir / "postgres"


def migrate(base_url: str) -> None:
    """Make the four databases where they are missing, and bring each up to date."""
    create_databases(base_url)
    for house in HOUSES:
        upgrade(house, base_url)
