"""Reads and revocations take turns: nothing is told after the revocation was answered."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from tests.db.credit.conftest import AUDITOR, City
from tests.db.credit.racing import READERS, count_late_entries, run_races


def test_no_read_is_answered_after_the_revocation(city: City) -> None:
    for _ in range(3):
        consent_id, started = city.grant(), Event()
        looks: list[tuple[float, int]] = []

        def read_until_refused(consent_id=consent_id, started=started, looks=looks):  # type: ignore[no-untyped-def]
            while True:
                begun = time.monotonic()
                status = city.look(consent_id).status_code
                looks.append((begun, status))
                started.set()
                if status != 201:
                    return

        with ThreadPoolExecutor(4) as readers:
            running = [readers.submit(read_until_refused) for _ in range(4)]
            started.wait()
            assert city.decide(consent_id, "revoked").status_code == 200
            revoked_at = time.monotonic()
            for each in running:
                each.result(timeout=30)

        assert all(status == 403 for begun, status in looks if begun > revoked_at)
        assert {status for _, status in looks} <= {201, 403}


def test_many_revocations_against_reads_leave_no_late_read(city: City) -> None:
    """`make soak-consents` runs ten thousand of these."""
    database = city.app.state.database

    races = list(run_races(database, range(30)))

    assert sum(len(race.reads) for race in races) >= 30 * READERS
    assert any(answered for race in races for _, answered in race.reads)
    assert sum(race.late_reads for race in races) == 0
    assert count_late_entries(database) == 0


def test_reads_are_counted_exactly_under_concurrency(city: City) -> None:
    consent_id = city.grant(max_reads=5)

    with ThreadPoolExecutor(6) as readers:
        statuses = list(readers.map(lambda _: city.look(consent_id).status_code, range(20)))

    assert statuses.count(201) == 5
    assert statuses.count(403) == 15
    verified = city.call(AUDITOR, "GET", "/v1/audit/verification").json()
    assert verified["ok"] is True
    entries = [each for each in city.log() if each["consent_id"] == consent_id]
    assert len(entries) == 20


def test_deliveries_and_reads_of_one_enterprise_do_not_block_each_other(city: City) -> None:
    consent_id = city.grant()

    def deliver(n: int) -> int:
        row = {
            "uscc": "91370102MA3D000125",
            "item": "staff_total",
            "value": n,
            "source": "人社局",
            "source_id": f"race-{n % 3}",
            "valid_from": "2026-01-01",
        }
        other = row | {"uscc": "91370102MA3D000200"}
        rows = [row, other] if n % 2 else [other, row]
        return city.post_facts(*rows).status_code

    with ThreadPoolExecutor(6) as pool:
        delivered = [pool.submit(deliver, n) for n in range(18)]
        looked = [pool.submit(city.look, consent_id) for _ in range(18)]
        assert {each.result(timeout=60) for each in delivered} == {207}
        answers = [each.result(timeout=60).json() for each in looked]

    for answer in answers:
        again = city.look(consent_id, as_of=answer["as_of"], known_at=answer["known_at"]).json()
        assert again["profile"] == answer["profile"]
        assert again["input_hash"] == answer["input_hash"]
