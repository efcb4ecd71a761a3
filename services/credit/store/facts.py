"""Facts in the database: Core reads, bulk writes, closing of a record when it is corrected."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Row,
    insert,
    literal,
    or_,
    select,
    tuple_,
    union_all,
    update,
)

from kit.db import ReadSession, WriteSession
from kit.errors import no_such
from services.credit.rules.catalogue import Catalogue
from services.credit.rules.facts import Fact, Unreadable, read_value
from services.credit.rules.recording import Current, FactKey, Step
from services.credit.rules.standing import Standing
from services.credit.tables import Base, FactBatch, FactRecord


@dataclass(frozen=True, slots=True)
class Origin:
    """By which delivery or which event a fact came."""

    batch_id: str | None = None
    event_id: str | None = None


# Core, not mapped classes: a profile reads many rows and every look passes here.
_FACTS = Base.metadata.tables["facts"].c
_MERGERS = Base.metadata.tables["mergers"].c
_COLUMNS = (
    _FACTS.id,
    _FACTS.uscc,
    _FACTS.item,
    _FACTS.value,
    _FACTS.source,
    _FACTS.observed_on,
    _FACTS.valid_from,
    _FACTS.valid_to,
    _FACTS.conduct_ended_on,
    _FACTS.details,
    _FACTS.recorded_from,
    _FACTS.recorded_to,
    _FACTS.gone_on,
    _FACTS.fact_key,
)


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
    rows = session.execute(
        select(*_COLUMNS).where(
            _FACTS.uscc.in_(_absorbed_by(uscc, known_at, as_of)),
            _FACTS.recorded_from <= known_at,
            or_(_FACTS.recorded_to.is_(None), _FACTS.recorded_to > known_at),
            _FACTS.standing == Standing.STANDS.value,
            _FACTS.withheld_from.is_(None),
        )
    )
    facts = ((row.uscc, _read(row, catalogue)) for row in rows)
    return [
        fact
        for owner, fact in facts
        if fact is not None and (owner == uscc or catalogue.items[fact.item].inherited)
    ]


def _absorbed_by(uscc: str, known_at: datetime, as_of: date | None) -> CompoundSelect[Any]:
    """An enterprise and those that were merged into it, as known at an instant."""
    absorbed = select(_MERGERS.absorbed_uscc).where(
        _MERGERS.surviving_uscc == uscc,
        _MERGERS.recorded_from <= known_at,
        or_(_MERGERS.recorded_to.is_(None), _MERGERS.recorded_to > known_at),
    )
    if as_of is not None:
        absorbed = absorbed.where(_MERGERS.merged_on <= as_of)
    return union_all(select(literal(uscc)), absorbed)


def _read(row: Row[*tuple[Any, ...]], catalogue: Catalogue) -> Fact | None:
    """None for a fact whose item has left the catalogue: it may no longer be used."""
    item = catalogue.items.get(row.item)
    if item is None:
        return None
    value = read_value(item, row.value)
    if isinstance(value, Unreadable):
        return None
    return Fact(
        id=row.id,
        item=row.item,
        value=value,
        source=row.source,
        observed_on=row.observed_on,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        conduct_ended_on=row.conduct_ended_on,
        details=row.details,
        recorded_from=row.recorded_from,
        recorded_to=row.recorded_to,
        gone_on=row.gone_on,
        key=row.fact_key,
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
