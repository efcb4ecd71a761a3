"""Events are recorded with the fact, arrive also after a silence, and count once."""

import asyncio

import pytest
from sqlalchemy import text

from kit.auth import Principal, Role, mint_token
from kit.directory import Directory
from kit.events import record_event
from kit.jobs import Work
from kit.keys import signing_key
from kit.settings import Settings
from tests.db.kit.a_house import ThingMade, make_app, make_house, work_for
from tests.serving import call_as, make_principal, serve

SERVICE = Principal("liurong-service", Role.SERVICE, "11370102004200018N", "平台", "government")


class KnownToken(Directory):
    """A directory whose token needs no gateway: the test has the key."""

    async def service_headers(self):
        token = mint_token(SERVICE, signing_key(self._settings), seconds=600)
        return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def settings(server, tmp_path):
    return Settings(database_url=server.clone("credit", "achievements"), data_dir=tmp_path)


@pytest.fixture
def sender(settings):
    house = make_house()
    app = make_app(house, settings)
    yield house, app.state.database
    app.state.database.close()


def events_in(database, name):
    with database.read() as session:
        found = text("SELECT count(*) FROM events WHERE data->>'name' = :name")
        return session.execute(found, {"name": name}).scalar_one()


def test_a_rolled_back_act_tells_nobody(sender):
    _, database = sender
    with database.open_write() as session:
        record_event(session, ThingMade(name="never"), subject="x")
        session.rollback()

    assert events_in(database, "never") == 0
    with database.read() as session:
        assert session.execute(text("SELECT count(*) FROM procrastinate_jobs")).scalar_one() == 0


def test_an_event_arrives_after_the_receiver_was_down(sender, settings):
    house, database = sender
    with database.write() as session:
        record_event(session, ThingMade(name="told"), subject="x")

    unreachable = settings.model_copy(update={"achievements_url": "http://127.0.0.1:9"})
    work = Work(database, KnownToken(unreachable), unreachable)
    asyncio.run(work_for(house, work, 0.7))

    receiver = make_app(make_house(), settings)
    with serve(receiver) as address:
        reachable = settings.model_copy(update={"achievements_url": address})
        work = Work(database, KnownToken(reachable), reachable)
        asyncio.run(work_for(house, work, 3))

    assert events_in(database, "heard") == 1


def test_a_second_delivery_changes_nothing(settings):
    app = make_app(make_house(), settings)
    envelope = {
        "id": "e1",
        "source": "achievements",
        "type": "achievements.thing",
        "subject": "x",
        "time": "2026-01-01T00:00:00+08:00",
        "data": {},
    }
    with serve(app) as address, call_as(address, settings, SERVICE) as service:
        first = service.post("/internal/events", json=envelope)
        second = service.post("/internal/events", json=envelope)
        stranger = make_principal(Role.BANK, "91370102MA3D00039W")
        with call_as(address, settings, stranger) as bank:
            refused = bank.post("/internal/events", json=envelope)
        assert service.get("/v1/things").json() == 1

    assert (first.status_code, second.status_code) == (204, 204)
    assert refused.status_code == 403
