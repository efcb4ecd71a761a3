"""kill -9 at random points of a busy gateway: rows equal the replay, nothing is lost or doubled.

`make soak-kills [POINTS=200] [SEED=1]`; a few points stand in the suite. The gateway is a process
of its own, forked from one that has read the code already, so that a point costs about a second.
Callers open cases and walk them to the end of 贷, each act under a key, again until it is answered.
"""

import contextlib
import os
import random
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text

from gateway.rules.cases import Case
from gateway.rules.folding import replay_events
from gateway.rules.ledger import CaseEvent, find_first_broken
from gateway.store.cases import list_cases, list_events
from kit.db import Database
from kit.settings import database_url_of
from tests.neighbours import Neighbours
from tests.server import TestServer, open_server
from tests.serving import serve
from tests.soak.mortal import MortalGateway

ENTERPRISE = "91370102MA3D000125"
CALLERS = 4


class Caller:
    """Opens cases and walks them; remembers what was answered, and what was left in the air."""

    def __init__(self, address: str, tokens: dict[str, str], stop: threading.Event) -> None:
        self.address, self.tokens, self.stop = address, tokens, stop
        self.opened: dict[str, str] = {}
        self.done: Counter[tuple[str, str]] = Counter()
        self.in_the_air: Counter[tuple[str, str]] = Counter()

    def run(self, seed: int) -> None:
        chance = random.Random(seed)
        with httpx.Client(base_url=self.address, timeout=10, trust_env=False) as self.client:
            while not self.stop.is_set():
                self.walk(chance)

    def walk(self, chance: random.Random) -> None:
        title = uuid.uuid4().hex
        case = self.ask("demo-enterprise", "/v1/cases", self.opening(title), (title, "opened"))
        if case is None:
            return
        self.opened[case["id"]] = title
        tracks = {one["stage"]: one["tracks"][0]["id"] for one in case["stages"]}
        for who, stage, outcome in (
            ("demo-officer", "credit", "approved"),
            ("demo-bank", "loan", "info_requested"),
            ("demo-bank", "loan", "approved"),
        ):
            if stage == "credit" and chance.random() < 0.5:
                claim = f"/v1/tasks/{tracks[stage]}/claims"
                self.ask(who, claim, None, (case["id"], "claimed"))
            if outcome == "info_requested" and chance.random() < 0.5:
                continue
            path = f"/v1/cases/{case['id']}/tracks/{tracks[stage]}/decisions"
            body = {"outcome": outcome, **({"items": ["审计报告"]} if "info" in outcome else {})}
            if self.ask(who, path, body, (case["id"], f"{stage} {outcome}")) is None:
                return

    def opening(self, title: str) -> dict[str, str]:
        return {"uscc": ENTERPRISE, "title": title, "plan": "credit-loan-trade"}

    def ask(self, who: str, path: str, body: Any, act: tuple[str, str]) -> Any:
        """One act under one key, until it is answered; None where it never was."""
        headers = {
            "Authorization": self.tokens[who],
            "Idempotency-Key": uuid.uuid4().hex,
            "If-Match": "*",
        }
        while not self.stop.is_set():
            try:
                answer = self.client.post(path, json=body, headers=headers)
            except httpx.HTTPError:
                time.sleep(0.02)
                continue
            if answer.status_code in (200, 201):
                self.done[act] += 1
                return answer.json()
            # 409: the connection of a killed process still holds the key or the row.
            if answer.status_code < 500 and answer.status_code != 409:
                raise AssertionError(f"{act}: {answer.status_code} {answer.text}")
            time.sleep(0.02)
        self.in_the_air[act] += 1
        return None


