"""A look that is worked on past the framework is answered and refused like any other."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from kit.auth import Principal
from kit.lanes import PLACES
from tests.db.credit.conftest import BANK, ENTERPRISE, ENTERPRISE_2, City

PLAIN, ORDINARY = "application/json", "application/json; charset=utf-8"


def _ask(city: City, body: bytes, kind: str, caller: Principal | None = BANK) -> httpx.Response:
    headers = {"content-type": kind, "x-request-id": "r1"}
    if caller is not None:
        headers["authorization"] = f"Bearer {city.token_of(caller)}"
    path = city.address + "/v1/inquiries"
    return httpx.post(path, content=body, headers=headers, timeout=30, trust_env=False)


@pytest.fixture(autouse=True)
def known_token(city: City) -> None:
    """Only who is known already is taken the hot way."""
    _ask(city, _body(), ORDINARY)
    assert city.app.state.key_ring.recall(city.token_of(BANK)) == BANK


def _body(**overrides: Any) -> bytes:
    plain = {"uscc": ENTERPRISE.uscc, "purpose": "loan_review", "consent_id": None}
    return json.dumps(plain | overrides).encode()


@pytest.mark.parametrize(
    "body",
    [
        _body(),
        _body(consent_id="unknown"),
        _body(as_of="2199-01-01"),
        _body(known_at="2199-01-01T00:00:00Z"),
        _body(uscc="91370102MA3D000126"),
        _body(surprise=1),
        b'{"uscc": NaN}',
        b'{"purpose": "\\u0000"}',
        b"{",
        b"",
        b"[]",
    ],
)
def test_the_hot_way_refuses_as_the_ordinary_one(city: City, body: bytes) -> None:
    hot, ordinary = (_ask(city, body, kind) for kind in (PLAIN, ORDINARY))

    assert 400 <= hot.status_code == ordinary.status_code < 500
    assert hot.content == ordinary.content


def test_the_hot_way_answers_as_the_ordinary_one_and_counts(city: City) -> None:
    consent_id = city.grant(max_reads=3)
    before = city.look(consent_id).json()
    past = _body(consent_id=consent_id, known_at=before["known_at"], as_of=before["as_of"])

    hot, ordinary, over = (_ask(city, past, kind) for kind in (PLAIN, ORDINARY, PLAIN))

    assert (hot.status_code, ordinary.status_code, over.status_code) == (201, 201, 403)
    assert over.json()["reason"] == "used_up"
    assert hot.json()["profile"] == ordinary.json()["profile"] == before["profile"]
    assert hot.headers.keys() == ordinary.headers.keys()
    assert hot.headers["location"] == f"/v1/inquiries/{hot.json()['id']}"


def test_who_may_not_look_is_refused_on_both_ways(city: City) -> None:
    for kind in (PLAIN, ORDINARY):
        assert _ask(city, _body(), kind, ENTERPRISE).status_code == 403
        assert _ask(city, _body(), kind, None).status_code == 401


def test_a_refusal_stays_in_the_log_although_an_error_is_answered(city: City) -> None:
    seen = len(city.log())

    refused = _ask(city, _body(), PLAIN)

    assert refused.status_code == 403
    assert [each["outcome"] for each in city.log()[: len(city.log()) - seen]] == ["refused"]


def test_a_key_keeps_the_answer_on_the_ordinary_way(city: City) -> None:
    body = {"uscc": ENTERPRISE.uscc, "purpose": "loan_review", "consent_id": city.grant()}

    first, again = (
        city.call(BANK, "POST", "/v1/inquiries", body, Idempotency_Key="hot") for _ in range(2)
    )

    assert (first.status_code, again.headers["idempotency-replayed"]) == (201, "true")
    assert again.content == first.content


def test_a_locked_enterprise_holds_up_no_look_at_another(city: City) -> None:
    locked = _body(consent_id=city.grant())
    free = _body(consent_id=city.grant(uscc=ENTERPRISE_2.uscc), uscc=ENTERPRISE_2.uscc)
    for body in (locked, free):
        assert _ask(city, body, PLAIN).status_code == 201

    with ThreadPoolExecutor(PLACES + 1) as callers, city.app.state.database.write() as session:
        held = {"uscc": ENTERPRISE.uscc}
        session.execute(text("SELECT FROM subjects WHERE uscc = :uscc FOR UPDATE"), held)
        waiting = [callers.submit(_ask, city, locked, PLAIN) for _ in range(PLACES + 1)]
        _wait_for_waiting(city, PLACES + 1)
        beside = _ask(city, free, PLAIN)
        are_waiting = not any(each.done() for each in waiting)
        session.rollback()

    assert (beside.status_code, are_waiting) == (201, True)
    assert {each.result().status_code for each in waiting} == {201}


def _wait_for_waiting(city: City, wanted: int) -> None:
    """Until so many wait for a lock; fails after a while."""
    waiting = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    for _ in range(1000):
        with city.app.state.database.read() as session:
            if session.execute(text(waiting)).scalar_one() == wanted:
                return
        time.sleep(0.02)
    raise AssertionError(f"{wanted} do not wait side by side")
