"""The access log is a chain: whoever changes, removes, adds or cuts an entry is found."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from kit.pages import encode_cursor
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


@pytest.fixture(autouse=True)
def _restore(city: City) -> Iterator[None]:
    yield
    _damage(city, "TRUNCATE access_log")
    _damage(city, "UPDATE subjects SET log_entries = 0, log_seal = repeat('0', 64)")
    (city.settings.data_dir / "anchors" / "credit-access-log.jsonl").unlink(missing_ok=True)


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
