"""Matches over HTTP."""

from typing import Annotated

from fastapi import Query

from kit.auth import HOLDERS_OF_RESEARCH, Caller, Principal, Role, allow
from kit.http import HouseRouter, Read, Write
from kit.openapi import problem_answer
from kit.pages import PageQuery
from kit.text import choose_language
from services.achievements.routes.parameters import AcceptLanguage, RecordId
from services.achievements.schemas.answers import answer_as
from services.achievements.schemas.match_answers import answer_matches, answer_weights
from services.achievements.schemas.matches import (
    DemandMatchQuery,
    FeedbackAnswer,
    FeedbackBody,
    FeedbackList,
    MatchPage,
    WeightsPage,
)
from services.achievements.usecases import match_feedback, matching

Party = Annotated[Principal, allow(*HOLDERS_OF_RESEARCH, Role.BROKER, Role.OFFICER)]
router = HouseRouter(prefix="/v1", tags=["供需匹配 · matches"])


@router.get("/demands/{record_id}/matches", summary="需求的匹配 · matches of a demand")
def list_demand_matches(
    record_id: RecordId,
    query: Annotated[DemandMatchQuery, Query()],
    caller: Caller,
    session: Read,
    accept_language: AcceptLanguage = None,
) -> MatchPage:
    """Achievements, researchers, instruments, platforms, brokers the caller may see, with why."""
    page = matching.match_demand(session, caller, record_id, query)
    return answer_matches(page, choose_language(accept_language))


@router.get("/achievements/{record_id}/matches", summary="成果对应的需求 · demands it answers")
def list_achievement_matches(
    record_id: RecordId,
    query: Annotated[PageQuery, Query()],
    caller: Caller,
    session: Read,
    accept_language: AcceptLanguage = None,
) -> MatchPage:
    """Open demands the caller may see, with why; what is confidential reveals nothing."""
    page = matching.match_achievement(session, caller, record_id, query)
    return answer_matches(page, choose_language(accept_language))


@router.post(
    "/demands/{record_id}/matches/feedback",
    summary="反馈匹配 · judge a match",
    responses={403: problem_answer("仅供需双方和主管部门 · the two sides and the bureau")},
)
def give_feedback(
    record_id: RecordId, body: FeedbackBody, caller: Party, session: Write
) -> FeedbackAnswer:
    """One verdict per organisation and match; the weights of the reasons learn from it."""
    return answer_as(FeedbackAnswer, match_feedback.give_feedback(session, caller, record_id, body))


@router.get("/demands/{record_id}/matches/feedback", summary="匹配反馈列表 · verdicts on matches")
def list_feedback(record_id: RecordId, caller: Caller, session: Read) -> FeedbackList:
    """The bureau and the auditor see all, others their own."""
    rows = match_feedback.read_feedback(session, caller, record_id)
    return FeedbackList(items=[answer_as(FeedbackAnswer, row) for row in rows])


@router.get(
    "/match-weights",
    dependencies=[allow()],
    summary="匹配权重 · what the reasons weigh, since when, and why",
)
def list_match_weights(session: Read, accept_language: AcceptLanguage = None) -> WeightsPage:
    """In force now, to begin with, and every set that was learned, with its evidence."""
    terms, rows = match_feedback.read_weights(session, 50)
    return answer_weights(terms, rows, choose_language(accept_language))
