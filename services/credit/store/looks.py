"""The hot path of a look: one statement holds and reads, one keeps all that was done.

Written in SQL, not by mapped classes: of a look's time the database needs a fifth, and the rest is
ours. The function `hold_look` (migrations/credit) locks consent and subject, in this order, as
everywhere, and under the locks reads the facts and their marks. At the end one statement counts the
read, keeps the answer, moves the head of the chain and appends the entry.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from kit.db import WriteSession, run_sql
from services.credit.rules.arrangements import arrangements_of
from services.credit.rules.consents import ConsentScope, ConsentState, ConsentTerms
from services.credit.store.access_log import Look, seal_look
from services.credit.store.known import Known, unpack_known
from services.credit.store.subjects import after

_HOLD = """
SELECT held::text, facts::text, marks::text
  FROM hold_look(%(consent_id)s, %(uscc)s, %(known_at)s, %(as_of)s)
"""

_COUNT = """
counted AS (
    UPDATE consents SET reads_used = reads_used + 1, reads_on = %(today)s,
           reads_that_day = %(reads_that_day)s
     WHERE id = %(consent_id)s),
kept AS (
    INSERT INTO inquiries (id, uscc, institution_uscc, client_id, purpose, consent_id, as_of,
           known_at, asked_at, scorecard_id, scorecard_version, score, grade, input_hash, answer,
           readable_until, keep_until, fact_ids, signature)
    VALUES (%(inquiry_id)s, %(uscc)s, %(institution_uscc)s, %(client_id)s, %(purpose)s,
           %(consent_id)s, %(as_of)s, %(known_at)s, %(asked_at)s, %(scorecard_id)s,
           %(scorecard_version)s, %(score)s, %(grade)s, %(input_hash)s, %(answer)s,
           %(readable_until)s, %(keep_until)s, %(fact_ids)s::jsonb, %(signature)s)),
"""

_APPEND = """
headed AS (
    UPDATE subjects SET touched_at = %(at)s, log_entries = %(seq)s, log_seal = %(seal)s
     WHERE uscc = %(uscc)s)
INSERT INTO access_log (id, uscc, seq, at, institution_uscc, institution_name, client_id, purpose,
       consent_id, outcome, reason, categories, fields, inquiry_id, case_id, previous, seal, stamp)
VALUES (%(entry_id)s, %(uscc)s, %(seq)s, %(at)s, %(institution_uscc)s, %(institution_name)s,
       %(client_id)s, %(log_purpose)s, %(log_consent_id)s, %(outcome)s, %(reason)s,
       %(categories)s::jsonb, %(fields)s::jsonb, %(inquiry_id)s, %(case_id)s, %(previous)s,
       %(seal)s, %(stamp)s)
"""

_KEEP_LOOK = f"WITH {_COUNT.strip()} {_APPEND.strip()}"
_KEEP_REFUSAL = f"WITH {_APPEND.strip()}"


@dataclass(frozen=True, slots=True)
class Held:
    """A consent and an enterprise's head of the chain, locked until the transaction ends, with
    what was known of the enterprise when they were locked, or at `known_at`.
    """

    consent_id: str
    terms: ConsentTerms
    scope: ConsentScope
    categories: tuple[str, ...]
    keep_days: int | None
    uscc: str
    at: datetime
    log_entries: int
    log_seal: str
    as_of: date
    known: Known


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What is kept of an answered look."""

    id: str
    as_of: date
    known_at: datetime
    asked_at: datetime
    scorecard_id: str
    scorecard_version: str
    score: object
    grade: str
    input_hash: str
    answer: bytes
    readable_until: date | None
    keep_until: date | None
    fact_ids: tuple[str, ...]
    signature: str | None


def hold_for_look(
    session: WriteSession, consent_id: str, uscc: str, known_at: datetime | None, as_of: date
) -> Held | None:
    """Lock both, take the instant of the look and read; None where either is unknown."""
    asked = {"consent_id": consent_id, "uscc": uscc, "known_at": known_at, "as_of": as_of}
    held = run_sql(session, _HOLD, asked)
    if held is None or held[0] is None:
        return None
    found, facts, marks = held
    row = orjson.loads(found)
    at = after(datetime.fromisoformat(row["touched_at"]))
    return Held(
        consent_id=consent_id,
        terms=_read_terms(row),
        scope=ConsentScope(row["scope"]),
        categories=tuple(row["categories"]),
        keep_days=row["keep_days"],
        uscc=uscc,
        at=at,
        log_entries=row["log_entries"],
        log_seal=row["log_seal"],
        as_of=as_of,
        known=unpack_known(uscc, facts, marks, known_at or at),
    )


def _read_terms(row: dict[str, Any]) -> ConsentTerms:
    reads_on, valid_from = row["reads_on"], row["valid_from"]
    return ConsentTerms(
        uscc=row["uscc"],
        institution_uscc=row["institution_uscc"],
        purpose=row["purpose"],
        state=ConsentState(row["state"]),
        valid_until=datetime.fromisoformat(row["valid_until"]),
        answer_by=datetime.fromisoformat(row["answer_by"]),
        max_reads=row["max_reads"],
        reads_used=row["reads_used"],
        max_reads_per_day=row["max_reads_per_day"],
        reads_on=None if reads_on is None else date.fromisoformat(reads_on),
        reads_that_day=row["reads_that_day"],
        valid_from=None if valid_from is None else datetime.fromisoformat(valid_from),
    )


def keep_look(
    session: WriteSession, held: Held, look: Look, answer: KeptAnswer, reads_that_day: int
) -> None:
    """Count the read, keep the answer, move the head, append the entry: one round trip."""
    kept: dict[str, object] = {
        name: getattr(answer, name) for name in KeptAnswer.__slots__ if name not in ("id",)
    }
    kept |= {
        "fact_ids": orjson.dumps(answer.fact_ids).decode(),
        "consent_id": held.consent_id,
        "purpose": held.terms.purpose,
        "today": answer.asked_at.date(),
        "reads_that_day": reads_that_day,
    }
    _append(session, _KEEP_LOOK, held, look, kept)


def keep_refusal(session: WriteSession, held: Held, look: Look) -> None:
    """The head and the entry alone: nothing was told."""
    _append(session, _KEEP_REFUSAL, held, look, {})


def _append(
    session: WriteSession, statement: str, held: Held, look: Look, kept: dict[str, object]
) -> None:
    key = arrangements_of(session.info).log_key
    head = (held.log_entries, held.log_seal)
    row = seal_look(held.uscc, head, held.at, look, key)
    row |= {
        "entry_id": row["id"],
        "log_purpose": look.purpose,
        "log_consent_id": look.consent_id,
        "categories": orjson.dumps(look.categories).decode(),
        "fields": orjson.dumps(look.fields).decode(),
    }
    run_sql(session, statement, {**row, **kept})
