"""生命周期阶段: in which stage of its life an enterprise is, by conditions that are data."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kit.text import Text
from services.credit.rules.measures import FactsByItem, take_reading
from services.credit.rules.scorecards import Measure


@dataclass(frozen=True, slots=True)
class StageCondition:
    """A measure from (included) to below (excluded)."""

    measure: Measure
    at_least: Decimal | None
    below: Decimal | None


@dataclass(frozen=True, slots=True)
class LifeStage:
    """初创期 / 成长期 / 稳定期: all its conditions must hold; one without any takes the rest."""

    code: str
    label: Text
    conditions: tuple[StageCondition, ...]


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The stages of one version, in the order in which they are tried."""

    id: str
    version: str
    verified: bool
    stages: tuple[LifeStage, ...]


@dataclass(frozen=True, slots=True)
class Placement:
    """The stage, or the items that must be known before it can be told."""

    stage: LifeStage | None
    missing: tuple[str, ...] = ()


def place_in_life(lifecycle: Lifecycle, facts: FactsByItem, on: date) -> Placement:
    """The first stage whose conditions all hold on a day; what is unknown is asked for."""
    for stage in lifecycle.stages:
        judged = [(each, _holds(each, facts, on)) for each in stage.conditions]
        unknown = [each for each, holds in judged if holds is None]
        if unknown and not any(holds is False for _, holds in judged):
            return Placement(None, tuple(item for each in unknown for item in each.measure.items))
        if all(holds for _, holds in judged):
            return Placement(stage)
    return Placement(None)


def _holds(condition: StageCondition, facts: FactsByItem, on: date) -> bool | None:
    reading = take_reading(condition.measure, facts, on)
    if reading is None or not isinstance(reading.value, Decimal):
        return None
    high = condition.at_least is None or reading.value >= condition.at_least
    return high and (condition.below is None or reading.value < condition.below)
