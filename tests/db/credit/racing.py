"""Revocations against reads: real transactions side by side, each on an enterprise of its own."""

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta

from kit.auth import Role
from kit.clock import now
from kit.db import Database
from kit.errors import Forbidden
from services.credit.schemas.consents import ConsentDecision, ConsentRequest
from services.credit.schemas.inquiries import InquiryRequest
from services.credit.usecases.consents import decide_consent, request_consent
from services.credit.usecases.inquiries import inquire
from tests.bench.credit_city import make_uscc
from tests.db.credit.conftest import BANK
from tests.serving import make_principal

READERS = 2


@dataclass
class Race:
    """What was seen: each read's beginning and whether it was answered; when the bank was out."""

    consent_id: str
    reads: list[tuple[float, bool]] = field(default_factory=list)
    revoked_at: float = 0.0

    @property
    def late_reads(self) -> int:
        """Reads that began after the revocation was answered, and were answered all the same."""
        return sum(answered for begun, answered in self.reads if begun > self.revoked_at)


def run_races(database: Database, races: range, lanes: int = 4) -> Iterator[Race]:
    """As many races as wanted, a few of them at a time."""
    with ThreadPoolExecutor(lanes) as pool:
        yield from pool.map(lambda n: _race(database, n), races)


def count_late_entries(database: Database) -> int:
    """Disclosures that stand in the log after the instant of their consent's revocation."""
    with database.read() as session:
        found = session.connection().exec_driver_sql(
            "SELECT count(*) FROM access_log l JOIN consents c ON c.id = l.consent_id"
            " WHERE l.outcome = 'disclosed' AND c.state = 'revoked' AND l.at >= c.decided_at"
        )
        return int(found.scalar_one())


def _race(database: Database, n: int) -> Race:
    uscc = make_uscc(n)
    owner = make_principal(Role.ENTERPRISE, uscc)
    asked = ConsentRequest(
        uscc=uscc,
        purpose="loan_review",
        scope="detail",
        valid_until=now() + timedelta(days=9),
        max_reads=1000,
    )
    with database.write() as session:
        race = Race(request_consent(session, BANK, asked).id)
    _decide(database, owner, race.consent_id, "granted")
    started = threading.Event()
    readers = [
        threading.Thread(target=_read_until_refused, args=(database, uscc, race, started))
        for _ in range(READERS)
    ]
    for reader in readers:
        reader.start()
    started.wait(30)
    time.sleep(random.Random(n).random() * 0.004)
    _decide(database, owner, race.consent_id, "revoked")
    race.revoked_at = time.monotonic()
    for reader in readers:
        reader.join(30)
    return race


def _decide(database: Database, owner: object, consent_id: str, word: str) -> None:
    with database.write() as session:
        decide_consent(session, owner, consent_id, ConsentDecision(decision=word), "*")  # type: ignore[arg-type]


def _read_until_refused(
    database: Database, uscc: str, race: Race, started: threading.Event
) -> None:
    request = InquiryRequest(uscc=uscc, purpose="loan_review", consent_id=race.consent_id)
    answered = True
    while answered:
        begun = time.monotonic()
        answered = _read(database, request)
        race.reads.append((begun, answered))
        started.set()


def _read(database: Database, request: InquiryRequest) -> bool:
    with database.open_write() as session:
        try:
            inquire(session, BANK, request)
        except Forbidden:
            session.commit()
            return False
        session.commit()
        return True
