"""The market's numbers: weights, terms of follow-ups, from `market_terms.yaml`, as of a day."""

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from kit.yamls import read_yaml
from services.achievements.rules.matching import MatchingTerms, ReasonCode

_FILE = Path(__file__).parent.parent / "market_terms.yaml"


def matching_on(day: date) -> MatchingTerms:
    """The terms of matching of a day."""
    entry = _on("matching", day)
    return MatchingTerms(
        since=entry["from"],
        weights={ReasonCode(code): Decimal(text) for code, text in entry["weights"].items()},
        prior=entry["learning"]["prior"],
        tell_from=Decimal(entry["tell"]["from_relevance"]),
        tell_most=entry["tell"]["most"],
        vectors_share=float(entry["vectors"]["share"]),
        close_from=float(entry["vectors"]["close_from"]),
    )


def follow_up_days_on(day: date) -> tuple[int, ...]:
    """After how many days a match made at an event is asked after."""
    return tuple(_on("follow_ups", day)["days"])


def reviews_required_on(day: date) -> int:
    """How many experts review a bid where the call does not say."""
    return int(_on("bidding", day)["reviews_required"])


def _on(name: str, day: date) -> dict[str, Any]:
    entries: list[dict[str, Any]] = _read()[name]
    # Before the first entry the first one holds: the platform has no older past.
    return max(
        (entry for entry in entries if entry["from"] <= day),
        key=lambda entry: entry["from"],
        default=entries[0],
    )


@cache
def _read() -> dict[str, Any]:
    content: dict[str, Any] = read_yaml(_FILE.read_text(encoding="utf-8"))
    return content
