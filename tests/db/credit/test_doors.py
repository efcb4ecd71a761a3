"""A negative fact is gone behind every door: after five years by the calendar, and after an act.

Random breaches end in every way there is: by the day their conduct ended, the end of a state, the
day of an event; by repair, removal, revocation, or a correction of when the conduct ended. On the
day before each door shows it, on the day after none does. `LIURONG_ROUNDS=1000` by hand.
"""

import json
import os
import random
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kit.clock import JINAN, freeze, now, today
from kit.db import Database, WriteSession
from kit.directory import Directory
from kit.errors import DomainError
from kit.jobs import Work
from kit.settings import Mode, Settings
from kit.strict import read_json
from services.credit.main import create_app
from services.credit.rules.disputes import ObjectionAct, RepairAct
from services.credit.schemas.acts import FactRevocation
from services.credit.schemas.consents import ConsentDecision, ConsentRequest
from services.credit.schemas.credit_results import CreditResultRequest
from services.credit.schemas.disputes import (
    ObjectionDecision,
    ObjectionRequest,
    RepairDecision,
    RepairRequest,
)
from services.credit.schemas.enterprises import FactQuery, ViewQuery
from services.credit.schemas.inquiries import InquiryRequest
from services.credit.schemas.monitors import MessageQuery, MonitorRequest
from services.credit.store.outlets import get_outlet
from services.credit.usecases.acts import forget_answers, revoke_fact
from services.credit.usecases.consents import decide_consent, request_consent
from services.credit.usecases.credit_results import assess_case
from services.credit.usecases.enterprises import show_facts, show_profile
from services.credit.usecases.facts import take_in_batch
from services.credit.usecases.inquiries import (
    inquire,
    print_inquiry,
    read_inquiry_again,
    read_signed_answer,
)
from services.credit.usecases.ladder import show_ladder
from services.credit.usecases.monitors import (
    check_monitor,
    deliver_message,
    register_monitor,
    show_messages,
)
from services.credit.usecases.objections import decide_objection, raise_objection
from services.credit.usecases.outlets import make_package
from services.credit.usecases.repairs import apply_for_repair, decide_repair
from tests.bench.credit_city import make_uscc
from tests.db.credit.conftest import BANK, ENTERPRISE, OFFICER
from tests.server import TestServer
from tests.serving import make_principal

ROUNDS = int(os.environ.get("LIURONG_ROUNDS", "7"))
WAYS = ["conduct", "state", "event", "repaired", "removed", "revoked", "corrected"]
PROVINCIAL = "provincial"


@pytest.fixture(scope="module")
def work(server: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Work]:
    settings = Settings(
        database_url=server.clone("credit"),
        data_dir=Path(tmp_path_factory.mktemp("doors")),
        mode=Mode.DEMO,
    )
    database: Database = create_app(settings).state.database
    yield Work(database, Directory(settings), settings)
    database.close()


