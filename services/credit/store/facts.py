"""Facts in the database: bulk writes, closing of a record when it is corrected."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select, tuple_, update

from kit.db import ReadSession, WriteSession
from kit.errors import no_such
from services.credit.rules.recording import Current, FactKey, Step
from services.credit.rules.standing import Standing
from services.credit.tables import FactBatch, FactRecord


@dataclass(frozen=True, slots=True)
class Origin:
    """By which delivery or which event a fact came."""

    batch_id: str | None = None
    event_id: str | None = None


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
