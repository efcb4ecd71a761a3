"""The ladder, read from its file once."""

from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from kit.text import Text
from kit.yamls import read_yaml
from services.credit.rules.ladder import Ladder, Need, Range, Rung
from services.credit.store.scorecards import read_measure

Raw = dict[str, Any]


@cache
def get_ladder() -> Ladder:
    """The ladder in force (`ladder.yaml`)."""
    text = files("services.credit").joinpath("ladder.yaml").read_text(encoding="utf-8")
    raw = read_yaml(text)
    rungs = tuple(_read_rung(each) for each in raw["rungs"])
    return Ladder(raw["id"], raw["version"], raw["valid_from"], rungs)


def _read_rung(raw: Raw) -> Rung:
    return Rung(
        code=raw["code"],
        label=Text(raw["zh"], raw["en"]),
        held_by=tuple(raw["held_by"]),
        recognition=Text(*raw["recognition"]),
        card=raw.get("card"),
        needs=tuple(_read_need(each) for each in raw.get("needs", ())),
        clause=raw["clause"],
        verified=raw["verified"],
    )


def _read_need(raw: Raw) -> Need:
    return Need(
        code=raw["code"],
        label=Text(raw["zh"], raw["en"]),
        measure=read_measure(raw["measure"]),
        at_least=_read_bound(raw.get("at_least")),
        at_most=_read_bound(raw.get("at_most")),
        when=_read_range(raw["when"]) if "when" in raw else None,
    )


def _read_range(raw: Raw) -> Range:
    return Range(
        measure=read_measure(raw["measure"]),
        above=_read_bound(raw.get("above")),
        at_most=_read_bound(raw.get("at_most")),
    )


def _read_bound(raw: str | None) -> Decimal | None:
    return None if raw is None else Decimal(raw)
