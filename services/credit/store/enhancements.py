"""The measures of enhancement, read from their file once."""

from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from kit.text import Text
from kit.yamls import read_yaml
from services.credit.rules.enhancements import Ground, Measure, Pack


@cache
def get_enhancements() -> Pack:
    """The pack in force (`enhancements.yaml`)."""
    text = files("services.credit").joinpath("enhancements.yaml").read_text(encoding="utf-8")
    raw = read_yaml(text)
    return Pack(
        id=raw["id"],
        version=raw["version"],
        measures=tuple(_read_measure(each) for each in raw["measures"]),
        grounds=tuple(
            Ground(each["code"], each["fact"], each["refused_when"], Text(each["zh"], each["en"]))
            for each in raw["grounds"]
        ),
    )


def _read_measure(raw: dict[str, Any]) -> Measure:
    most = raw.get("most_yuan")
    return Measure(
        code=raw["code"],
        label=Text(raw["zh"], raw["en"]),
        clause=raw["clause"],
        verified=raw["verified"],
        text=Text(raw["zh_text"], raw["en_text"]),
        most_yuan=None if most is None else Decimal(most),
        needs_any=tuple(raw.get("needs_any", ())),
        shares={name: Decimal(share) for name, share in raw.get("shares", {}).items()},
    )
