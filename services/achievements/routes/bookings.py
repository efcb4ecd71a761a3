"""Bookable hours and bookings of instruments over HTTP."""

from typing import Annotated

from fastapi import Body, Query, Response

from kit.auth import Caller, MaybeCaller
from kit.http import HouseRouter, IfMatch, Read, Write, created, etag
from kit.openapi import problem_answer
from services.achievements.routes.parameters import Holder, RecordId
from services.achievements.schemas.answers import answer_as
from services.achievements.schemas.bookings import (
    BookingAnswer,
    BookingBody,
    BookingsAnswer,
    CancellationBody,
    DaysQuery,
    HoursAnswer,
    HoursBody,
    UtilisationAnswer,
)
from services.achievements.usecases import bookings

_PATH = "/v1/instruments"
router = HouseRouter(prefix=_PATH, tags=["仪器预约 · bookings"])


@router.get("/{record_id}/hours", summary="仪器开放机时 · bookable hours")
def read_hours(
    record_id: RecordId, caller: MaybeCaller, session: Read, response: Response
) -> HoursAnswer:
    """Week by week, in Beijing time."""
    answer = answer_as(HoursAnswer, bookings.read_hours(session, caller, record_id))
    etag(response, answer.version)
    return answer


@router.put("/{record_id}/hours", summary="设置开放机时 · set the bookable hours")
def set_hours(
    record_id: RecordId,
    body: HoursBody,
    caller: Holder,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
) -> HoursAnswer:
    """By the owner; the first time without, later with If-Match."""
    row = bookings.set_hours(session, caller, record_id, body, if_match)
    answer = answer_as(HoursAnswer, row)
    etag(response, answer.version)
    return answer


@router.post(
    "/{record_id}/bookings",
    status_code=201,
    summary="预约仪器 · book an instrument",
    responses={409: problem_answer("该时段已被预约 · the time is booked")},
)
def book_instrument(
    record_id: RecordId, body: BookingBody, caller: Caller, session: Write, response: Response
) -> BookingAnswer:
    """Within the bookable hours; of many who want the same time, one gets it (409)."""
    row = bookings.book_instrument(session, caller, record_id, body)
    created(response, f"{_PATH}/{record_id}/bookings/{row['id']}")
    return answer_as(BookingAnswer, row)


@router.get("/{record_id}/bookings", summary="仪器预约列表 · bookings of some days")
def list_bookings(
    record_id: RecordId, query: Annotated[DaysQuery, Query()], caller: Caller, session: Read
) -> BookingsAnswer:
    """Taken times; who took them is for the two sides and the bureau."""
    rows = bookings.find_bookings(session, caller, record_id, query)
    return BookingsAnswer(items=[answer_as(BookingAnswer, row) for row in rows])


@router.post(
    "/{record_id}/bookings/{booking_id}/cancellations", summary="取消预约 · cancel a booking"
)
def cancel_booking(
    record_id: RecordId,
    booking_id: RecordId,
    caller: Caller,
    session: Write,
    body: Annotated[CancellationBody | None, Body(examples=[{"reason": "样品未到"}])] = None,
) -> BookingAnswer:
    """By whoever booked, or by the owner, until it is over; the time is free again."""
    reason = None if body is None else body.reason
    row = bookings.cancel(session, caller, record_id, booking_id, reason)
    return answer_as(BookingAnswer, row)


@router.get("/{record_id}/utilisation", summary="仪器使用率 · utilisation")
def read_utilisation(
    record_id: RecordId, query: Annotated[DaysQuery, Query()], caller: MaybeCaller, session: Read
) -> UtilisationAnswer:
    """Booked of open minutes; the bookings of the same days are the rows behind it."""
    row = bookings.measure_utilisation(session, caller, record_id, query)
    return answer_as(UtilisationAnswer, row)
