"""Terms of listings and of brokers, read from their file once."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from kit.text import Text
from kit.yamls import read_yaml
from services.achievements.rules.brokers import Level, TrainingTerms
from services.achievements.rules.listing_notices import NoticeTerm
from services.achievements.rules.listings import ListingWay

Raw = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DealTerms:
    """`deal_terms.yaml` in the words of the rules."""

    version: str
    notices: tuple[NoticeTerm, ...]
    announced_days: int
    announced_clause: str
    levels: dict[str, Level]
    training: TrainingTerms


@cache
def get_deal_terms() -> DealTerms:
    """The terms in force."""
    file = files("services.achievements").joinpath("deal_terms.yaml")
    raw: Raw = read_yaml(file.read_text(encoding="utf-8"))
    announced = raw["listing"]["auction"]["announced_before"]
    levels = [_read_level(one) for one in raw["broker"]["levels"]]
    training = raw["broker"]["training"]
    return DealTerms(
        version=raw["version"],
        notices=tuple(_read_notice(one) for one in raw["listing"]["public_notice"]),
        announced_days=announced["days"],
        announced_clause=announced["clause"],
        levels={level.code: level for level in levels},
        training=TrainingTerms(training["valid_months"], training["warn_days"]),
    )


def _read_notice(raw: Raw) -> NoticeTerm:
    return NoticeTerm(
        since=raw["from"],
        clause=raw["clause"],
        quote=raw["quote"],
        ways=frozenset(ListingWay(way) for way in raw["ways"]),
        owner_kinds=frozenset(raw["owner_kinds"]),
        days=raw["days"],
        days_source=raw["days_source"],
        days_verified=raw["days_verified"],
    )


def _read_level(raw: Raw) -> Level:
    name = Text(raw["zh"], raw["en"])
    return Level(raw["code"], name, raw["rank"], raw["least_credits"], raw["assumption"])