def kill_at_random_points(base: str, folder: Path, points: int, seed: int) -> str:
    """So many kills; raises AssertionError where anything was lost or doubled."""
    chance, stop = random.Random(seed), threading.Event()
    with serve(Neighbours().make_app()) as credit:
        gateway = MortalGateway(base, folder, credit)
        gateway.start()
        try:
            gateway.wait_until_alive()
            tokens = {
                name: take_token(gateway.address, name)
                for name in ("demo-enterprise", "demo-officer", "demo-bank")
            }
            callers = [Caller(gateway.address, tokens, stop) for _ in range(CALLERS)]
            with ThreadPoolExecutor(CALLERS) as pool:
                busy = [pool.submit(one.run, seed + place) for place, one in enumerate(callers)]
                try:
                    for _ in range(points):
                        time.sleep(chance.uniform(0.02, 0.8))
                        gateway.kill()
                        gateway.start()
                        gateway.wait_until_alive()
                    time.sleep(0.5)
                finally:
                    stop.set()
                for work in busy:
                    work.result()
        finally:
            gateway.kill()
    return check_nothing_lost(base, callers, points)


def take_token(address: str, client_id: str) -> str:
    form = {
        "grant_type": "client_credentials",
        "client_id": client_id,
        "client_secret": "demo",
    }
    answer = httpx.post(f"{address}/v1/oauth/token", data=form, trust_env=False)
    return f"Bearer {answer.json()['access_token']}"


def check_nothing_lost(base: str, callers: list[Caller], points: int) -> str:
    """Everything answered is there, once; rows equal the replay; news are told once."""
    database = Database(database_url_of(base, "gateway"), pool_size=2)
    try:
        with database.read() as session:
            cases = list_cases(session, limit=1_000_000)
            ledgers = {case.id: list_events(session, case.id) for case in cases}
            query = "SELECT data->>'case_id' FROM events WHERE type = 'gateway.case-opened'"
            told = sorted(session.execute(text(query)).scalars())
    finally:
        database.close()
    opened = {id: title for caller in callers for id, title in caller.opened.items()}
    done = sum((caller.done for caller in callers), Counter[tuple[str, str]]())
    in_the_air = sum((caller.in_the_air for caller in callers), Counter[tuple[str, str]]())
    titles = Counter(case.title for case in cases)
    assert opened, "nothing was done at all"
    assert opened.keys() <= ledgers.keys(), "an answered case is gone"
    assert set(titles.values()) == {1}, "a case was opened twice"
    assert told == sorted(ledgers), "news of an opening was lost or told twice"
    numbers = sorted(int(case.number[-6:]) for case in cases)
    assert numbers == list(range(1, len(numbers) + 1)), "a number was lost"
    for case in cases:
        check_case(case, ledgers[case.id], done, in_the_air)
    events = sum(map(len, ledgers.values()))
    return (
        f"{points} kills, {len(cases)} cases, {sum(done.values())} acts answered, {events} events"
    )


def check_case(
    case: Case,
    events: list[CaseEvent],
    done: Counter[tuple[str, str]],
    in_the_air: Counter[tuple[str, str]],
) -> None:
    assert replay_events(events) == case, "the rows are not what the events make"
    assert find_first_broken(events) is None
    stages = {track.id: track.stage.value for track in case.tracks}
    kept: Counter[str] = Counter()
    for event in events:
        if event.kind.value == "track-claimed":
            kept["claimed"] += 1
        elif event.kind.value in ("track-approved", "information-requested"):
            outcome = "approved" if "approved" in event.kind.value else "info_requested"
            kept[f"{stages[event.track_id or '']} {outcome}"] += 1
    for what in ("claimed", "credit approved", "loan info_requested", "loan approved"):
        answered, unknown = done[case.id, what], in_the_air[case.id, what]
        assert answered <= kept[what] <= answered + unknown, f"{what}: lost or doubled"


@contextlib.contextmanager
def fresh_database() -> Iterator[tuple[str, Path]]:
    with open_server() as url, tempfile.TemporaryDirectory(prefix="liurong-soak-") as folder:
        server = TestServer(url)
        yield server.clone("gateway"), Path(folder)


def main() -> None:
    points, seed = int(os.environ.get("POINTS", "200")), int(os.environ.get("SEED", "1"))
    began = time.monotonic()
    with fresh_database() as (base, folder):
        said = kill_at_random_points(base, folder, points, seed)
    sys.stdout.write(f"{said}, {time.monotonic() - began:.0f} s\n")


if __name__ == "__main__":
    main()
