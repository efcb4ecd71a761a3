"""评分卡."""

from typing import Annotated

from fastapi import Query

from kit.http import HouseRouter
from kit.pages import Page
from services.credit.schemas.scorecards import (
    ScorecardAnswer,
    ScorecardQuery,
    ScorecardSummary,
)
from services.credit.schemas.times import Day
from services.credit.usecases import scorecards

router = HouseRouter(prefix="/v1/scorecards", tags=["scorecards"])


@router.get("", summary="评分卡列表 · Scorecards")
def list_scorecards(query: Annotated[ScorecardQuery, Query()]) -> Page[ScorecardSummary]:
    """Every version, or those in force on a day."""
    return scorecards.show_scorecards(query)


@router.get("/{card_id}", summary="一张评分卡 · One scorecard, whole")
def get_scorecard(card_id: str, on: Annotated[Day | None, Query()] = None) -> ScorecardAnswer:
    """Dimensions, indicators, bins, points and the model card, as in force on a day."""
    return scorecards.show_scorecard(card_id, on)
