"""梯次培育: which rung an enterprise stands on, and what the next one asks for.

A rung is held on a day when one of its catalogue items stands; the conditions are data.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kit.text import Text
from services.credit.rules.measures import FactsByItem, take_reading
from services.credit.rules.scorecards import Measure
from services.credit.rules.verdicts import Check, Outcome, Verdict


@dataclass(frozen=True, slots=True)
class Range:
    """When a condition applies: a measure above (excluded) or up to (included) a bound."""

    measure: Measure
    above: Decimal | None
    at_most: Decimal | None


@dataclass(frozen=True, slots=True)
class Need:
    """One condition of a rung."""

    code: str
    label: Text
    measure: Measure
    at_least: Decimal | None
    at_most: Decimal | None
    when: Range | None


@dataclass(frozen=True, slots=True)
class Rung:
    """一级: held by items; asked for by needs, or by the verdict of a card."""

    code: str
    label: Text
    held_by: tuple[str, ...]
    recognition: Text
    card: str | None
    needs: tuple[Need, ...]
    clause: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Ladder:
    """梯次 of one version."""

    id: str
    version: str
    valid_from: date
    rungs: tuple[Rung, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A rung as it stands on a day: since when it is held, and its checks."""

    rung: Rung
    held_since: date | None
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Climb:
    """All rungs, the highest held, and the next above it."""

    steps: tuple[Step, ...]
    current: Step | None
    following: Step | None


def climb(ladder: Ladder, facts: FactsByItem, verdicts: Mapping[str, Verdict], on: date) -> Climb:
    """Where an enterprise stands on a day; `verdicts` are those of the cards of the rungs."""
    steps = tuple(_step(rung, facts, verdicts, on) for rung in ladder.rungs)
    held = [place for place, step in enumerate(steps) if step.held_since is not None]
    top = max(held, default=-1)
    return Climb(
        steps=steps,
        current=steps[top] if held else None,
        following=steps[top + 1] if top + 1 < len(steps) else None,
    )


def list_missing(step: Step) -> tuple[Check, ...]:
    """What a rung still asks for: conditions that do not hold or are not known, and recognition."""
    open_checks = tuple(check for check in step.checks if check.holds is not True)
    if step.held_since is not None:
        return open_checks
    return (*open_checks, Check("recognition", step.rung.recognition, holds=False))


def _step(rung: Rung, facts: FactsByItem, verdicts: Mapping[str, Verdict], on: date) -> Step:
    holding = [fact.valid_from for item in rung.held_by for fact in facts.get(item, ())]
    verdict = verdicts.get(rung.card or "")
    if verdict is not None:
        checks = () if verdict.outcome is Outcome.PASSED else verdict.checks
    else:
        judged = [_check(need, facts, on) for need in rung.needs]
        checks = tuple(check for check in judged if check is not None)
    return Step(rung, min(holding, default=None), checks)


def _check(need: Need, facts: FactsByItem, on: date) -> Check | None:
    """None where the condition is for enterprises of another size."""
    if need.when is not None and not _applies(need.when, facts, on):
        return None
    reading = take_reading(need.measure, facts, on)
    if reading is None or not isinstance(reading.value, Decimal):
        return Check(need.code, need.label, None)
    low = need.at_least is None or reading.value >= need.at_least
    high = need.at_most is None or reading.value <= need.at_most
    return Check(need.code, need.label, low and high)


def _applies(when: Range, facts: FactsByItem, on: date) -> bool:
    """An unknown size is asked for with the first band only: the one that has no lower bound."""
    reading = take_reading(when.measure, facts, on)
    if reading is None or not isinstance(reading.value, Decimal):
        return when.above is None
    low = when.above is None or reading.value > when.above
    return low and (when.at_most is None or reading.value <= when.at_most)
