"""How reported facts meet those on record: new, known already, or a correction.

A fact is the same fact when it has the same key: the supplier's own id where there is one; else,
for a value of a period, its source and period; for a state, also its value; for an event, all of
it. The same content under the same key changes nothing; other content is a correction: a new
record, and the end of the old one.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.credit.rules.catalogue import Nature
from services.credit.rules.facts import WireValue
from services.credit.rules.standing import Standing

FactKey = tuple[str, str, str]


class RecordResult(StrEnum):
    """新增 / 未变 / 本批内自相矛盾."""

    CREATED = "created"
    UNCHANGED = "unchanged"
    CONTRADICTS = "contradicts"


@dataclass(frozen=True, slots=True)
class NewFact:
    """A readable fact that asks to be recorded under `id`."""

    id: str
    uscc: str
    item: str
    nature: Nature
    value: WireValue
    source: str
    source_document: str | None
    source_id: str | None
    supplier_uscc: str
    observed_on: date
    valid_from: date
    valid_to: date | None
    conduct_ended_on: date | None
    details: Mapping[str, str]

    @property
    def key(self) -> FactKey:
        return (self.uscc, self.item, _hash(self._identity()))

    @property
    def content_hash(self) -> str:
        return _hash(self._content())

    def _identity(self) -> list[object]:
        if self.source_id is not None:
            return ["id", self.supplier_uscc, self.source_id]
        if self.nature is Nature.EVENT:
            return ["event", self.supplier_uscc, *self._content()]
        period: list[object] = [self.supplier_uscc, self.source, self.valid_from.isoformat()]
        return [*period, self.value] if self.nature is Nature.STATE else period

    def _content(self) -> list[object]:
        days = (self.observed_on, self.valid_from, self.valid_to, self.conduct_ended_on)
        return [
            self.value,
            self.source,
            self.source_document,
            self.source_id,
            *(day.isoformat() if day else None for day in days),
            dict(self.details),
        ]


@dataclass(frozen=True, slots=True)
class Current:
    """The record that is newest under a key; `refutes` is content that an objection proved wrong.

    A record that an act has ended (`standing`) hands its end on: what was repaired stays repaired,
    whatever a supplier's system sends again.
    """

    id: str
    content_hash: str
    standing: Standing = Standing.STANDS
    refutes: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What is done with one reported fact; `id` is that of the record which then stands."""

    fact: NewFact
    result: RecordResult
    id: str
    corrects: str | None = None
    standing: Standing = Standing.STANDS
    refutes: str | None = None


def plan_recording(facts: Sequence[NewFact], known: Mapping[FactKey, Current]) -> list[Step]:
    """One step per fact, in order. Two rows of one delivery must not contradict each other."""
    fresh: dict[FactKey, Current] = {}
    steps = []
    for fact in facts:
        key, content = fact.key, fact.content_hash
        sibling, before = fresh.get(key), known.get(key)
        standing = sibling or before
        if standing is not None and content in (standing.content_hash, standing.refutes):
            steps.append(Step(fact, RecordResult.UNCHANGED, standing.id))
        elif sibling is not None:
            steps.append(Step(fact, RecordResult.CONTRADICTS, sibling.id))
        else:
            fresh[key] = Current(fact.id, content)
            steps.append(_correct(fact, before))
    return steps


def _correct(fact: NewFact, before: Current | None) -> Step:
    if before is None:
        return Step(fact, RecordResult.CREATED, fact.id)
    return Step(fact, RecordResult.CREATED, fact.id, before.id, before.standing, before.refutes)


def _hash(content: list[object]) -> str:
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
