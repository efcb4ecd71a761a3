"""画像: from what is known of an enterprise to a profile, for those who may know it."""

from dataclasses import dataclass
from datetime import date, datetime

from kit.db import ReadSession, WriteSession
from services.credit.rules.catalogue import Catalogue
from services.credit.rules.consents import ConsentScope
from services.credit.rules.disputes import beside
from services.credit.rules.facts import Fact, gone_from, may_disclose, standing_facts
from services.credit.rules.lifecycle import place_in_life
from services.credit.rules.scorecards import Scorecard
from services.credit.rules.scoring import Profile, group_facts, score
from services.credit.schemas.profiles import (
    Json,
    describe_placement,
    describe_profile,
    hash_inputs,
)
from services.credit.store.catalogue import get_catalogue
from services.credit.store.known import Known, read_known
from services.credit.store.lifecycle import get_lifecycle
from services.credit.store.scorecards import DISTRICT_CARD, get_scorecard


@dataclass(frozen=True, slots=True)
class View:
    """What may be seen: categories and scope of a consent, on two time axes, asked on a day."""

    categories: frozenset[str]
    scope: ConsentScope
    as_of: date
    known_at: datetime
    asked_on: date


@dataclass(frozen=True, slots=True)
class Portrait:
    """A profile with its card, its wire form, its input hash, the facts it was made from, and
    until when it may be read.
    """

    profile: Profile
    card: Scorecard
    content: Json
    input_hash: str
    fields: tuple[str, ...]
    fact_ids: tuple[str, ...]
    readable_until: date | None


def draw_portrait(
    session: ReadSession | WriteSession, uscc: str, view: View, card_id: str = DISTRICT_CARD
) -> Portrait:
    """The profile of an enterprise by the card in force on `as_of`."""
    known = read_known(session, uscc, view.known_at, view.as_of)
    return compose_portrait(uscc, view, known, card_id)


def compose_portrait(uscc: str, view: View, known: Known, card_id: str = DISTRICT_CARD) -> Portrait:
    """The same from what was read already."""
    catalogue, card = get_catalogue(), get_scorecard(card_id, view.as_of)
    withheld = frozenset(
        item.code for item in catalogue.items.values() if not may_disclose(item, view.categories)
    )
    standing = standing_facts(known.facts, catalogue, view.as_of, view.known_at, view.asked_on)
    facts = [fact for fact in standing if fact.item not in withheld]
    profile = score(card, catalogue, facts, view.as_of, withheld)
    shown = beside(facts, known.marks)
    content = describe_profile(profile, card, catalogue, view.scope, shown)
    return Portrait(
        profile=profile,
        card=card,
        content=content | {"lifecycle": _place(facts, view)},
        input_hash=hash_inputs(_context(uscc, view, card, catalogue), facts, shown),
        fields=tuple(sorted({fact.item for fact in facts})),
        fact_ids=tuple(fact.id for fact in facts),
        readable_until=_first_gone(facts, catalogue),
    )


def _place(facts: list[Fact], view: View) -> Json | None:
    if view.scope is ConsentScope.PROFILE:
        return None
    lifecycle = get_lifecycle()
    placement = place_in_life(lifecycle, group_facts(facts), view.as_of)
    return describe_placement(placement, lifecycle)


def _context(uscc: str, view: View, card: Scorecard, catalogue: Catalogue) -> Json:
    return {
        "uscc": uscc,
        "as_of": view.as_of.isoformat(),
        "known_at": view.known_at.isoformat(),
        "scorecard": [card.id, card.version],
        "catalogue": [catalogue.id, catalogue.version],
        "lifecycle": get_lifecycle().version,
        "scope": view.scope.value,
        "categories": sorted(view.categories),
    }


def _first_gone(facts: list[Fact], catalogue: Catalogue) -> date | None:
    """The first day on which a negative fact among these may no longer be answered."""
    years = catalogue.terms.negative_years
    days = [gone_from(fact, catalogue.items[fact.item], years) for fact in facts]
    return min((day for day in days if day is not None), default=None)
