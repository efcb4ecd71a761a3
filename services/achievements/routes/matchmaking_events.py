"""Events (路演·推介·对接) over HTTP."""

from typing import Annotated, Any

from fastapi import Query, Response

from kit.auth import HOLDERS_OF_RESEARCH, Caller, MaybeCaller, Principal, Role, allow
from kit.http import HouseRouter, IfMatch, Read, Write, created, etag
from kit.openapi import problem_answer
from kit.pages import Page
from services.achievements.routes.parameters import RecordId
from services.achievements.rules.matchmaking_events import EventFilter
from services.achievements.schemas.answers import answer_as, count_rows, page_of
from services.achievements.schemas.matchmaking_events import (
    EventAnswer,
    EventBody,
    EventCounts,
    EventDecision,
    EventMatchAnswer,
    EventMatchBody,
    EventMatchList,
    EventQuery,
    FollowUpAnswer,
    FollowUpDone,
    FollowUpList,
    MinutesBody,
    SignUpAnswer,
    SignUpBody,
    SignUpQuery,
)
from services.achievements.schemas.records import HistoryAnswer, HistoryLine
from services.achievements.usecases import follow_ups, matchmaking_events

_PATH = "/v1/matchmaking-events"
Organizer = Annotated[
    Principal, allow(Role.OFFICER, Role.BROKER, Role.EXCHANGE, *HOLDERS_OF_RESEARCH)
]
_CLOSED: dict[int | str, dict[str, Any]] = {
    409: problem_answer("此步骤现在不能执行 · not open now")
}
router = HouseRouter(prefix=_PATH, tags=["路演·推介·对接 · events"])


@router.post("", status_code=201, summary="筹办活动 · draft an event")
def draft_event(
    body: EventBody, caller: Organizer, session: Write, response: Response
) -> EventAnswer:
    """By the bureau, agencies, the exchange or any holder of research."""
    row = matchmaking_events.draft_event(session, caller, body)
    created(response, f"{_PATH}/{row['id']}", 1)
    return answer_as(EventAnswer, row)


@router.get("", summary="活动列表 · list events")
def list_events(
    query: Annotated[EventQuery, Query()], caller: MaybeCaller, session: Read
) -> Page[EventAnswer]:
    """What the caller may see, newest first."""
    wanted = EventFilter(**query.model_dump())
    return page_of(EventAnswer, *matchmaking_events.find_events(session, caller, wanted))


@router.get("/counts", summary="活动计数 · events in figures")
def count_events(caller: MaybeCaller, session: Read) -> EventCounts:
    """By state and by kind; each number with the address of its rows."""
    states, kinds = matchmaking_events.count_by(session, caller)
    by_state, by_kind = count_rows(_PATH, "state", states), count_rows(_PATH, "kind", kinds)
    total = sum(count for _, count in states)
    return EventCounts(total=total, by_state=by_state, by_kind=by_kind)


@router.get("/{event_id}", summary="查看活动 · read an event")
def read_event(
    event_id: RecordId, caller: MaybeCaller, session: Read, response: Response
) -> EventAnswer:
    """One, with its programme and places; the minutes for those who took part."""
    answer = answer_as(EventAnswer, matchmaking_events.read_event(session, caller, event_id))
    etag(response, answer.version)
    return answer


@router.get("/{event_id}/history", summary="活动变更历史 · history of an event")
def read_event_history(event_id: RecordId, caller: Caller, session: Read) -> HistoryAnswer:
    """For its organiser and the bureau."""
    lines = matchmaking_events.read_event_history(session, caller, event_id)
    return HistoryAnswer(items=[answer_as(HistoryLine, line) for line in lines])


@router.put("/{event_id}", summary="修改活动 · replace an event", responses=_CLOSED)
def replace_event(
    event_id: RecordId,
    body: EventBody,
    caller: Organizer,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
) -> EventAnswer:
    """More places let those who wait move up; places that are given stay given (409)."""
    row = matchmaking_events.replace_event(session, caller, event_id, body, if_match)
    answer = answer_as(EventAnswer, row)
    etag(response, answer.version)
    return answer


@router.post("/{event_id}/decisions", summary="开放、结束、取消活动 · decide", responses=_CLOSED)
def decide_event(
    event_id: RecordId,
    body: EventDecision,
    caller: Organizer,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
) -> EventAnswer:
    """By its organiser; guests are told when it is called off."""
    row = matchmaking_events.decide_event(session, caller, event_id, body, if_match)
    answer = answer_as(EventAnswer, row)
    etag(response, answer.version)
    return answer


