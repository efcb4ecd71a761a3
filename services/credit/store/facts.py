"""Facts in the database: Core reads, bulk writes, closing of a record when it is corrected."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import Row, insert, select, tuple_, update

from kit.db import ReadSession, WriteSession
from kit.errors import no_such
from services.credit.rules.catalogue import Catalogue
from services.credit.rules.facts import Fact, Unreadable, read_value
from services.credit.rules.recording import Current, FactKey, Step
from services.credit.rules.standing import Standing
from services.credit.tables import FactBatch, FactRecord


@dataclass(frozen=True, slots=True)
class Origin:
    """By which delivery or which event a fact came."""

    batch_id: str | None = None
    event_id: str | None = None


# Every look passes here: the statement is built once and its values are read as text.
_KNOWN = """
SELECT id, uscc, item, value::text AS value, source, observed_on, valid_from, valid_to,
       conduct_ended_on, details::text AS details, recorded_from, recorded_to, gone_on, fact_key
  FROM facts
 WHERE uscc = ANY (ARRAY(
           SELECT %(uscc)s::text
            UNION ALL
           SELECT absorbed_uscc FROM mergers
            WHERE surviving_uscc = %(uscc)s AND recorded_from <= %(known_at)s
              AND (recorded_to IS NULL OR recorded_to > %(known_at)s)
              AND (%(as_of)s::date IS NULL OR merged_on <= %(as_of)s::date)))
   AND recorded_from <= %(known_at)s AND (recorded_to IS NULL OR recorded_to > %(known_at)s)
   AND standing = %(stands)s AND withheld_from IS NULL
"""


def list_facts(
    session: ReadSession | WriteSession,
    uscc: str,
    catalogue: Catalogue,
    known_at: datetime,
    as_of: date | None = None,
) -> list[Fact]:
    """What was known of an enterprise at an instant, with what it inherited by a merger.

    Left out is what may not be told to anyone who asks now: what no longer stands, and negative
    facts that stopped after `known_at`.
    """
    asked = {"uscc": uscc, "known_at": known_at, "as_of": as_of, "stands": Standing.STANDS.value}
    rows = session.connection().exec_driver_sql(_KNOWN, asked)
    facts = ((row[1], _read(row, catalogue)) for row in rows)
    return [
        fact
        for owner, fact in facts
        if fact is not None and (owner == uscc or catalogue.items[fact.item].inherited)
    ]


def _read(row: Row[*tuple[Any, ...]], catalogue: Catalogue) -> Fact | None:
    """None for a fact whose item has left the catalogue: it may no longer be used."""
    (fact_id, _, code, raw, source, observed, since, to, ended, details, known, over, gone, key) = (
        row
    )
    item = catalogue.items.get(code)
    if item is None:
        return None
    value = read_value(item, orjson.loads(raw))
    if isinstance(value, Unreadable):
        return None
    return Fact(
        id=fact_id,
        item=code,
        value=value,
        source=source,
        observed_on=observed,
        valid_from=since,
        valid_to=to,
        conduct_ended_on=ended,
        details=orjson.loads(details),
        recorded_from=known,
        recorded_to=over,
        gone_on=gone,
        key=key,
    )


def find_current(session: WriteSession, keys: Iterable[FactKey]) -> dict[FactKey, Current]:
    """The records that now stand under these keys (uscc, item, fact key)."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    rows = session.execute(
        select(
            FactRecord.uscc,
            FactRecord.item,
            FactRecord.fact_key,
            FactRecord.id,
            FactRecord.content_hash,
            FactRecord.standing,
            FactRecord.refutes,
        ).where(
            FactRecord.recorded_to.is_(None),
            tuple_(FactRecord.uscc, FactRecord.item, FactRecord.fact_key).in_(wanted),
        )
    )
    return {
        (row.uscc, row.item, row.fact_key): Current(
            row.id, row.content_hash, Standing(row.standing), row.refutes
        )
        for row in rows
    }


def close_facts(session: WriteSession, ids: Sequence[str], at: datetime) -> None:
    """End the records that newer ones correct."""
    if ids:
        session.execute(update(FactRecord).where(FactRecord.id.in_(ids)).values(recorded_to=at))


def add_facts(session: WriteSession, steps: Sequence[Step], at: datetime, origin: Origin) -> None:
    """Add the records of created facts, all at once."""
    if steps:
        session.execute(insert(FactRecord), [_row_of(step, at, origin) for step in steps])


def _row_of(step: Step, at: datetime, origin: Origin) -> dict[str, object]:
    fact = step.fact
    return {
        "id": fact.id,
        "uscc": fact.uscc,
        "item": fact.item,
        "value": fact.value,
        "source": fact.source,
        "source_document": fact.source_document,
        "source_id": fact.source_id,
        "supplier_uscc": fact.supplier_uscc,
        "observed_on": fact.observed_on,
        "valid_from": fact.valid_from,
        "valid_to": fact.valid_to,
        "conduct_ended_on": fact.conduct_ended_on,
        "details": dict(fact.details),
        "fact_key": fact.key[2],
        "content_hash": fact.content_hash,
        "recorded_from": at,
        "recorded_to": None,
        "batch_id": origin.batch_id,
        "event_id": origin.event_id,
        "corrects": step.corrects,
        "standing": step.standing.value,
        "refutes": step.refutes,
    }


def set_gone(session: WriteSession, key: FactKey, gone_on: date | None) -> None:
    """Let the closed records of a negative fact know when it is gone by what is known now."""
    uscc, item, fact_key = key
    session.execute(
        update(FactRecord)
        .where(
            FactRecord.uscc == uscc,
            FactRecord.item == item,
            FactRecord.fact_key == fact_key,
            FactRecord.recorded_to.is_not(None),
        )
        .values(gone_on=gone_on)
    )


def add_batch(session: WriteSession, batch: FactBatch) -> None:
    """Keep the receipt of a delivery; facts refer to it."""
    session.add(batch)
    session.flush()


def get_batch(session: ReadSession, batch_id: str) -> FactBatch:
    """A receipt by its id."""
    batch = session.get(FactBatch, batch_id)
    if batch is None:
        raise no_such("归集回执", "receipt", batch_id)
    return batch
