"""Calls for nominations and nominations (科技奖提名) over HTTP."""

from typing import Annotated

from fastapi import Query, Response

from kit.auth import Caller, MaybeCaller
from kit.http import HouseRouter, IfMatch, Read, Write, created, etag
from kit.openapi import problem_answer
from kit.pages import Page
from kit.text import choose_language
from services.achievements.routes.parameters import AcceptLanguage, Holder, Officer, RecordId
from services.achievements.schemas.answers import (
    answer_as,
    count_rows,
    page_of,
)
from services.achievements.schemas.nominations import (
    CallAnswer,
    CallBody,
    CallPatch,
    CallQuery,
    NominationAnswer,
    NominationBody,
    NominationCounts,
    NominationDecision,
    NominationPatch,
    NominationQuery,
)
from services.achievements.schemas.records import HistoryAnswer, HistoryLine
from services.achievements.usecases import award_calls, nominations

_CALLS, _NOMINATIONS = "/v1/award-calls", "/v1/nominations"
router = HouseRouter(tags=["科技奖提名 · nominations"])


@router.post(_CALLS, status_code=201, summary="发布提名通知 · call for nominations")
def publish_award_call(
    body: CallBody,
    caller: Officer,
    session: Write,
    response: Response,
    accept_language: AcceptLanguage = None,
) -> CallAnswer:
    """Which award and levels; the terms are counted in working days."""
    language = choose_language(accept_language)
    row = award_calls.publish_award_call(session, caller, body, language)
    answer = answer_as(CallAnswer, row)
    created(response, f"{_CALLS}/{answer.id}", answer.version)
    return answer


@router.get(_CALLS, summary="提名通知列表 · list calls for nominations")
def list_award_calls(
    query: Annotated[CallQuery, Query()],
    caller: MaybeCaller,
    session: Read,
    accept_language: AcceptLanguage = None,
) -> Page[CallAnswer]:
    """Calls are public; nominations are counted as far as the caller may see them."""
    language = choose_language(accept_language)
    found = award_calls.find_award_calls(session, caller, query.wanted(), language)
    return page_of(CallAnswer, *found)


@router.get(_CALLS + "/{call_id}", summary="查看提名通知 · read a call")
def read_award_call(
    call_id: RecordId,
    caller: MaybeCaller,
    session: Read,
    response: Response,
    accept_language: AcceptLanguage = None,
) -> CallAnswer:
    """With its terms, and the nominations by state that the caller may see."""
    language = choose_language(accept_language)
    row = award_calls.read_award_call(session, caller, call_id, language)
    answer = answer_as(CallAnswer, row)
    etag(response, answer.version)
    return answer


@router.patch(_CALLS + "/{call_id}", summary="修改提名通知 · change a call")
def change_award_call(
    call_id: RecordId,
    body: CallPatch,
    caller: Officer,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
    accept_language: AcceptLanguage = None,
) -> CallAnswer:
    """Its title, or its term, counted anew from the day of publication."""
    language = choose_language(accept_language)
    row = award_calls.change_award_call(session, caller, call_id, body, if_match, language)
    answer = answer_as(CallAnswer, row)
    etag(response, answer.version)
    return answer


@router.get(_CALLS + "/{call_id}/history", summary="提名通知历史 · history of a call")
def read_call_history(call_id: RecordId, _: Caller, session: Read) -> HistoryAnswer:
    """Who published and changed it, and why."""
    lines = award_calls.read_call_history(session, call_id)
    return HistoryAnswer(items=[answer_as(HistoryLine, line) for line in lines])


@router.post(_NOMINATIONS, status_code=201, summary="提名成果 · nominate an achievement")
def draft_nomination(
    body: NominationBody,
    caller: Holder,
    session: Write,
    response: Response,
    accept_language: AcceptLanguage = None,
) -> NominationAnswer:
    """Its owner nominates it; the content is filled from the registry, what lacks is listed."""
    language = choose_language(accept_language)
    row = nominations.draft_nomination(session, caller, body, language)
    answer = answer_as(NominationAnswer, row)
    created(response, f"{_NOMINATIONS}/{answer.id}", answer.version)
    return answer


@router.get(_NOMINATIONS, summary="提名列表 · list nominations")
def list_nominations(
    query: Annotated[NominationQuery, Query()],
    caller: Caller,
    session: Read,
    accept_language: AcceptLanguage = None,
) -> Page[NominationAnswer]:
    """All for the bureau and the auditor, its own for an organisation."""
    language = choose_language(accept_language)
    found = nominations.find_nominations(session, caller, query.wanted(), language)
    return page_of(NominationAnswer, *found)


@router.get(_NOMINATIONS + "/counts", summary="提名计数 · nominations in figures")
def count_nominations(caller: Caller, session: Read) -> NominationCounts:
    """By state, and those overdue; each number with the address of its rows."""
    states, overdue = nominations.count_by(session, caller)
    (late,) = count_rows(_NOMINATIONS, "overdue", [("true", overdue)])
    by_state = count_rows(_NOMINATIONS, "state", states)
    return NominationCounts(total=sum(n for _, n in states), by_state=by_state, overdue=late)


@router.get(_NOMINATIONS + "/{nomination_id}", summary="查看提名 · read a nomination")
def read_nomination(
    nomination_id: RecordId,
    caller: Caller,
    session: Read,
    response: Response,
    accept_language: AcceptLanguage = None,
) -> NominationAnswer:
    """What it says and lacks, the steps that are open and by when."""
    language = choose_language(accept_language)
    row = nominations.read_nomination(session, caller, nomination_id, language)
    answer = answer_as(NominationAnswer, row)
    etag(response, answer.version)
    return answer


@router.patch(_NOMINATIONS + "/{nomination_id}", summary="修改提名 · change a nomination")
def change_nomination(
    nomination_id: RecordId,
    body: NominationPatch,
    caller: Holder,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
    accept_language: AcceptLanguage = None,
) -> NominationAnswer:
    """What it says, while it is a draft or was returned."""
    language = choose_language(accept_language)
    row = nominations.change_nomination_content(
        session, caller, nomination_id, body, if_match, language
    )
    answer = answer_as(NominationAnswer, row)
    etag(response, answer.version)
    return answer


@router.get(_NOMINATIONS + "/{nomination_id}/history", summary="提名历史 · history of a nomination")
def read_nomination_history(
    nomination_id: RecordId, caller: Caller, session: Read
) -> HistoryAnswer:
    """Every step with actor, organisation and reason."""
    lines = nominations.read_nomination_history(session, caller, nomination_id)
    return HistoryAnswer(items=[answer_as(HistoryLine, line) for line in lines])


@router.post(
    _NOMINATIONS + "/{nomination_id}/decisions",
    summary="提交、推荐、授奖 · decide a nomination",
    responses={403: problem_answer("无权执行 · not allowed")},
)
def decide_nomination(
    nomination_id: RecordId,
    body: NominationDecision,
    caller: Caller,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
    accept_language: AcceptLanguage = None,
) -> NominationAnswer:
    """`submitted`, `withdrawn` by its owner, all else by the bureau; `awarded` makes the award."""
    language = choose_language(accept_language)
    row = nominations.decide_nomination(session, caller, nomination_id, body, if_match, language)
    answer = answer_as(NominationAnswer, row)
    etag(response, answer.version)
    return answer
