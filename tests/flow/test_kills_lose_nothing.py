"""kill -9 at random points of a busy gateway: rows equal the replay, nothing is lost or doubled.

A few rounds in the suite; by hand `LIURONG_ROUNDS=200 pytest -s` on this file.
"""

import contextlib
import os
import random
import signal
import sys
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from sqlalchemy import text

from gateway.rules.folding import replay_events
from gateway.rules.ledger import find_first_broken
from gateway.store.cases import list_cases, list_events
from kit.db import Database
from kit.settings import database_url_of
from tests.flow.machines import Machines

ROUNDS = int(os.environ.get("LIURONG_ROUNDS", "2"))
ENTERPRISE = "91370102MA3D000125"


class LoneGateway(Machines):
    """A gateway whose neighbours are not there: that it lives is all that is waited for."""

    def wait_until_ready(self, name, seconds=90):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{self.address}/livez", timeout=5, trust_env=False).is_success:
                    return
            time.sleep(0.05)
        raise RuntimeError(self.log_of(name))


@pytest.fixture
def gateway(server, tmp_path):
    """The gateway alone, in a process of its own; credit is not needed to open and to ask."""
    machines = LoneGateway(server.clone("gateway"), tmp_path)
    machines.start("gateway")
    try:
        yield machines
    finally:
        machines.close()


class Caller:
    """Opens cases and takes steps, each under a key, again and again until it is answered."""

    def __init__(self, machines):
        self.machines = machines
        self.stop = threading.Event()
        self.answered = {}

    def run(self, seed):
        chance = random.Random(seed)
        while not self.stop.is_set():
            case = self.ask("demo-enterprise", "/v1/cases", self.opening())
            if case is None:
                return
            track = case["stages"][0]["tracks"][0]["id"]
            for act in ("claims", "releases", "claims"):
                if chance.random() < 0.7:
                    self.ask("demo-officer", f"/v1/tasks/{track}/{act}", {})

    def opening(self):
        return {"uscc": ENTERPRISE, "title": uuid.uuid4().hex, "plan": "credit-loan-trade"}

    def ask(self, who, path, body):
        key = uuid.uuid4().hex
        while not self.stop.is_set():
            try:
                answer = httpx.post(
                    f"{self.machines.address}{path}",
                    json=body or None,
                    headers=self.tokens[who] | {"Idempotency-Key": key},
                    timeout=10,
                    trust_env=False,
                )
            except httpx.HTTPError:
                time.sleep(0.05)
                continue
            if answer.status_code in (200, 201):
                self.answered[key] = answer.json()
                return self.answered[key]
            if answer.status_code < 500:
                return None if answer.status_code not in (404, 409, 422) else {}
            time.sleep(0.05)
        return None


def test_a_killed_gateway_has_lost_and_doubled_nothing(gateway):
    chance, caller = random.Random(6), Caller(gateway)
    caller.tokens = {
        who: dict(gateway.call(who).headers) for who in ("demo-enterprise", "demo-officer")
    }
    caller.tokens = {
        who: {"Authorization": headers["authorization"]} for who, headers in caller.tokens.items()
    }

    with ThreadPoolExecutor(4) as pool:
        busy = [pool.submit(caller.run, seed) for seed in range(4)]
        for _ in range(ROUNDS):
            time.sleep(chance.uniform(0.05, 0.6))
            gateway.stop("gateway", signal.SIGKILL)
            gateway.start("gateway")
        time.sleep(0.5)
        caller.stop.set()
    for work in busy:
        work.result()

    opened = {one["id"]: one for one in caller.answered.values() if "plan" in one}
    database = Database(database_url_of(gateway.database_url, "gateway"), pool_size=2)
    try:
        with database.read() as session:
            cases = list_cases(session, limit=1_000_000)
            ledgers = {case.id: list_events(session, case.id) for case in cases}
            told = session.execute(
                text("SELECT data->>'case_id' FROM events WHERE type = 'gateway.case-opened'")
            ).scalars()
            counted = sorted(told)
    finally:
        database.close()
    assert opened
    assert opened.keys() <= {case.id for case in cases}
    titles = [case.title for case in cases]
    assert len(titles) == len(set(titles))
    assert counted == sorted(case.id for case in cases)
    numbers = sorted(case.number for case in cases)
    assert [int(number[-6:]) for number in numbers] == list(range(1, len(numbers) + 1))
    for case in cases:
        assert replay_events(ledgers[case.id]) == case
        assert find_first_broken(ledgers[case.id]) is None
    events = sum(map(len, ledgers.values()))
    sys.stdout.write(f"{ROUNDS} kills, {len(cases)} cases, {events} events\n")
