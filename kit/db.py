"""The database: an engine per house, and sessions of two kinds.

A `ReadSession` can only read (PostgreSQL enforces it); a `WriteSession` is one unit of work.
Nobody but `kit.http`, `kit.jobs` and `Database` itself commits.
"""

import json
import select
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import orjson
import psycopg
from sqlalchemy import (
    Column,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Select,
    String,
    Table,
    create_engine,
    event,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.orm import Session, sessionmaker

from kit.ids import new_id as new_id

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Instant = DateTime(timezone=True)


class ReadSession(Session):
    """Reads one consistent state; writing through it is refused by the database."""


class WriteSession(Session):
    """One unit of work, committed as a whole before the answer, or not at all."""


def add_kit_tables(metadata: MetaData) -> None:
    """Add the tables that the ground floor keeps in every house's database."""
    Table(
        "events",
        metadata,
        Column("id", String(36), primary_key=True),
        Column("type", String(100), nullable=False),
        Column("subject", String(100), nullable=False),
        Column("time", Instant, nullable=False),
        Column("data", JSONB, nullable=False),
        Column("request_id", String(100)),
        comment="发件箱：本服务记录的事件，与业务数据同一事务写入",
    )
    Table(
        "inbox",
        metadata,
        Column("id", String(36), primary_key=True),
        Column("source", String(50), nullable=False),
        Column("type", String(100), nullable=False),
        Column("received_at", Instant, nullable=False),
        comment="收件箱：已处理的外来事件，保证每个事件只生效一次",
    )
    Table(
        "idempotency_keys",
        metadata,
        Column("client_id", String(100), primary_key=True),
        Column("key", String(200), primary_key=True),
        Column("operation", String(300), nullable=False),
        Column("body_hash", String(64), nullable=False),
        Column("status", Integer, nullable=False),
        Column("headers", JSONB, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("kept_at", Instant, nullable=False),
        comment="幂等键：同一键与同一内容只生效一次，返回保存的答复",
    )


def run_sql(
    session: ReadSession | WriteSession, statement: str, given: Mapping[str, object]
) -> tuple[Any, ...] | None:
    """Run one statement of a hot path in the session's transaction; its first row, if any.

    Straight through the driver, with its placeholders (`%(name)s`): SQLAlchemy's own way costs more
    than such a statement does. Errors are SQLAlchemy's all the same.
    """
    connection = session.connection()
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    try:
        cursor = driver.execute(statement, given)
        # Not `cursor.description`, which describes each column in an object of its own.
        has_rows = cursor.pgresult is not None and cursor.pgresult.nfields > 0
        return cursor.fetchone() if has_rows else None
    except psycopg.Error as error:
        raise DBAPIError.instance(
            statement, None, error, psycopg.Error, dialect=connection.dialect
        ) from error


class ReadyStatement:
    """A statement of a hot path, put into words once and run by `run_sql`; its row has names.

    All that it is given has a name of its own, and JSON is given as its text.
    """

    def __init__(self, statement: Select[Any]) -> None:
        compiled = statement.compile(dialect=make_url("postgresql+psycopg://").get_dialect()())
        constants = [name for name, value in compiled.params.items() if value is not None]
        if constants:
            raise TypeError(f"constants in a statement of a hot path: {constants}")
        self._text = str(compiled)
        self._names = tuple(statement.selected_columns.keys())

    def find_row(
        self, session: ReadSession | WriteSession, given: Mapping[str, object]
    ) -> Any | None:
        """Its first row, or None."""
        row = run_sql(session, self._text, given)
        return None if row is None else SimpleNamespace(**dict(zip(self._names, row, strict=True)))


def _read_json(text: bytes | str) -> Any:
    """JSON of the database, read as requests are; its numbers may be larger than those take."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text)


_IDLE_TOO_LONG = 30.0  # seconds after which even a silent connection is asked


def _refuse_dead_connection(raw: psycopg.Connection[Any], record: Any, _: object) -> None:
    """Take no connection from the pool that its server has closed.

    A round trip before every use (`pool_pre_ping`) costs more than most queries. But the end of a
    connection can be read, which the kernel knows; only one that was idle for long is asked.
    """
    used_at = record.info.get("used_at")
    record.info["used_at"] = time.monotonic()
    if used_at is None:
        return
    idle = time.monotonic() - used_at > _IDLE_TOO_LONG
    if raw.closed or ((idle or _has_something_to_read(raw)) and not _answers(raw)):
        raise InvalidatePoolError


def _has_something_to_read(raw: psycopg.Connection[Any]) -> bool:
    poller = select.poll()
    poller.register(raw.fileno(), select.POLLIN | select.POLLRDHUP)
    return bool(poller.poll(0))


def _answers(raw: psycopg.Connection[Any]) -> bool:
    try:
        raw.execute("")
        raw.rollback()
    except psycopg.Error:
        return False
    return True


class Database:
    """A house's database: one engine, one pool, sessions of two kinds.

    `info` travels with every session (the house it belongs to).
    """

    def __init__(self, url: str, *, pool_size: int = 24, info: Mapping[str, object] | None = None):
        self.url = url
        self.engine: Engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=4,
            pool_timeout=10,
            json_deserializer=_read_json,
            connect_args={
                "options": "-c search_path=public,jobs -c timezone=Asia/Shanghai",
                "connect_timeout": 5,
            },
        )
        event.listen(self.engine, "checkout", _refuse_dead_connection)
        shared = dict(info or {})
        self.info = shared
        readonly = self.engine.execution_options(postgresql_readonly=True)
        self._writes = sessionmaker(
            self.engine, class_=WriteSession, expire_on_commit=False, info=shared
        )
        self._reads = sessionmaker(readonly, class_=ReadSession, autoflush=False, info=shared)

    def open_write(self) -> WriteSession:
        """A unit of work whose owner commits and closes it (`kit.http`)."""
        return self._writes()

    def open_read(self) -> ReadSession:
        """A reading session whose owner closes it (`kit.http`)."""
        return self._reads()

    @contextmanager
    def write(self) -> Iterator[WriteSession]:
        """One unit of work outside a request: commits at the end, rolls back on an error."""
        with self._writes() as session:
            yield session
            session.commit()

    @contextmanager
    def read(self) -> Iterator[ReadSession]:
        """A consistent read outside a request."""
        with self._reads() as session:
            yield session

    def close(self) -> None:
        self.engine.dispose()
