"""A monitor tells its institution of changes: signed, once in effect, never after the consent."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from sqlalchemy import text
from standardwebhooks.webhooks import Webhook

from kit.clock import freeze, now
from kit.directory import Directory
from kit.jobs import Work
from services.credit.usecases.monitors import check_monitor, deliver_message
from tests.db.credit.conftest import BANK, ENTERPRISE, FUND, City


class Receiver:
    """A bank's endpoint that can be down, and counts effects by id."""

    def __init__(self) -> None:
        self.status = 200
        self.tries: list[tuple[dict[str, str], bytes]] = []

    @contextmanager
    def open(self) -> Iterator[str]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                outer.tries.append((dict(self.headers), body))
                self.send_response(outer.status)
                if outer.status == 302:
                    self.send_header("Location", "http://127.0.0.1:1/else")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        with HTTPServer(("127.0.0.1", 0), Handler) as server:
            thread = threading.Thread(target=server.serve_forever, daemon=True)
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_port}/hook"
            finally:
                server.shutdown()
                thread.join(5)


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


def _work(city: City) -> Work:
    return Work(city.app.state.database, Directory(city.settings), city.settings)


def _watch(city: City, url: str, consent_id: str | None = None) -> dict[str, Any]:
    body = {"consent_id": consent_id or city.grant(), "url": url}
    answer = city.call(BANK, "POST", "/v1/monitors", body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _change(city: City, make_fact: Any, n: int) -> None:
    row = make_fact(item="ip_class_1_count", value=n, valid_from=f"2025-01-{n:02d}")
    assert city.post_facts(row).status_code == 207


def _jobs(city: City, task: str) -> list[dict[str, Any]]:
    with city.app.state.database.write() as session:
        taken = text("DELETE FROM jobs.procrastinate_jobs WHERE task_name = :task RETURNING args")
        return [row.args for row in session.execute(taken, {"task": task})]


def _messages(city: City, monitor: dict[str, Any], query: str = "") -> list[dict[str, Any]]:
    answer = city.call(BANK, "GET", f"/v1/monitors/{monitor['id']}/messages{query}")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def _tell(city: City, make_fact: Any, monitor: dict[str, Any], n: int) -> dict[str, Any]:
    """Change the profile, do the job that compares, give the message."""
    _change(city, make_fact, n)
    assert {"monitor_id": monitor["id"]} in _jobs(city, "monitors.check")
    check_monitor(_work(city), monitor_id=monitor["id"])
    return _messages(city, monitor)[0]


def test_a_change_is_told_with_a_signature_and_logged(city, make_fact, receiver) -> None:  # type: ignore[no-untyped-def]
    with receiver.open() as url:
        monitor = _watch(city, url)
        message = _tell(city, make_fact, monitor, 3)
        deliver_message(_work(city), message_id=message["id"])

    headers, body = receiver.tries[0]
    told = Webhook(monitor["secret"]).verify(body, headers)
    assert told["type"] == "credit.profile-changed"
    assert told["data"]["uscc"] == ENTERPRISE.uscc
    assert _messages(city, monitor)[0]["state"] == "delivered"
    assert city.log()[0]["reason"] == "monitor"


def test_what_does_not_change_the_profile_is_not_told(city, make_fact, receiver) -> None:  # type: ignore[no-untyped-def]
    with receiver.open() as url:
        monitor = _watch(city, url)
        check_monitor(_work(city), monitor_id=monitor["id"])

    assert _messages(city, monitor) == []


def test_a_receiver_that_is_down_for_a_day_loses_nothing_and_has_one_effect(  # type: ignore[no-untyped-def]
    city, make_fact, receiver
) -> None:
    receiver.status = 503
    with receiver.open() as url:
        monitor = _watch(city, url)
        message = _tell(city, make_fact, monitor, 4)
        begun, tries = now(), 0
        at = begun
        while at < begun + timedelta(hours=24):
            with freeze(at):
                deliver_message(_work(city), message_id=message["id"])
                tries += 1
            at = _next_try(city, monitor)
        receiver.status = 200
        with freeze(at):
            deliver_message(_work(city), message_id=message["id"])
            deliver_message(_work(city), message_id=message["id"])

    assert _messages(city, monitor)[0]["state"] == "delivered"
    assert 20 < tries < 40
    assert len(receiver.tries) == tries + 1
    assert {headers["webhook-id"] for headers, _ in receiver.tries} == {message["id"]}


def _next_try(city: City, monitor: dict[str, Any]) -> Any:
    from datetime import datetime

    return datetime.fromisoformat(_messages(city, monitor)[0]["next_try_at"])


def test_a_dead_letter_is_seen_and_replayed_by_hand(city, make_fact, receiver) -> None:  # type: ignore[no-untyped-def]
    receiver.status = 500
    with receiver.open() as url:
        monitor = _watch(city, url)
        message = _tell(city, make_fact, monitor, 5)
        with freeze(now() + timedelta(hours=26)):
            deliver_message(_work(city), message_id=message["id"])
        dead = _messages(city, monitor, "?state=dead")
        receiver.status = 204
        path = f"/v1/monitors/{monitor['id']}/messages/{message['id']}/replays"
        replayed = city.call(BANK, "POST", path)
        deliver_message(_work(city), message_id=message["id"])

    assert [each["id"] for each in dead] == [message["id"]]
    assert replayed.status_code == 202
    assert _messages(city, monitor)[0]["state"] == "delivered"


def test_a_redirect_is_not_followed(city, make_fact, receiver) -> None:  # type: ignore[no-untyped-def]
    receiver.status = 302
    with receiver.open() as url:
        monitor = _watch(city, url)
        message = _tell(city, make_fact, monitor, 6)
        deliver_message(_work(city), message_id=message["id"])

    found = _messages(city, monitor)[0]
    assert (found["state"], found["last_status"]) == ("waiting", 302)


def test_nothing_is_told_after_the_consent_was_revoked(city, make_fact, receiver) -> None:  # type: ignore[no-untyped-def]
    with receiver.open() as url:
        consent_id = city.grant()
        monitor = _watch(city, url, consent_id)
        message = _tell(city, make_fact, monitor, 7)
        city.decide(consent_id, "revoked")
        deliver_message(_work(city), message_id=message["id"])
        check_monitor(_work(city), monitor_id=monitor["id"])

    ended = city.call(BANK, "GET", f"/v1/monitors/{monitor['id']}").json()
    assert receiver.tries == []
    assert _messages(city, monitor)[0]["state"] == "withheld"
    assert (ended["state"], ended["end_reason"], ended["secret"]) == ("ended", "revoked", None)


def test_an_address_outside_the_list_is_refused(city) -> None:  # type: ignore[no-untyped-def]
    for url in ("https://evil.example/x", "http://169.254.169.254/meta", "ftp://127.0.0.1/"):
        body = {"consent_id": city.grant(), "url": url}

        assert city.call(BANK, "POST", "/v1/monitors", body).status_code == 422


def test_a_monitor_belongs_to_its_institution_and_its_consent(city) -> None:  # type: ignore[no-untyped-def]
    consent_id = city.grant()
    monitor = _watch(city, "http://127.0.0.1:9/x", consent_id)
    body = {"consent_id": consent_id, "url": "http://127.0.0.1:9/x"}

    assert city.call(FUND, "POST", "/v1/monitors", body).status_code == 403
    assert city.call(FUND, "GET", f"/v1/monitors/{monitor['id']}/messages").status_code == 404
    watching = city.call(ENTERPRISE, "GET", f"/v1/monitors?uscc={ENTERPRISE.uscc}").json()
    assert monitor["id"] in [each["id"] for each in watching["items"]]
    ended = city.call(
        BANK,
        "POST",
        f"/v1/monitors/{monitor['id']}/decisions",
        {"decision": "ended"},
        If_Match='"1"',
    )
    assert ended.json()["state"] == "ended"
