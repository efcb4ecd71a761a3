"""Scorecard packs, read from their files once."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from kit.errors import no_such
from kit.text import Text
from kit.yamls import read_yaml
from services.credit.rules.catalogue import (
    Catalogue,
    Disclosure,
    Item,
    Nature,
    Polarity,
    ValueKind,
)
from services.credit.rules.scorecards import (
    Approval,
    Bin,
    Condition,
    Dimension,
    Grade,
    How,
    Indicator,
    Measure,
    Scaling,
    Scorecard,
    VerdictRule,
    Way,
    holds_on,
)
from services.credit.store.catalogue import get_catalogue

Raw = dict[str, Any]
DISTRICT_CARD = "lixia-innovation-credit"


@cache
def list_scorecards() -> tuple[Scorecard, ...]:
    """Every version of every card, by id, then by its first day."""
    folder = files("services.credit").joinpath("scorecards")
    packs = [each for each in folder.iterdir() if each.name.endswith(".yaml")]
    cards = [read_scorecard(read_yaml(p.read_text(encoding="utf-8"))) for p in packs]
    return tuple(sorted(cards, key=lambda card: (card.id, card.valid_from)))


def find_scorecard(card_id: str, on: date) -> Scorecard | None:
    """The newest version of a card that is in force on a day."""
    versions = [card for card in list_scorecards() if card.id == card_id and holds_on(card, on)]
    return versions[-1] if versions else None


def get_scorecard(card_id: str, on: date) -> Scorecard:
    """The version of a card in force on a day, or NotFound."""
    card = find_scorecard(card_id, on)
    if card is None:
        raise no_such("该日有效的评分卡", "scorecard in force on that day", card_id)
    return card


@dataclass(frozen=True, slots=True)
class Pack:
    """A card with what it measures, and the digest of its content without the approvals."""

    card: Scorecard
    catalogue: Catalogue
    digest: str


def read_pack(path: Path) -> Pack:
    """A pack from a file. One with `inputs` of its own is measured on those, not on facts."""
    raw = read_yaml(path.read_text(encoding="utf-8"))
    catalogue = _read_inputs(raw) if "inputs" in raw else get_catalogue()
    return Pack(read_scorecard(raw, catalogue), catalogue, digest_pack(raw))


def list_packs() -> list[Pack]:
    """The packs that are shipped with the platform."""
    folder = Path(str(files("services.credit").joinpath("scorecards")))
    return [read_pack(path) for path in sorted(folder.glob("*.yaml"))]


def digest_pack(raw: Raw) -> str:
    """SHA-256 over all of a pack but its approvals: what two people put their names to."""
    papers = {name: said for name, said in raw["model_card"].items() if name != "approvals"}
    canonical = json.dumps(
        {**raw, "model_card": papers}, sort_keys=True, ensure_ascii=False, default=str
    )
    return f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()}"


def _read_inputs(raw: Raw) -> Catalogue:
    items = {
        each["code"]: Item(
            code=each["code"],
            category="input",
            name=_read_text(each),
            suppliers=(),
            disclosure=Disclosure.PUBLIC,
            nature=Nature.MEASURE,
            value=ValueKind(each["value"]),
            choices=(),
            polarity=Polarity.NEUTRAL,
            verified=False,
            fresh_days=3650,
            aging_days=7300,
        )
        for each in raw["inputs"]
    }
    plain = get_catalogue()
    return replace(plain, id=raw["id"], version=raw["version"], items=items)


def read_scorecard(raw: Raw, catalogue: Catalogue | None = None) -> Scorecard:
    """A card from its YAML; every item it measures must stand in the catalogue."""
    papers = raw["model_card"]
    card = Scorecard(
        id=raw["id"],
        version=raw["version"],
        valid_from=raw["valid_from"],
        valid_to=raw.get("valid_to"),
        label=_read_text(raw),
        kind=raw["kind"],
        verified=raw["verified"],
        clause=raw["clause"],
        source=raw["source"],
        result_valid_days=raw["result_valid_days"],
        weak_below=Decimal(raw["weak_below"]),
        grades=tuple(
            Grade(each["code"], Decimal(each["at_least"]), _read_text(each))
            for each in raw["grades"]
        ),
        dimensions=tuple(_read_dimension(each) for each in raw["dimensions"]),
        verdict=_read_verdict(raw["verdict"]) if "verdict" in raw else None,
        model_card=_read_text(papers),
        owner=papers["owner"],
        author=papers.get("author", ""),
        approvals=tuple(Approval(**each) for each in papers["approvals"]),
        scaling=_read_scaling(raw["scaling"]) if "scaling" in raw else None,
    )
    _check_items(card, catalogue or get_catalogue())
    return card


def _read_scaling(raw: Raw) -> Scaling:
    return Scaling(Decimal(raw["offset"]), Decimal(raw["factor"]))


def _check_items(card: Scorecard, catalogue: Catalogue) -> None:
    measured = {item for each in card.indicators for way in each.ways for item in way.measure.items}
    if card.verdict is not None:
        rule = card.verdict
        measured |= {each.item for each in (*rule.limits, *rule.barred_by, *rule.direct)}
    stray = measured - catalogue.items.keys()
    if stray:
        raise ValueError(f"scorecard {card.id} measures what the catalogue lacks: {sorted(stray)}")


def _read_text(raw: Raw) -> Text:
    return Text(raw["zh"], raw["en"])


def _read_dimension(raw: Raw) -> Dimension:
    indicators = tuple(_read_indicator(each) for each in raw["indicators"])
    return Dimension(raw["code"], _read_text(raw), indicators)


def _read_indicator(raw: Raw) -> Indicator:
    return Indicator(
        code=raw["code"],
        label=_read_text(raw),
        ways=tuple(_read_way(each) for each in raw["ways"]),
        missing_points=_read_number(raw["missing"]["points"]),
        lost=_read_text(raw["lost"]),
        hint=_read_text(raw["raise"]),
    )


def _read_way(raw: Raw) -> Way:
    return Way(read_measure(raw["measure"]), tuple(_read_bin(each) for each in raw["bins"]))


def read_measure(raw: Raw) -> Measure:
    """A measure from its YAML; `of` names one item or several."""
    of = raw["of"]
    return Measure(
        how=How(raw["how"]),
        of=(of,) if isinstance(of, str) else tuple(of),
        to=raw.get("to"),
        within_months=raw.get("within_months"),
    )


def _read_bin(raw: Raw) -> Bin:
    return Bin(
        points=_read_number(raw["points"]),
        start=_read_bound(raw.get("from")),
        below=_read_bound(raw.get("below")),
        codes=frozenset(raw.get("is", ())),
    )


def _read_number(raw: int | str) -> Decimal:
    """Whole numbers or decimal strings; a YAML float would already be rounded."""
    if isinstance(raw, float):
        raise TypeError(f"write {raw} as a string in the scorecard")
    return Decimal(raw)


def _read_bound(raw: int | str | None) -> Decimal | None:
    return None if raw is None else _read_number(raw)


def _read_verdict(raw: Raw) -> VerdictRule:
    return VerdictRule(
        at_least=Decimal(raw["at_least"]),
        above_zero=tuple(raw["above_zero"]),
        limits=tuple(_read_condition(each) for each in raw["limits"]),
        barred_by=tuple(_read_condition(each) for each in raw["barred_by"]),
        direct=tuple(_read_condition(each) for each in raw["direct"]),
    )


def _read_condition(raw: Raw) -> Condition:
    return Condition(
        item=raw["item"],
        label=_read_text(raw),
        code=raw.get("code", ""),
        at_most=_read_bound(raw.get("at_most")),
        codes=frozenset(raw.get("is", ())),
        within_months=raw.get("within_months"),
        top_rank=raw.get("top_rank"),
    )
