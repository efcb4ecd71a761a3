"""The data of the supports, from YAML beside the gateway: limits, schemes, cards, demo products."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from gateway.rules.compensation_rates import RateCap
from gateway.rules.guarantees import Limits
from gateway.rules.loan_ends import SubsidyTerms
from gateway.rules.sharing import Scheme, Sharer
from gateway.rules.valuations import Card, CardValue
from kit.text import Text
from kit.yamls import read_yaml

_HERE = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class StockScheme:
    """A scheme that is often used, by its name."""

    id: str
    title: Text
    source: str
    scheme: Scheme


@cache
def get_limits() -> Limits:
    """The limits of guarantees."""
    said = _load("limits.yaml")["guarantee"]
    return Limits(
        Decimal(said["per_firm_yuan"]),
        Decimal(said["guarantee_fee_rate"]),
        Decimal(said["lender_share_at_least"]),
    )


def find_subsidy_terms(on: date) -> SubsidyTerms:
    """贴息 as of the day a loan was signed; nothing before the first terms."""
    for entry in reversed(_load("limits.yaml")["interest_subsidy"]):
        if entry["valid_from"] <= on:
            return SubsidyTerms(Decimal(entry["part_of_interest"]), Decimal(entry["per_firm_yuan"]))
    return SubsidyTerms(Decimal(0), Decimal(0))


def get_rate_cap(on: date) -> RateCap:
    """代偿率上限 as of a day."""
    entries = _load("limits.yaml")["compensation_rate"]
    entry = [one for one in entries if one["valid_from"] <= on][-1]
    return RateCap(**entry | {"cap": Decimal(entry["cap"])})


@cache
def list_schemes() -> Sequence[StockScheme]:
    """The schemes that are often used; any other may be quoted too."""
    return [
        StockScheme(
            entry["id"],
            Text(entry["zh"], entry["en"]),
            entry["source"],
            Scheme(tuple(Sharer(**sharer) for sharer in entry["sharers"])),
        )
        for entry in _load("limits.yaml")["schemes"]
    ]


@cache
def list_cards() -> Sequence[Card]:
    """The cards of values, newest last."""
    cards = [
        Card(
            id=entry["id"],
            version=entry["version"],
            valid_from=entry["valid_from"],
            source=entry["source"],
            verified=entry["verified"],
            values=tuple(
                CardValue(one["code"], Text(one["zh"], one["en"]), Decimal(one["weight"]))
                for one in entry["values"]
            ),
        )
        for entry in _load("five_values.yaml")["cards"]
    ]
    return sorted(cards, key=lambda card: card.valid_from)


def get_card(on: date) -> Card:
    """The card of a day."""
    return [card for card in list_cards() if card.valid_from <= on][-1]


@cache
def get_report_months() -> int:
    """For how long a report counts."""
    return int(_load("five_values.yaml")["cards"][-1]["report_valid_months"])


@cache
def list_demo_products() -> Sequence[Mapping[str, Any]]:
    """The products and mandates of the demo mode."""
    entries: Sequence[Mapping[str, Any]] = _load("products.yaml")["products"]
    return entries


@cache
def _load(name: str) -> dict[str, Any]:
    with (_HERE / name).open(encoding="utf-8") as file:
        data: dict[str, Any] = read_yaml(file.read())
    return data
