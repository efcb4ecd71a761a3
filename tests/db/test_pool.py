"""A connection that its server has closed is never handed out; a live one is not asked first."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from kit import db
from kit.db import Database, run_sql
from kit.settings import database_url_of
from tests.server import TestServer


def test_closed_connections_are_replaced_before_anybody_gets_one(server: TestServer) -> None:
    database = Database(database_url_of(server.clone("credit"), "credit"), pool_size=3)
    for_now = [database.open_read() for _ in range(3)]
    pids = [each.execute(text("SELECT pg_backend_pid()")).scalar_one() for each in for_now]
    for each in for_now:
        each.close()
    other = Database(database.url, pool_size=1)
    with other.write() as session:
        for pid in pids:
            session.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})

    for _ in range(4):
        with database.read() as session:
            assert session.execute(text("SELECT pg_backend_pid()")).scalar_one() not in pids

    other.close()
    database.close()


def test_a_connection_in_use_is_not_asked_again_and_an_idle_one_is(
    server: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    answers = db._answers
    monkeypatch.setattr(db, "_answers", lambda raw: asked.append(1) or answers(raw))  # type: ignore[func-returns-value]
    database = Database(database_url_of(server.clone("credit"), "credit"), pool_size=1)

    def use() -> None:
        with database.read() as session:
            session.execute(text("SELECT 1"))

    for _ in range(5):
        use()
    assert asked == []

    monkeypatch.setattr(db, "_IDLE_TOO_LONG", 0.0)
    use()
    assert asked == [1]
    database.close()


def test_a_statement_of_a_hot_path_is_part_of_the_transaction_and_fails_as_any_other(
    server: TestServer,
) -> None:
    database = Database(database_url_of(server.clone("credit"), "credit"), pool_size=1)
    keep = "INSERT INTO inbox VALUES (%(id)s, 'a', 'b', now())"

    with database.open_write() as session:
        assert run_sql(session, keep, {"id": "undone"}) is None
        session.rollback()
    with database.write() as session:
        run_sql(session, keep, {"id": "kept"})
        assert run_sql(session, "SELECT id, %(n)s::int FROM inbox", {"n": 7}) == ("kept", 7)
    with pytest.raises(IntegrityError), database.write() as session:
        run_sql(session, keep, {"id": "kept"})
    with pytest.raises(OperationalError), database.write() as session:
        run_sql(session, "SELECT pg_terminate_backend(pg_backend_pid())", {})

    with database.read() as session:
        assert run_sql(session, "SELECT count(*) FROM inbox", {}) == (1,)
    database.close()


def test_a_number_too_large_for_the_quick_reader_is_read_all_the_same(server: TestServer) -> None:
    database = Database(database_url_of(server.clone("credit"), "credit"), pool_size=1)

    with database.read() as session:
        found = run_sql(session, "SELECT '[1e400, 0.5]'::jsonb", {})

    assert found == ([10**400, 0.5],)
    database.close()
