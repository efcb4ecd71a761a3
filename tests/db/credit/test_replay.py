"""Same `as_of`, same `known_at`: the same bytes, whatever was learned since.

`LIURONG_ROUNDS` random histories (few here; more by hand, docs/benchmarks.md): batches, late
corrections, objections, revocations of what is no breach, mergers. What the law takes out of every
place (a repaired, removed or revoked negative fact) is tested in `test_disputes.py`.
"""

import os
import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import orjson
import pytest

from kit.clock import JINAN
from kit.db import Database, WriteSession
from kit.settings import Settings
from services.credit.main import create_app
from services.credit.rules.consents import ConsentScope
from services.credit.rules.disputes import ObjectionAct
from services.credit.schemas.acts import FactRevocation
from services.credit.schemas.disputes import ObjectionDecision, ObjectionRequest
from services.credit.schemas.enterprises import MergerRequest
from services.credit.store.catalogue import get_catalogue
from services.credit.store.subjects import lock_subject, touch_subjects
from services.credit.usecases.acts import revoke_fact
from services.credit.usecases.facts import take_in_batch
from services.credit.usecases.mergers import record_merger
from services.credit.usecases.objections import decide_objection, raise_objection
from services.credit.usecases.profiles import View, draw_portrait
from tests.db.credit.conftest import ENTERPRISE, ENTERPRISE_2, OFFICER
from tests.server import TestServer

ROUNDS = int(os.environ.get("LIURONG_ROUNDS", "12"))
NUMBERS = ["annual_revenue_yuan", "rd_expenditure_yuan", "staff_total", "tech_staff"]
EVENTS = ["technology_contract", "administrative_penalty", "achievement_registered"]
Seen = tuple[View, bytes, str]


@pytest.fixture(scope="module")
def database(server: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    settings = Settings(
        database_url=server.clone("credit"), data_dir=Path(tmp_path_factory.mktemp("replay"))
    )
    database: Database = create_app(settings).state.database
    yield database
    database.close()


class History:
    """One enterprise's life in one transaction that is undone at its end."""

    def __init__(self, session: WriteSession, dice: random.Random) -> None:
        self.session, self.dice = session, dice
        self.facts: list[tuple[str, str]] = []
        self.seen: list[Seen] = []
        self.merged = False

    def report(self) -> None:
        rows = [self._row() for _ in range(self.dice.randint(1, 4))]
        _, outcomes = take_in_batch(self.session, OFFICER, rows)
        told = zip(rows, outcomes, strict=True)
        self.facts += [(str(row["item"]), done.id) for row, done in told if done.id]

    def object(self) -> None:
        fact = self._any_fact()
        if fact is None:
            return
        raised = raise_objection(
            self.session, ENTERPRISE, ObjectionRequest(fact_id=fact, reason="不是本企业")
        )
        self.look()
        decision = self.dice.choice([ObjectionAct.KEPT, ObjectionAct.WITHDRAWN])
        who = OFFICER if decision is ObjectionAct.KEPT else ENTERPRISE
        said = ObjectionDecision(decision=decision, note="核实无误")
        decide_objection(self.session, who, raised.id, said, "*")

    def revoke(self) -> None:
        fact = self._any_fact()
        if fact is not None:
            said = FactRevocation(decided_on=date(2026, 11, 1), reason="原认定撤销")
            revoke_fact(self.session, OFFICER, fact, said)

    def merge(self) -> None:
        if not self.merged:
            self.merged = True
            said = MergerRequest(
                absorbed_uscc=ENTERPRISE_2.uscc, merged_on=self._day(), document="合并通知书"
            )
            record_merger(self.session, OFFICER, ENTERPRISE.uscc, said)

    def look(self) -> None:
        at = touch_subjects([lock_subject(self.session, ENTERPRISE.uscc)])
        known_at = at.astimezone(JINAN)
        if self.seen and self.dice.random() < 0.3:
            known_at = self.dice.choice(self.seen)[0].known_at
        categories = self.dice.sample(sorted(get_catalogue().categories), self.dice.randint(1, 6))
        view = View(
            categories=frozenset(categories),
            scope=self.dice.choice(list(ConsentScope)),
            as_of=self._day(),
            known_at=known_at,
            asked_on=at.astimezone(JINAN).date(),
        )
        self.seen.append((view, *self._draw(view)))

    def replay(self) -> None:
        for view, content, input_hash in self.seen:
            assert self._draw(view) == (content, input_hash), view

    def _draw(self, view: View) -> tuple[bytes, str]:
        self.session.flush()
        portrait = draw_portrait(self.session, ENTERPRISE.uscc, view)
        return orjson.dumps(portrait.content), portrait.input_hash

    def _any_fact(self) -> str | None:
        """Some fact that still stands and is no breach, by its newest id."""
        held = self.session.connection().exec_driver_sql(
            "SELECT id FROM facts WHERE uscc = %s AND recorded_to IS NULL AND standing = 'stands'"
            " AND item <> 'administrative_penalty' ORDER BY id",
            (ENTERPRISE.uscc,),
        )
        ids = list(held.scalars())
        return self.dice.choice(ids) if ids else None

    def _row(self) -> dict[str, object]:
        item = self.dice.choice(NUMBERS + EVENTS)
        value: object = f"{self.dice.randint(1, 40)}00000.00"
        if item in ("staff_total", "tech_staff"):
            value = self.dice.randint(1, 90)
        if item == "achievement_registered":
            value = f"成果{self.dice.randint(1, 5)}"
        return {
            "uscc": self.dice.choice([ENTERPRISE.uscc, ENTERPRISE.uscc, ENTERPRISE_2.uscc]),
            "item": item,
            "value": value,
            "source": "某局",
            "source_id": f"{item}-{self.dice.randint(1, 3)}",
            "valid_from": self._day().isoformat(),
        }

    def _day(self) -> date:
        return date(2026, 11, 1) - timedelta(days=self.dice.randint(0, 1200))


def live(history: History) -> None:
    acts: list[Callable[[], None]] = [
        history.report, history.report, history.report, history.look, history.look,
        history.object, history.revoke, history.merge,
    ]  # fmt: skip
    history.report()
    history.look()
    for _ in range(history.dice.randint(5, 9)):
        history.dice.choice(acts)()


def test_the_same_question_has_the_same_bytes_whatever_was_learned_later(
    database: Database,
) -> None:
    looks = 0
    for seed in range(ROUNDS):
        with database.open_write() as session:
            history = History(session, random.Random(seed))
            live(history)
            history.replay()
            looks += len(history.seen)
            session.rollback()
    assert looks >= 2 * ROUNDS