class Life:
    """One enterprise with one breach, and everything in which the breach was told."""

    def __init__(self, work: Work, way: str, dice: random.Random, n: int) -> None:
        self.work, self.way = work, way
        self.uscc = make_uscc(n)
        self.owner = make_principal(ENTERPRISE.role, self.uscc, "某公司")
        self.ended = date(2021, 12, 1) + timedelta(days=dice.randrange(300))
        self.item = "abnormal_operation" if way == "state" else "administrative_penalty"
        over = self.ended.replace(year=self.ended.year + 5)
        by_calendar = way in WAYS[:3]
        noon = datetime(2026, 11, 20, 12, tzinfo=JINAN) + timedelta(days=n)
        self.before = datetime(over.year, over.month, over.day, tzinfo=JINAN)
        self.before = self.before - timedelta(hours=3) if by_calendar else noon
        self.after = self.before + (timedelta(hours=3) if by_calendar else timedelta(minutes=1))
        with freeze(self.before - timedelta(hours=1)):
            self._begin()

    def do(self, act: Callable[[WriteSession], Any]) -> Any:
        with self.work.database.write() as session:
            return act(session)

    def _begin(self) -> None:
        revenue = {"item": "annual_revenue_yuan", "value": "12000000.00"}
        self.report(revenue | {"valid_from": "2021-01-01"})
        asked = ConsentRequest(
            uscc=self.uscc,
            purpose="loan_review",
            scope="detail",
            valid_until=now() + timedelta(days=300),
            max_reads=100,
        )
        self.consent = self.do(lambda s: request_consent(s, BANK, asked)).id
        granted = ConsentDecision(decision="granted")
        self.do(lambda s: decide_consent(s, self.owner, self.consent, granted, "*"))
        wanted = MonitorRequest(consent_id=self.consent, url="http://127.0.0.1:9/hook")
        self.monitor = self.do(lambda s: register_monitor(s, BANK, wanted)).id
        self.fact = self.report(self.breach())
        check_monitor(self.work, monitor_id=self.monitor)
        self.first = self.do(lambda s: inquire(s, BANK, self._look()))
        self.do(self._keep_under_a_key)
        self.sent_up = self.package()

    def breach(self, **more: Any) -> dict[str, Any]:
        day = self.ended if self.way == "event" else self.ended - timedelta(days=40)
        if self.way not in WAYS[:3]:
            day = date(2026, 3, 1)
        ends = "conduct_ended_on" if self.way in ("state", "conduct") else None
        value = "列入名录" if self.way == "state" else "20000.00"
        row = {"item": self.item, "value": value, "valid_from": day.isoformat(), "source_id": "b"}
        return row | ({ends: self.ended.isoformat()} if ends else {}) | more

    def report(self, row: dict[str, Any]) -> str:
        filled = [row | {"uscc": self.uscc, "source": "某局"}]
        _, outcomes = self.do(lambda s: take_in_batch(s, OFFICER, filled))
        assert outcomes[0].id is not None, outcomes
        return outcomes[0].id

    def act(self) -> None:
        if self.way == "repaired":
            asked = RepairRequest(
                fact_id=self.fact, severity="minor", corrected_on="2026-04-01", commitment="已改正"
            )
            repair = self.do(lambda s: apply_for_repair(s, self.owner, asked)).id
            said = RepairDecision(decision=RepairAct.APPROVED)
            self.do(lambda s: decide_repair(s, OFFICER, repair, said, "*"))
        elif self.way == "removed":
            wrong = ObjectionRequest(fact_id=self.fact, reason="不是本企业")
            raised = self.do(lambda s: raise_objection(s, self.owner, wrong)).id
            gone = ObjectionDecision(decision=ObjectionAct.REMOVED)
            self.do(lambda s: decide_objection(s, OFFICER, raised, gone, "*"))
        elif self.way == "revoked":
            over = FactRevocation(decided_on=today(), reason="复议撤销")
            self.do(lambda s: revoke_fact(s, OFFICER, self.fact, over))
        elif self.way == "corrected":
            self.report(self.breach(valid_from="2019-01-01", conduct_ended_on="2020-01-01"))

    def _look(self, **more: Any) -> InquiryRequest:
        return InquiryRequest(
            uscc=self.uscc, purpose="loan_review", consent_id=self.consent, **more
        )

    def _keep_under_a_key(self, session: WriteSession) -> None:
        session.connection().exec_driver_sql(
            "INSERT INTO idempotency_keys VALUES ('demo-bank', %s, 'POST /v1/inquiries', 'h', 201,"
            " %s, %s, %s)",
            (
                f"key-{self.uscc}",
                json.dumps({"location": f"/v1/inquiries/{self.first.id}"}),
                self.first.answer,
                now(),
            ),
        )

    def package(self) -> dict[str, str]:
        made = self.do(lambda s: make_package(s, get_outlet(PROVINCIAL), "test"))
        rows = read_json(made.body)["rows"] if made is not None else []
        return {row["fact_id"]: row["act"] for row in rows}

    def doors(self) -> dict[str, bool]:
        """Behind which doors the breach is told at the moment of the clock."""
        forget_answers(self.work)
        self._case()
        fresh = self.do(lambda s: inquire(s, BANK, self._look())).fact_ids
        then = self._look(known_at=self.first.known_at, as_of=self.first.as_of)
        past = self.do(lambda s: inquire(s, BANK, then)).fact_ids
        own = self.do(
            lambda s: show_profile(s, self.owner, self.uscc, ViewQuery())
        ).model_dump_json()
        facts = self.do(lambda s: show_facts(s, self.owner, self.uscc, FactQuery(limit=200))).items
        told = self._ids("SELECT fact_ids FROM disclosures WHERE case_id = %s ORDER BY id DESC")
        kept = self._ids("SELECT 1 FROM idempotency_keys WHERE key = 'key-' || %s")
        doors = {
            "look": self.fact in fresh,
            "look at the past": self.fact in past,
            "own facts": self.fact in {each.id for each in facts},
            "case": self.fact in told,
            "kept under a key": bool(kept),
            "answer again": self._opens(lambda s: read_inquiry_again(s, BANK, self.first.id)),
            "signed answer": self._opens(lambda s: read_signed_answer(s, BANK, self.first.id)),
            "report": self._opens(lambda s: print_inquiry(s, BANK, self.first.id)),
        }
        if self.way in WAYS[3:]:  # one of five years ago is outside the windows of indicators
            doors["own profile"] = self.fact in own
        if self.way == "state":
            ladder = self.do(lambda s: show_ladder(s, self.owner, self.uscc, None))
            rung = next(each for each in ladder.rungs if each.code == "technology_sme")
            doors["ladder"] = any(
                each.code == self.item and each.holds is False for each in rung.missing
            )
        return doors

    def alert(self) -> tuple[str, int] | None:
        """What becomes of the message that tells of the breach, when it is tried now; None where
        the breach was so old that it moved no indicator.
        """
        if not self._messages():
            return None
        oldest = self._messages()[-1]
        deliver_message(self.work, message_id=oldest.id)
        tried = self._messages()[-1]
        return tried.state, tried.attempts

    def _messages(self) -> Any:
        return self.do(lambda s: show_messages(s, BANK, self.monitor, MessageQuery())).items

    def _case(self) -> None:
        request = CreditResultRequest.model_validate(
            {
                "case_id": self.uscc,
                "uscc": self.uscc,
                "parties": [BANK.uscc],
                "actor": {"client_id": "o", "uscc": OFFICER.uscc, "org_name": "某局"},
            }
        )
        self.do(lambda s: assess_case(s, request))

    def _ids(self, question: str) -> Any:
        found = self.do(
            lambda s: s.connection().exec_driver_sql(question, (self.uscc,)).scalars().first()
        )
        return found or []

    def _opens(self, read: Callable[[WriteSession], object]) -> bool:
        try:
            self.do(read)
        except DomainError as refused:
            if refused.code != "answer_expired":
                raise
            return False
        return True


@pytest.mark.parametrize("n", range(ROUNDS))
def test_a_breach_that_is_over_is_told_behind_no_door(work: Work, n: int) -> None:
    life = Life(work, WAYS[n % len(WAYS)], random.Random(n), n)

    with freeze(life.before):
        open_doors, waiting = life.doors(), life.alert()
        life.act()
    with freeze(life.after):
        closed_doors, withheld, sent_up = life.doors(), life.alert(), life.package()

    assert open_doors == dict.fromkeys(open_doors, True)
    assert closed_doors == dict.fromkeys(open_doors, False)
    assert (waiting, withheld) in ((None, None), (("waiting", 1), ("withheld", 1)))
    assert life.way in WAYS[:3] or waiting is not None
    assert life.sent_up[life.fact] == "put"
    assert sent_up[life.fact] == "withdraw"
