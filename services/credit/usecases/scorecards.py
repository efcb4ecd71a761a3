"""评分卡: the dated packs that make the points."""

from datetime import date

from kit.clock import today
from kit.pages import Page, encode_cursor, read_place
from services.credit.rules.scorecards import holds_on
from services.credit.schemas.scorecards import (
    ScorecardAnswer,
    ScorecardQuery,
    ScorecardSummary,
    describe_scorecard,
    describe_summary,
)
from services.credit.store.scorecards import get_scorecard, list_scorecards


def show_scorecards(query: ScorecardQuery) -> Page[ScorecardSummary]:
    """All cards, or those in force on a day."""
    start = read_place(query.cursor) or 0
    cards = [c for c in list_scorecards() if query.on is None or holds_on(c, query.on)]
    shown = cards[start : start + query.limit]
    following = start + query.limit
    return Page(
        items=[describe_summary(card) for card in shown],
        next_cursor=encode_cursor(following) if following < len(cards) else None,
    )


def show_scorecard(card_id: str, on: date | None) -> ScorecardAnswer:
    """One card as it is on a day (default today)."""
    return describe_scorecard(get_scorecard(card_id, on or today()))
