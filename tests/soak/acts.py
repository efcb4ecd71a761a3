"""Random acts by random callers, through HTTP, use cases and the store: the law of the case holds.

`make soak-acts [ACTS=5000] [SEED=1]`; two hundred stand in the suite. Four callers at a time try
whatever comes to their mind at the same few cases, mostly at the version they have just read,
sometimes at any (`If-Match: *`), so that they meet at the same rows. Afterwards ledgers are read:
信 before any decision, within consent; 易 the only success; replayed events equal the rows.
"""

import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from gateway.main import create_app
from gateway.rules.cases import Case, CaseState, is_credit_current
from gateway.rules.folding import apply_event, replay_events
from gateway.rules.ledger import CaseEvent, EventKind, find_first_broken
from gateway.rules.stages import DECISIONS, Stage, TrackState
from gateway.store.cases import list_cases, list_events
from kit.db import Database
from kit.logs import set_up_logs
from kit.settings import Mode, Settings, database_url_of
from tests.neighbours import Neighbours
from tests.server import TestServer, open_server
from tests.serving import serve

ENTERPRISE, UNIVERSITY = "91370102MA3D000125", "123700004955000143"
NAMES = ("enterprise", "enterprise-2", "officer", "officer-2", "broker", "insurer", "bank")
CALLERS = tuple(f"demo-{name}" for name in (*NAMES, "fund", "exchange", "auditor", "university"))
HOLDERS = {
    "credit": "demo-officer",
    "evaluation": "demo-broker",
    "insurance": "demo-insurer",
    "loan": "demo-bank",
    "investment": "demo-fund",
    "trade": "demo-exchange",
}
PLANS = (
    "credit-loan-trade",
    "credit-evaluation-insurance-loan-trade",
    "credit-evaluation-investment-loan-trade",
    "credit-evaluation-trade",
)
OUTCOMES = [one.value for one in TrackState if one.value not in ("planned", "ready")]
DECIDING = {EventKind(f"track-{state.value.replace('_', '-')}") for state in DECISIONS}
ANSWERS = {200, 201, 403, 404, 409, 412, 422}
AT_ONCE = 4
ACTS_OF_A_CASE = 40


