"""A city for measurements: enterprises with facts and consents, written by COPY."""

import random
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import psycopg

from kit.identifiers import organisation_check, uscc_check
from services.credit.rules.catalogue import Item, Nature, ValueKind
from services.credit.rules.chain import GENESIS
from services.credit.store.catalogue import get_catalogue
from services.credit.store.outlets import list_outlets

BANK = ("91370102MA3D00039W", "历下某银行科技支行")
LEARNED = datetime(2026, 1, 15, tzinfo=UTC)
_CHUNK = 2000  # enterprises a COPY buffer holds
_BIG_INDEXES = ("uq_facts_current", "ix_facts_uscc_item", "ix_facts_recorded_from")


def list_enterprises(size: int) -> list[tuple[str, str]]:
    """Every enterprise of a city of this size with the bank's consent: (uscc, consent id)."""
    return [(make_uscc(n), consent_id_of(n)) for n in range(size)]


def make_uscc(n: int) -> str:
    """The n-th valid unified social credit code of the city."""
    body = f"MB{n:06d}"
    first = f"91370102{body}{organisation_check(body)}"
    return first + uscc_check(first)


def consent_id_of(n: int) -> str:
    return f"00000000-0000-7000-8000-{n:012d}"


def count_facts(url: str) -> int:
    """The facts of a city, 0 where it is not made yet."""
    with psycopg.connect(_plain(url)) as connection:
        row = connection.execute("SELECT count(*) FROM facts").fetchone()
    return 0 if row is None else int(row[0])


def settle_outlets(url: str) -> None:
    """Let the platforms above have been told everything: a district exports a city once, not
    while its banks are measured.
    """
    catalogue = get_catalogue()
    with psycopg.connect(_plain(url)) as connection:
        for outlet in list_outlets():
            connection.execute(
                "INSERT INTO outlet_checks (outlet, began_at, whole_on, catalogue)"
                " VALUES (%s, now(), (now() AT TIME ZONE 'Asia/Shanghai')::date, %s)"
                " ON CONFLICT (outlet) DO UPDATE SET began_at = now(), place = NULL,"
                " whole_on = excluded.whole_on, catalogue = excluded.catalogue",
                (outlet.code, f"{catalogue.id} {catalogue.version}"),
            )


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")


def fill_city(url: str, size: int, facts_each: int) -> int:
    """Write the city; answers how many facts there are."""
    with psycopg.connect(_plain(url), autocommit=True) as connection:
        connection.execute("SET synchronous_commit = off")
        connection.execute("SET maintenance_work_mem = '256MB'")
        indexes = connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'facts'"
            " AND indexname = ANY(%s)",
            [list(_BIG_INDEXES)],
        ).fetchall()
        for name, _ in indexes:
            connection.execute(f'DROP INDEX "{name}"')
        for start in range(0, size, _CHUNK):
            _copy_chunk(connection, range(start, min(start + _CHUNK, size)), facts_each)
        for _, definition in indexes:
            connection.execute(definition)
        connection.execute("VACUUM (ANALYZE) facts, consents, subjects")
        row = connection.execute("SELECT count(*) FROM facts").fetchone()
    assert row is not None
    return int(row[0])


def _copy_chunk(connection: psycopg.Connection[Any], numbers: range, facts_each: int) -> None:
    subjects, consents, facts = StringIO(), StringIO(), StringIO()
    categories = '["compliance", "growth", "honours", "innovation", "operation", "registration"]'
    for n in numbers:
        uscc = make_uscc(n)
        subjects.write(f"{uscc}\t企业{n}\t{LEARNED}\t0\t{GENESIS}\n")
        consents.write(
            f"{consent_id_of(n)}\t{uscc}\t{BANK[0]}\t{BANK[1]}\tloan_review\tdetail\t{categories}"
            f"\tgranted\t2036-01-01\t2036-01-01\t1000000\t0\t{LEARNED}\t1\n"
        )
        facts.writelines(_facts_of(n, uscc, facts_each))
    _copy(connection, "subjects", "uscc, name, touched_at, log_entries, log_seal", subjects)
    _copy(
        connection,
        "consents",
        "id, uscc, institution_uscc, institution_name, purpose, scope, categories, state,"
        " valid_until, answer_by, max_reads, reads_used, requested_at, version",
        consents,
    )
    _copy(
        connection,
        "facts",
        "id, uscc, item, value, source, supplier_uscc, observed_on, valid_from, valid_to,"
        " details, fact_key, content_hash, recorded_from",
        facts,
    )


def _copy(connection: psycopg.Connection[Any], table: str, columns: str, lines: StringIO) -> None:
    with connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        copy.write(lines.getvalue())


def _facts_of(n: int, uscc: str, count: int) -> list[str]:
    items = list(get_catalogue().items.values())
    chance = random.Random(n)
    lines = []
    for k in range(count):
        item = items[k % len(items)]
        since = date(2021, 1, 1) + timedelta(days=chance.randrange(1800))
        ends = since + timedelta(days=400) if item.nature is Nature.STATE and k % 3 == 0 else None
        lines.append(
            f"00000001-0000-7000-8000-{n * 1000 + k:012d}\t{uscc}\t{item.code}"
            f"\t{_value(item, chance)}\t历下区某局\t11370102004200018N\t{since}\t{since}"
            f"\t{ends or chr(92) + 'N'}\t{{}}\tk{k}\th{k}\t{LEARNED}\n"
        )
    return lines


def _value(item: Item, chance: random.Random) -> str:
    """The value as JSON, in the form that its kind has on the wire."""
    match item.value:
        case ValueKind.YUAN:
            return f'"{chance.randrange(10_000, 90_000_000)}.00"'
        case ValueKind.RATIO:
            return f'"0.{chance.randrange(10, 99)}"'
        case ValueKind.COUNT:
            return str(chance.randrange(1, 300))
        case ValueKind.FLAG:
            return chance.choice(("true", "false"))
        case ValueKind.CODE:
            return f'"{chance.choice(item.choices)}"'
        case ValueKind.DATE:
            return '"2019-05-06"'
        case ValueKind.TEXT:
            return '"某某某某"'
