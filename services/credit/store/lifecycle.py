"""The stages of life, read from their file once."""

from decimal import Decimal
from functools import cache
from importlib.resources import files

from kit.text import Text
from kit.yamls import read_yaml
from services.credit.rules.lifecycle import Lifecycle, LifeStage, StageCondition
from services.credit.store.scorecards import Raw, read_measure


@cache
def get_lifecycle() -> Lifecycle:
    """The stages in force (`lifecycle.yaml`)."""
    text = files("services.credit").joinpath("lifecycle.yaml").read_text(encoding="utf-8")
    raw = read_yaml(text)
    stages = tuple(_read_stage(each) for each in raw["stages"])
    return Lifecycle(raw["id"], raw["version"], raw["verified"], stages)


def _read_stage(raw: Raw) -> LifeStage:
    conditions = tuple(_read_condition(each) for each in raw["conditions"])
    return LifeStage(raw["code"], Text(raw["zh"], raw["en"]), conditions)


def _read_condition(raw: Raw) -> StageCondition:
    low, high = raw.get("at_least"), raw.get("below")
    return StageCondition(
        measure=read_measure(raw["measure"]),
        at_least=None if low is None else Decimal(low),
        below=None if high is None else Decimal(high),
    )
