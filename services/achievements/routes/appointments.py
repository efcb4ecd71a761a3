"""Appointments of agencies over HTTP."""

from typing import Annotated

from fastapi import Query, Response

from kit.auth import Caller, Principal, Role, allow
from kit.http import HouseRouter, IfMatch, Read, Write, created, etag
from kit.openapi import problem_answer
from kit.pages import Page
from services.achievements.routes.parameters import Holder, RecordId
from services.achievements.rules.appointments import AppointmentFilter
from services.achievements.schemas.answers import answer_appointment, answer_as, count_rows
from services.achievements.schemas.appointments import (
    AppointmentAnswer,
    AppointmentBody,
    AppointmentCounts,
    AppointmentDecision,
    AppointmentPage,
    AppointmentQuery,
    CommissionClaim,
)
from services.achievements.schemas.records import HistoryAnswer, HistoryLine
from services.achievements.usecases import appointments

_PATH = "/v1/appointments"
router = HouseRouter(prefix=_PATH, tags=["技术经纪人 · brokers"])
Side = Annotated[
    Principal,
    allow(Role.UNIVERSITY, Role.INSTITUTE, Role.HOSPITAL, Role.ENTERPRISE, Role.BROKER),
]


@router.post("", status_code=201, summary="委托机构 · appoint an agency")
def appoint_agency(
    body: AppointmentBody, caller: Holder, session: Write, response: Response
) -> AppointmentAnswer:
    """By the owner of an achievement, a demand, a listing, a contract or a case."""
    row = appointments.appoint_agency(session, caller, body)
    created(response, f"{_PATH}/{row['id']}", row["version"])
    return answer_appointment(AppointmentAnswer, row)


@router.get("", summary="委托列表 · list appointments")
def list_appointments(
    query: Annotated[AppointmentQuery, Query()], caller: Caller, session: Read
) -> Page[AppointmentAnswer]:
    """Those the caller is a side of; the bureau sees all."""
    wanted = AppointmentFilter(**query.model_dump())
    rows, cursor = appointments.find_appointments(session, caller, wanted)
    items = [answer_appointment(AppointmentAnswer, row) for row in rows]
    return Page(items=items, next_cursor=cursor)


@router.get("/counts", summary="委托计数 · appointments in figures")
def count_appointments(caller: Caller, session: Read) -> AppointmentCounts:
    """By state and by what they are about; each number with the address of its rows."""
    states, kinds = appointments.count_by(session, caller)
    return AppointmentCounts(
        total=sum(count for _, count in states),
        by_state=count_rows(_PATH, "state", states),
        by_subject_kind=count_rows(_PATH, "subject_kind", kinds),
    )


@router.get("/{appointment_id}", summary="查看委托 · read an appointment")
def read_appointment(
    appointment_id: RecordId, caller: Caller, session: Read, response: Response
) -> AppointmentPage:
    """With the commission that completed it."""
    found = appointments.show_appointment(session, caller, appointment_id)
    answer = answer_appointment(AppointmentPage, found)
    etag(response, answer.version)
    return answer


@router.get("/{appointment_id}/history", summary="委托历史 · history of an appointment")
def read_history(appointment_id: RecordId, caller: Caller, session: Read) -> HistoryAnswer:
    """Every step, for its sides and the bureau."""
    lines = appointments.read_appointment_history(session, caller, appointment_id)
    return HistoryAnswer(items=[answer_as(HistoryLine, line) for line in lines])


@router.post(
    "/{appointment_id}/decisions",
    summary="接受、谢绝、终止委托 · decide an appointment",
    responses={409: problem_answer("此步骤未开放 · the step is not open")},
)
def decide_appointment(
    appointment_id: RecordId,
    body: AppointmentDecision,
    caller: Side,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
) -> AppointmentAnswer:
    """The agency answers; either side ends it, with a reason."""
    row = appointments.decide_appointment(session, caller, appointment_id, body, if_match)
    etag(response, row["version"])
    return answer_appointment(AppointmentAnswer, row)


@router.post(
    "/{appointment_id}/commissions",
    status_code=201,
    summary="结算佣金 · the commission of an appointment",
    responses={409: problem_answer("合同未登记或委托未被接受 · not registered, or not accepted")},
)
def earn_commission(
    appointment_id: RecordId,
    body: CommissionClaim,
    caller: Holder,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
) -> AppointmentPage:
    """Once, of a registered contract; the parts add up to the fen."""
    appointments.earn_commission(session, caller, appointment_id, body, if_match)
    found = appointments.show_appointment(session, caller, appointment_id)
    answer = answer_appointment(AppointmentPage, found)
    created(response, f"{_PATH}/{appointment_id}", answer.version)
    return answer
