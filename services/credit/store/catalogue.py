"""The catalogue, read from its file once."""

from functools import cache
from importlib.resources import files
from typing import Any

from kit.text import Text
from kit.yamls import read_yaml
from services.credit.rules.catalogue import (
    Catalogue,
    Disclosure,
    Item,
    Label,
    Nature,
    Polarity,
    Severity,
    Terms,
    ValueKind,
)

Raw = dict[str, Any]


@cache
def get_catalogue() -> Catalogue:
    """The catalogue in force (`catalogue.yaml`)."""
    text = files("services.credit").joinpath("catalogue.yaml").read_text(encoding="utf-8")
    return read_catalogue(read_yaml(text))


def read_catalogue(raw: Raw) -> Catalogue:
    """A catalogue from its YAML; an item of an unknown category is refused."""
    categories = {each["code"]: _read_label(each) for each in raw["categories"]}
    longest = int(raw["terms"]["negative_years"])
    items = {each["code"]: _read_item(each, longest) for each in raw["items"]}
    stray = [item.code for item in items.values() if item.category not in categories]
    if stray or len(items) != len(raw["items"]):
        raise ValueError(f"catalogue: unknown category or doubled code: {stray}")
    return Catalogue(
        id=raw["id"],
        version=raw["version"],
        terms=Terms(**raw["terms"]),
        purposes={each["code"]: _read_label(each) for each in raw["purposes"]},
        categories=categories,
        items=items,
        severities={each["code"]: _read_severity(each) for each in raw["severities"]},
    )


def _read_label(raw: Raw) -> Label:
    return Label(raw["code"], Text(raw["zh"], raw["en"]))


def _read_severity(raw: Raw) -> Severity:
    return Severity(
        code=raw["code"],
        name=Text(raw["zh"], raw["en"]),
        least_months=raw["least_months"],
        most_months=raw["most_months"],
        verified=raw["verified"],
    )


def _read_item(raw: Raw, longest: int) -> Item:
    polarity = Polarity(raw.get("polarity", "neutral"))
    negative = polarity is Polarity.NEGATIVE
    return Item(
        code=raw["code"],
        category=raw["category"],
        name=Text(raw["zh"], raw["en"]),
        suppliers=tuple(raw["suppliers"]),
        disclosure=Disclosure(raw["disclosure"]),
        nature=Nature(raw["nature"]),
        value=ValueKind(raw["value"]),
        choices=tuple(raw.get("choices", ())),
        polarity=polarity,
        verified=raw["verified"],
        fresh_days=raw["fresh"]["fresh_days"],
        aging_days=raw["fresh"]["aging_days"],
        shown_years=min(raw.get("shown_years", longest), longest) if negative else None,
        inherited=raw.get("inherited", False),
    )