class Crowd:
    """Callers that try things; what was answered is counted by status."""

    def __init__(self, address: str, neighbours: Neighbours) -> None:
        self.address, self.neighbours = address, neighbours
        self.answers: Counter[int] = Counter()
        self.lock = threading.Lock()
        self.clients = {name: self._enter(name) for name in CALLERS}

    def close(self) -> None:
        for client in self.clients.values():
            client.close()

    def try_acts(self, path: str, acts: int, seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(acts):
            self.neighbours.consent = chance.random() < 0.9
            self.neighbours.weak = chance.random() < 0.2
            case = self.clients["demo-auditor"].get(path).json()
            answer = self._try(chance, case)
            assert answer.status_code in ANSWERS, answer.text
            with self.lock:
                self.answers[answer.status_code] += 1

    def _enter(self, name: str) -> httpx.Client:
        form = {"grant_type": "client_credentials", "client_id": name, "client_secret": "demo"}
        client = httpx.Client(base_url=self.address, timeout=60, trust_env=False)
        token = client.post("/v1/oauth/token", data=form).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        return client

    def _try(self, chance: random.Random, case: Mapping[str, Any]) -> httpx.Response:
        """Mostly whoever's turn it is decides; else anybody tries anything."""
        version = f'"{case["version"]}"' if chance.random() < 0.7 else "*"
        tracks = [(one["stage"], t["id"]) for one in case["stages"] for t in one["tracks"]]
        open_now = [(one["stage"], one["track_id"]) for one in case["next"] if one["track_id"]]
        stage, track = chance.choice(open_now if open_now and chance.random() < 0.8 else tracks)
        who = HOLDERS[stage] if chance.random() < 0.8 else chance.choice(CALLERS)
        path, body = chance.choices(
            (
                (f"/v1/cases/{case['id']}/tracks/{track}/decisions", make_decision(chance, stage)),
                (f"/v1/tasks/{track}/completions", make_decision(chance, stage)),
                (f"/v1/tasks/{track}/claims", None),
                (f"/v1/tasks/{track}/releases", {"reason": "随机"}),
                (f"/v1/tasks/{track}/delegations", {"to": who, "reason": "随机"}),
                (f"/v1/cases/{case['id']}/enhancements", make_enhancement(chance)),
                (f"/v1/cases/{case['id']}/plan", make_plan(chance)),
                (f"/v1/cases/{case['id']}/close", {"reason_code": "no_contact"}),
            ),
            (60, 8, 5, 3, 3, 8, 5, 1),
        )[0]
        if path.endswith(("/enhancements", "/plan", "/close")) and chance.random() < 0.8:
            who = "demo-officer"
        method = "PUT" if path.endswith("/plan") else "POST"
        client = self.clients[who]
        return client.request(method, path, json=body, headers={"If-Match": version})


def make_decision(chance: random.Random, stage: str) -> dict[str, Any]:
    """A decision of any kind; most are favourable, so that cases come to an end."""
    outcome = chance.choice([*OUTCOMES, *["approved"] * 14])
    body: dict[str, Any] = {"outcome": outcome}
    if outcome == "rejected" or chance.random() < 0.05:
        body |= {"reason_code": "other", "reason": "随机"}
    if outcome == "conditionally_approved":
        body["conditions"] = [{"text": "若", "stage": chance.choice([None, "insurance"])}]
    if outcome == "info_requested":
        body["items"] = chance.sample(["甲", "乙", "丙"], 2)
    if stage == "trade" and chance.random() < 0.8:
        seller = {"uscc": UNIVERSITY, "name": "山东某大学", "kind": "university"}
        body["result"] = {"contract": {"type": "license", "amount_yuan": "1.00", "seller": seller}}
    return body


def make_enhancement(chance: random.Random) -> dict[str, Any]:
    return {"way": chance.choice(("guarantee", "pledge", "risk_pool")), "reason": "随机"}


def make_plan(chance: random.Random) -> dict[str, Any]:
    return {"plan": chance.choice(PLANS), "reason": "随机"}


def try_many_acts(base: str, folder: Path, acts: int, seed: int) -> str:
    """So many acts; raises AssertionError where a law was broken."""
    settings = Settings(mode=Mode.DEMO, database_url=base, data_dir=folder, log_level="error")
    neighbours, app = Neighbours(), create_app(settings)
    for house in ("credit", "achievements"):
        app.state.directory.add_app(house, neighbours.make_app())
    app.state.directory.add_app("gateway", app)
    with serve(app) as address:
        crowd = Crowd(address, neighbours)
        try:
            for number in range(max(1, acts // ACTS_OF_A_CASE)):
                walk_one_case(crowd, min(acts, ACTS_OF_A_CASE), seed * 1_000_000 + number)
        finally:
            crowd.close()
    return check_laws(base, crowd.answers)


def walk_one_case(crowd: Crowd, acts: int, seed: int) -> None:
    opening = {
        "uscc": ENTERPRISE,
        "achievement_id": "achievement-1",
        "title": f"随机 {seed}",
        "amount_yuan": "500000.00",
        "plan": random.Random(seed).choice(PLANS),
    }
    path = crowd.clients["demo-enterprise"].post("/v1/cases", json=opening).headers["Location"]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        busy = [
            pool.submit(crowd.try_acts, path, acts // AT_ONCE, seed * AT_ONCE + place)
            for place in range(AT_ONCE)
        ]
        for work in busy:
            work.result()


def check_laws(base: str, answers: Counter[int]) -> str:
    database = Database(database_url_of(base, "gateway"), pool_size=2)
    try:
        with database.read() as session:
            cases = list_cases(session, limit=1_000_000)
            ledgers = {case.id: list_events(session, case.id) for case in cases}
    finally:
        database.close()
    for case in cases:
        check_case(case, ledgers[case.id])
    ended = Counter(case.state.value for case in cases)
    tried = ", ".join(f"{count} x {status}" for status, count in sorted(answers.items()))
    return f"{sum(answers.values())} acts ({tried}), {len(cases)} cases {dict(ended)}"


def check_case(case: Case, events: list[CaseEvent]) -> None:
    assert replay_events(events) == case, "the rows are not what the events make"
    assert find_first_broken(events) is None
    before: Case | None = None
    for event in events:
        if before is not None:
            check_event(before, event)
        before = apply_event(before, event)
    if case.state is CaseState.TRANSFORMED:
        trades = case.list_live_tracks(Stage.TRADE)
        assert case.record is not None
        assert any(one.state is TrackState.APPROVED for one in trades)
    assert (case.state is CaseState.TRANSFORMED) == (case.record is not None)


def check_event(before: Case, event: CaseEvent) -> None:
    assert before.state is CaseState.OPEN, "something happened after the end"
    track = before.find_track(event.track_id or "")
    if track is None or event.kind not in DECIDING:
        return
    assert event.actor.uscc == track.holder.uscc, "somebody else decided"
    assert not track.superseded
    if track.stage is not Stage.CREDIT:
        assert is_credit_current(before, event.at.date()), "信 comes before any decision"


@contextmanager
def fresh_database() -> Iterator[tuple[str, Path]]:
    with open_server() as url, tempfile.TemporaryDirectory(prefix="liurong-soak-") as folder:
        yield TestServer(url).clone("gateway"), Path(folder)


def main() -> None:
    set_up_logs("error")
    acts, seed = int(os.environ.get("ACTS", "5000")), int(os.environ.get("SEED", "1"))
    began = time.monotonic()
    with fresh_database() as (base, folder):
        said = try_many_acts(base, folder, acts, seed)
    sys.stdout.write(f"{said}, {time.monotonic() - began:.0f} s\n")


if __name__ == "__main__":
    main()