@router.put("/{event_id}/minutes", summary="写入纪要 · write the minutes")
def write_minutes(
    event_id: RecordId,
    body: MinutesBody,
    caller: Organizer,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
) -> EventAnswer:
    """By its organiser; If-Match is the event's."""
    row = matchmaking_events.write_minutes(session, caller, event_id, body, if_match)
    answer = answer_as(EventAnswer, row)
    etag(response, answer.version)
    return answer


@router.post("/{event_id}/sign-ups", status_code=201, summary="报名 · sign up", responses=_CLOSED)
def sign_up(
    event_id: RecordId, body: SignUpBody, caller: Caller, session: Write, response: Response
) -> SignUpAnswer:
    """A place while there is one, else the waiting list, in the order of arrival."""
    row = matchmaking_events.sign_up(session, caller, event_id, body)
    created(response, f"{_PATH}/{event_id}/sign-ups")
    return answer_as(SignUpAnswer, row)


@router.get("/{event_id}/sign-ups", summary="报名列表 · sign-ups")
def list_sign_ups(
    event_id: RecordId, query: Annotated[SignUpQuery, Query()], caller: Caller, session: Read
) -> Page[SignUpAnswer]:
    """All for the organiser and the bureau, else the caller's own."""
    rows, cursor = matchmaking_events.find_sign_ups(session, caller, event_id, query)
    return page_of(SignUpAnswer, rows, cursor)


@router.post(
    "/{event_id}/sign-ups/{sign_up_id}/cancellations", summary="取消报名 · cancel a sign-up"
)
def cancel_sign_up(
    event_id: RecordId, sign_up_id: RecordId, caller: Caller, session: Write
) -> SignUpAnswer:
    """The first who waits moves up, and is told."""
    row = matchmaking_events.cancel_sign_up(session, caller, event_id, sign_up_id)
    return answer_as(SignUpAnswer, row)


@router.post(
    "/{event_id}/sign-ups/{sign_up_id}/check-ins", summary="签到 · check in", responses=_CLOSED
)
def check_in(
    event_id: RecordId, sign_up_id: RecordId, caller: Organizer, session: Write
) -> SignUpAnswer:
    """By the organiser, from the day of the event on; the first time counts."""
    row = matchmaking_events.check_in(session, caller, event_id, sign_up_id)
    return answer_as(SignUpAnswer, row)


@router.post(
    "/{event_id}/matches",
    status_code=201,
    summary="登记对接意向 · record a match made",
    responses=_CLOSED,
)
def record_match(
    event_id: RecordId,
    body: EventMatchBody,
    caller: Organizer,
    session: Write,
    response: Response,
) -> EventMatchAnswer:
    """By the organiser; it is asked after on working days, and each of them becomes a task."""
    row = follow_ups.record_match(session, caller, event_id, body)
    created(response, f"{_PATH}/{event_id}/matches")
    return answer_as(EventMatchAnswer, row)


@router.get("/{event_id}/matches", summary="对接意向列表 · matches made")
def list_event_matches(event_id: RecordId, caller: Caller, session: Read) -> EventMatchList:
    """All for the organiser and the bureau, else those the caller is a side of."""
    rows = follow_ups.read_matches(session, caller, event_id)
    return EventMatchList(items=[answer_as(EventMatchAnswer, row) for row in rows])


@router.get("/{event_id}/follow-ups", summary="回访列表 · follow-ups")
def list_follow_ups(event_id: RecordId, caller: Caller, session: Read) -> FollowUpList:
    """For the organiser and the bureau, by day."""
    rows = follow_ups.read_follow_ups(session, caller, event_id)
    return FollowUpList(items=[answer_as(FollowUpAnswer, row) for row in rows])


@router.post(
    "/{event_id}/follow-ups/{follow_up_id}/completions",
    summary="办结回访 · complete a follow-up",
    responses=_CLOSED,
)
def complete_follow_up(
    event_id: RecordId,
    follow_up_id: RecordId,
    body: FollowUpDone,
    caller: Organizer,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
) -> FollowUpAnswer:
    """What was heard; the task in the inbox is closed."""
    row = follow_ups.complete_follow_up(session, caller, event_id, follow_up_id, body, if_match)
    answer = answer_as(FollowUpAnswer, row)
    etag(response, answer.version)
    return answer
