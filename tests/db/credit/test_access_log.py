"""The access log is a chain: whoever changes, removes, adds or cuts an entry is found."""

import os
import random
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from kit.directory import Directory
from kit.jobs import Work
from kit.pages import encode_cursor
from services.credit.usecases.access_log import anchor_access_log
from tests.db.credit.conftest import AUDITOR, BANK, ENTERPRISE, OFFICER, City


@pytest.fixture
def entries(city: City) -> list[str]:
    """Five looks; their ids from the oldest to the newest."""
    for _ in range(5):
        city.look(None)
    return [each["id"] for each in reversed(city.log())]


def _damage(city: City, statement: str, **values: object) -> None:
    with city.app.state.database.write() as session:
        session.execute(text(statement), values)


def _verify(city: City) -> dict[str, object]:
    found: dict[str, object] = city.call(AUDITOR, "GET", "/v1/audit/verification").json()
    return found


def _forget(city: City) -> None:
    _damage(city, "TRUNCATE access_log")
    _damage(city, "UPDATE subjects SET log_entries = 0, log_seal = repeat('0', 64)")
    anchors = city.settings.data_dir / "anchors" / "credit-access-log.jsonl"
    anchors.unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def _restore(city: City) -> Iterator[None]:
    yield
    _forget(city)


def test_a_changed_entry_is_named(city: City, entries: list[str]) -> None:
    _damage(city, "UPDATE access_log SET purpose = 'else' WHERE id = :id", id=entries[2])

    verified = _verify(city)

    assert (verified["ok"], verified["entries"]) == (False, 5)
    assert verified["first_broken"] == {
        "uscc": ENTERPRISE.uscc,
        "seq": 3,
        "entry_id": entries[2],
        "why": "changed_entry",
    }


def test_a_removed_entry_is_named(city: City, entries: list[str]) -> None:
    _damage(city, "DELETE FROM access_log WHERE id = :id", id=entries[1])

    broken = _verify(city)["first_broken"]

    assert isinstance(broken, dict)
    assert (broken["seq"], broken["why"]) == (2, "missing_entry")


def test_a_cut_tail_is_found(city: City, entries: list[str]) -> None:
    _damage(city, "DELETE FROM access_log WHERE id = ANY(:ids)", ids=entries[3:])

    broken = _verify(city)["first_broken"]

    assert isinstance(broken, dict)
    assert (broken["seq"], broken["why"]) == (4, "cut_tail")


def test_a_chain_that_is_wholly_gone_is_found(city: City, entries: list[str]) -> None:
    assert entries
    _damage(city, "DELETE FROM access_log")

    assert _verify(city)["ok"] is False


def test_the_log_is_read_in_pages_newest_first(city: City, entries: list[str]) -> None:
    first = city.call(OFFICER, "GET", f"/v1/enterprises/{ENTERPRISE.uscc}/access-log?limit=3")
    after = first.json()["next_cursor"]
    path = f"/v1/enterprises/{ENTERPRISE.uscc}/access-log?limit=3&cursor={after}"
    second = city.call(ENTERPRISE, "GET", path).json()

    seen = [each["id"] for each in first.json()["items"] + second["items"]]
    assert seen == entries[::-1]
    assert second["next_cursor"] is None


def test_a_bank_does_not_read_the_log(city: City) -> None:
    path = f"/v1/enterprises/{ENTERPRISE.uscc}/access-log"

    assert city.call(BANK, "GET", path).status_code == 403
    assert city.call(BANK, "GET", "/v1/audit/verification").status_code == 403


def test_a_cursor_of_another_list_is_refused(city: City) -> None:
    for cursor in (encode_cursor("a"), encode_cursor(-5), encode_cursor(2**40), "AAAA"):
        path = f"/v1/enterprises/{ENTERPRISE.uscc}/access-log?cursor={cursor}"

        assert city.call(AUDITOR, "GET", path).status_code == 422
        assert city.call(None, "GET", f"/v1/scorecards?cursor={cursor}").status_code == 422


def _random_damage(city: City, chance: random.Random, entries: list[str]) -> None:
    """What a hand in the database can do; in half the cases the head is made to fit."""
    place = chance.randrange(len(entries))
    kind = chance.choice(["change", "remove", "cut", "swap", "add"])
    if kind == "change":
        column = chance.choice(["purpose", "institution_name", "client_id", "outcome"])
        _damage(city, f"UPDATE access_log SET {column} = 'x' WHERE id = :id", id=entries[place])
    elif kind == "remove":
        _damage(city, "DELETE FROM access_log WHERE id = :id", id=entries[place])
    elif kind == "cut":
        _damage(city, "DELETE FROM access_log WHERE seq > :place", place=place)
        if chance.random() < 0.5:
            _damage(
                city,
                "UPDATE subjects SET log_entries = :place, log_seal = coalesce((SELECT seal FROM"
                " access_log a WHERE a.uscc = subjects.uscc AND seq = :place), repeat('0', 64))",
                place=place,
            )
    elif kind == "swap":
        _damage(city, "UPDATE access_log SET seq = -seq WHERE seq IN (1, 2)")
        _damage(city, "UPDATE access_log SET seq = 3 + seq WHERE seq IN (-1, -2)")
    else:
        _damage(
            city,
            "INSERT INTO access_log SELECT gen_random_uuid(), uscc, seq + 1, at, institution_uscc,"
            " institution_name, client_id, purpose, consent_id, outcome, reason, categories,"
            " fields, inquiry_id, case_id, seal, seal, stamp FROM access_log"
            " WHERE seq = (SELECT max(seq) FROM access_log)",
        )


def test_random_damage_to_the_real_table_is_found(city: City) -> None:
    for n in range(int(os.environ.get("LIURONG_DB_ROUNDS", "12"))):
        for _ in range(4):
            city.look(None)
        entries = [each["id"] for each in reversed(city.log())]
        assert _verify(city)["ok"] is True
        _random_damage(city, random.Random(n), entries)

        assert _verify(city)["ok"] is False, n

        _forget(city)


def test_anchors_are_kept_elsewhere_and_followed(city: City, entries: list[str]) -> None:
    assert entries
    verified = _verify(city)
    assert isinstance(verified["anchors"], dict)
    copy = city.call(AUDITOR, "GET", "/v1/audit/anchors").text.splitlines()
    path = city.settings.data_dir / "anchors" / "credit-access-log.jsonl"

    assert verified["anchors"]["lines"] == len(copy) == 1
    path.write_text(path.read_text().replace('"previous"', '"previouz"'))
    broken = _verify(city)
    assert (broken["ok"], broken["anchors"]["broken_at"]) == (False, 1)  # type: ignore[index]
    assert city.call(BANK, "GET", "/v1/audit/anchors").status_code == 403


def test_the_timer_notes_the_heads(city: City, entries: list[str]) -> None:
    assert entries
    work = Work(city.app.state.database, Directory(city.settings), city.settings)
    anchor_access_log(work)
    anchor_access_log(work)

    assert len(city.call(AUDITOR, "GET", "/v1/audit/anchors").text.splitlines()) == 1
