"""The queue of possible doubles over HTTP."""

from typing import Annotated

from fastapi import Query, Response

from kit.auth import Caller, Role, allow
from kit.http import HouseRouter, IfMatch, Read, Write, etag
from kit.openapi import problem_answer
from kit.pages import Page
from services.achievements.routes.parameters import RecordId
from services.achievements.schemas.answers import answer_as, page_of
from services.achievements.schemas.doubles import (
    PairAnswer,
    PairDecision,
    PairQuery,
    ScanAnswer,
)
from services.achievements.usecases import doubles

router = HouseRouter(prefix="/v1/duplicate-candidates", tags=["成果查重 · doubles"])


@router.get("", summary="疑似重复队列 · possible doubles side by side")
def list_pairs(
    query: Annotated[PairQuery, Query()], caller: Caller, session: Read
) -> Page[PairAnswer]:
    """The bureau sees all, an owner those with one of its own."""
    return page_of(PairAnswer, *doubles.find_queue(session, caller, query))


@router.post(
    "/scans",
    dependencies=[allow(Role.OFFICER)],
    summary="立即查重 · compare what is new",
)
def scan(session: Write) -> ScanAnswer:
    """Also done every ten minutes by itself."""
    return answer_as(ScanAnswer, doubles.scan(session))


@router.post(
    "/{pair_id}/decisions",
    summary="合并、各自保留、撤销 · decide a pair",
    responses={403: problem_answer("无权执行 · not allowed")},
)
def decide_pair(
    pair_id: RecordId,
    body: PairDecision,
    caller: Caller,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
) -> PairAnswer:
    """`merged` (naming the one that stays), `kept_apart`, `undone`; nothing is lost by a merge."""
    row = doubles.decide_pair(session, caller, pair_id, body, if_match)
    answer = answer_as(PairAnswer, row)
    etag(response, answer.version)
    return answer
