"""The databases go up, down and up again, and are what the tables say."""

import importlib
import secrets

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import make_url

from kit.settings import database_url_of
from migrations.run import HOUSES, DatabaseMissing, create_databases, downgrade, upgrade

PACKAGES = {
    "achievements": "services.achievements.tables",
    "subsidies": "services.subsidies.tables",
    "credit": "services.credit.tables",
    "gateway": "gateway.tables",
}


@pytest.fixture(scope="module")
def base(server):
    url = server.empty()
    create_databases(url)
    return url


@pytest.mark.parametrize("house", HOUSES)
def test_a_house_goes_up_down_and_up_again(base, house):
    engine = create_engine(database_url_of(base, house))
    upgrade(house, base)
    tables = set(inspect(engine).get_table_names())
    assert {"events", "inbox", "idempotency_keys"} < tables

    downgrade(house, base)
    left = set(inspect(engine).get_table_names()) - {"alembic_version"}
    assert left == set()
    assert "jobs" not in inspect(engine).get_schema_names()

    upgrade(house, base)
    assert set(inspect(engine).get_table_names()) == tables
    engine.dispose()


@pytest.mark.parametrize("house", HOUSES)
def test_the_migrations_match_the_tables(base, house):
    upgrade(house, base)
    metadata = importlib.import_module(PACKAGES[house]).Base.metadata
    engine = create_engine(database_url_of(base, house))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, metadata)
    engine.dispose()

    assert differences == []


def test_making_databases_twice_changes_nothing(base):
    create_databases(base)


def test_who_may_not_make_databases_is_told_what_to_do(server):
    administrator = create_engine(server.clone("credit") + "_credit", isolation_level="AUTOCOMMIT")
    role = f"poor_{secrets.token_hex(3)}"
    with administrator.connect() as connection:
        connection.exec_driver_sql(f"CREATE ROLE {role} LOGIN PASSWORD 'x'")
    poor = make_url(server.empty()).set(username=role, password="x")

    with pytest.raises(DatabaseMissing, match="grant CREATEDB"):
        create_databases(poor.render_as_string(hide_password=False))

    with administrator.connect() as connection:
        connection.exec_driver_sql(f"DROP ROLE {role}")
    administrator.dispose()


def test_organisations_from_before_come_into_the_feed(base):
    upgrade("achievements", base)
    downgrade("achievements", base, "0017")
    engine = create_engine(database_url_of(base, "achievements"))
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO organizations (uscc, name, kind, version, created_at, updated_at)"
            " VALUES ('91370102MA3D000125', '济南明湖智造', 'enterprise', 1, now(), now())"
        )

    upgrade("achievements", base)

    with engine.connect() as connection:
        lines = connection.exec_driver_sql(
            "SELECT noun, thing_id, version, act FROM history WHERE noun = 'organizations'"
        ).all()
    engine.dispose()
    assert lines == [("organizations", "91370102MA3D000125", 1, "created")]
