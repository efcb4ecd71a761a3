"""Random histories with late corrections: the same `as_of` and `known_at` give the same bytes.

The rules alone, on a ledger in memory that closes and opens records as the store does;
`LIURONG_ROUNDS` histories (few here; 10,000 by hand, docs/benchmarks.md). The store itself is asked
the same in `tests/db/credit/test_replay.py`.
"""

import os
import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from services.credit.rules.catalogue import ValueKind
from services.credit.rules.consents import ConsentScope
from services.credit.rules.facts import Fact, FactValue, show_value, standing_facts
from services.credit.rules.recording import Current, FactKey, NewFact, RecordResult, plan_recording
from services.credit.rules.scoring import score
from services.credit.schemas.profiles import describe_profile, hash_inputs, write_json
from services.credit.store.catalogue import get_catalogue
from services.credit.store.scorecards import get_scorecard

ROUNDS = int(os.environ.get("LIURONG_ROUNDS", "40"))
CATALOGUE = get_catalogue()
ASKED_ON = date(2026, 11, 23)
ITEMS = [
    item
    for item in CATALOGUE.items.values()
    if item.value in (ValueKind.YUAN, ValueKind.COUNT, ValueKind.CODE)
]


class Ledger:
    """Records by their keys, and a clock that only goes forward."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.at = datetime(2026, 11, 23, tzinfo=UTC)
        self.records: list[Fact] = []
        self.heads: dict[FactKey, Current] = {}
        self.corrections = 0

    def take_in(self, facts: list[tuple[NewFact, FactValue]]) -> None:
        self.at += timedelta(microseconds=1)
        values = {fact.id: value for fact, value in facts}
        for step in plan_recording([fact for fact, _ in facts], self.heads):
            if step.result is not RecordResult.CREATED:
                continue
            if step.corrects is not None:
                self.corrections += 1
                self._close(step.corrects)
            self.heads[step.fact.key] = Current(step.fact.id, step.fact.content_hash)
            self.records.append(_record(step.fact, values[step.fact.id], self.at))

    def draw(self, as_of: date, known_at: datetime) -> tuple[bytes, str]:
        known = [
            fact
            for fact in self.records
            if fact.recorded_from <= known_at
            and (fact.recorded_to is None or fact.recorded_to > known_at)
        ]
        facts = standing_facts(known, CATALOGUE, as_of, known_at, ASKED_ON)
        card = get_scorecard("lixia-innovation-credit", as_of)
        profile = score(card, CATALOGUE, facts, as_of)
        told = describe_profile(profile, card, CATALOGUE, ConsentScope.DETAIL)
        return write_json(told), hash_inputs({"as_of": as_of.isoformat()}, facts)

    def _close(self, fact_id: str) -> None:
        place = next(n for n, fact in enumerate(self.records) if fact.id == fact_id)
        self.records[place] = self.records[place]._replace(recorded_to=self.at)


def _record(fact: NewFact, value: FactValue, at: datetime) -> Fact:
    return Fact(
        id=fact.id,
        item=fact.item,
        value=value,
        source=fact.source,
        observed_on=fact.observed_on,
        valid_from=fact.valid_from,
        valid_to=fact.valid_to,
        conduct_ended_on=fact.conduct_ended_on,
        details=fact.details,
        recorded_from=at,
        recorded_to=None,
    )


def _report(dice: random.Random, number: int) -> tuple[NewFact, FactValue]:
    """A fact of some item; few ids of the supplier, so that most rows correct an earlier one."""
    item = dice.choice(ITEMS)
    value: FactValue = Decimal(dice.randint(0, 60))
    if item.value is ValueKind.YUAN:
        value = Decimal(dice.randint(0, 400)) * 100_000
    elif item.value is ValueKind.CODE:
        value = dice.choice(item.choices)
    since = date(2026, 11, 1) - timedelta(days=dice.randint(0, 1500))
    fact = NewFact(
        id=f"f{number:04d}",
        uscc="u",
        item=item.code,
        nature=item.nature,
        value=show_value(item.value, value),
        source="某局",
        source_document=None,
        source_id=f"{item.code}-{dice.randint(1, 2)}",
        supplier_uscc="s",
        observed_on=since,
        valid_from=since,
        valid_to=since + timedelta(days=dice.randint(0, 900)) if dice.random() < 0.3 else None,
        conduct_ended_on=None,
        details={},
    )
    return fact, value


def test_what_was_answered_can_be_answered_again_byte_for_byte() -> None:
    looks = corrections = 0
    for seed in range(ROUNDS):
        dice = random.Random(seed)
        ledger = Ledger(dice)
        seen: list[tuple[date, datetime, tuple[bytes, str]]] = []
        for turn in range(4):
            number = turn * 100
            ledger.take_in([_report(dice, number + place) for place in range(dice.randint(3, 15))])
            as_of = ASKED_ON - timedelta(days=dice.randint(0, 900))
            seen.append((as_of, ledger.at, ledger.draw(as_of, ledger.at)))

        for as_of, known_at, told in seen:
            assert ledger.draw(as_of, known_at) == told, seed
        looks += len(seen)
        corrections += ledger.corrections
    assert looks == 4 * ROUNDS
    assert corrections > ROUNDS
