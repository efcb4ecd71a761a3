"""What is known of an enterprise at an instant: its facts and the marks beside them, in one read.

The function `read_known` (migrations/credit) reads both under one statement of ours.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from kit.clock import JINAN
from kit.db import ReadSession, WriteSession
from services.credit.rules.catalogue import Item
from services.credit.rules.disputes import DisputeState, Mark
from services.credit.rules.facts import Fact, Unreadable, read_value
from services.credit.store.catalogue import get_catalogue

_READ = """
SELECT facts::text, marks::text FROM read_known(%(uscc)s, %(known_at)s, %(as_of)s)
"""


@dataclass(frozen=True, slots=True)
class Known:
    """Facts with those inherited by a merger, and the marks of disputes."""

    facts: tuple[Fact, ...]
    marks: tuple[Mark, ...]


def read_known(
    session: ReadSession | WriteSession, uscc: str, known_at: datetime, as_of: date | None = None
) -> Known:
    """What was known of an enterprise at an instant.

    Left out is what may not be told to anyone who asks now: what no longer stands, and negative
    facts that stopped after `known_at`.
    """
    asked = {"uscc": uscc, "known_at": known_at, "as_of": as_of}
    row = session.connection().exec_driver_sql(_READ, asked).one()
    return unpack_known(uscc, row[0], row[1], known_at)


def unpack_known(uscc: str, facts: str, marks: str, known_at: datetime) -> Known:
    """The JSON of `read_known` as facts and marks."""
    catalogue = get_catalogue()
    items = catalogue.items
    read = [
        _read_fact(row, item)
        for row in orjson.loads(facts)
        # An item that has left the catalogue may no longer be used.
        if (item := items.get(row[2])) is not None and (row[1] == uscc or item.inherited)
    ]
    return Known(
        tuple([fact for fact in read if fact is not None]),
        tuple(_read_mark(row, known_at) for row in orjson.loads(marks)),
    )


def _read_fact(row: list[Any], item: Item) -> Fact | None:
    """None for a fact whose value no longer fits its item."""
    (fact_id, _, code, raw, source, observed, since, to, ended, details, known, over, gone, key) = (
        row
    )
    value = read_value(item, raw)
    if isinstance(value, Unreadable):
        return None
    return Fact(
        id=fact_id,
        item=code,
        value=value,
        source=source,
        observed_on=date.fromisoformat(observed),
        valid_from=date.fromisoformat(since),
        valid_to=None if to is None else date.fromisoformat(to),
        conduct_ended_on=None if ended is None else date.fromisoformat(ended),
        details=details,
        recorded_from=datetime.fromisoformat(known),
        recorded_to=None if over is None else datetime.fromisoformat(over),
        gone_on=None if gone is None else date.fromisoformat(gone),
        key=key,
    )


def _read_mark(row: list[Any], known_at: datetime) -> Mark:
    """Disputed then, or kept with a note."""
    objection_id, item, raised_at, decided_at, note, fact_key = row
    settled = decided_at is not None and datetime.fromisoformat(decided_at) <= known_at
    return Mark(
        objection_id=objection_id,
        item=item,
        fact_key=fact_key,
        state=DisputeState.KEPT if settled else DisputeState.OPEN,
        raised_on=datetime.fromisoformat(raised_at).astimezone(JINAN).date(),
        note=note if settled else None,
    )
