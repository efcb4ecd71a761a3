"""Move a house's database up or down, and make the databases that are missing."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, ProgrammingError

from kit.settings import database_url_of

HOUSES = ("achievements", "subsidies", "credit", "gateway")
_HERE = Path(__file__).parent
_LOCK = 7_130_001


class DatabaseMissing(Exception):
    """A house's database is not there and cannot be made; says what an administrator can do."""


def create_databases(base_url: str) -> None:
    """Make the houses' databases where they are missing (`CREATEDB` is needed only then)."""
    server = make_url(base_url).set(drivername="postgresql+psycopg", database="postgres")
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            for house in HOUSES:
                name = make_url(database_url_of(base_url, house)).database
                known = text("SELECT 1 FROM pg_database WHERE datname = :name")
                if connection.execute(known, {"name": name}).first() is None:
                    _create_database(connection, str(name))
    finally:
        engine.dispose()


def _create_database(connection: Connection, name: str) -> None:
    quoted = connection.dialect.identifier_preparer.quote(name)
    try:
        connection.exec_driver_sql(f"CREATE DATABASE {quoted}")
    except (ProgrammingError, IntegrityError) as error:
        # Another start may have made it between the look and the act.
        if isinstance(error.orig, InsufficientPrivilege):
            raise DatabaseMissing(
                f"the database {name} does not exist, and this user may not make it:"
                f" CREATE DATABASE {quoted} as an administrator, or grant CREATEDB"
            ) from error
        if "already exists" not in str(error.orig):
            raise


def upgrade(house: str, base_url: str, revision: str = "head") -> None:
    """Bring a house's database up; several processes may try at once, one does it."""
    _run(house, base_url, "upgrade", revision)


def downgrade(house: str, base_url: str, revision: str = "base") -> None:
    """Take a house's database down again."""
    _run(house, base_url, "downgrade", revision)


def config_of(house: str) -> Config:
    """Alembic's configuration: the shared environment and the house's own folder of versions."""
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.set_main_option("version_locations", str(_HERE / house))
    config.set_main_option("path_separator", "os")
    return config


def _run(house: str, base_url: str, act: str, revision: str) -> None:
    config = config_of(house)
    engine = create_engine(database_url_of(base_url, house))
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
            connection.commit()
            config.attributes["connection"] = connection
            getattr(command, act)(config, revision)
            connection.commit()
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})
            connection.commit()
    finally:
        engine.dispose()
