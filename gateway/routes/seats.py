"""What routes of cases ask before they act: who sits where, and what may be shown."""

from typing import Annotated

from fastapi import Depends, Header, Request

from gateway.rules.orders import Outside
from gateway.schemas.requests import CaseRequest, DecisionRequest
from gateway.usecases import cases, decisions, disclosures, seats
from gateway.usecases.seats import Seat
from kit.auth import Caller, Principal, Role, allow
from kit.http import IfMatch, WholeDatabase

Applicant = Annotated[Principal, allow(Role.ENTERPRISE, Role.OFFICER)]
Participant = Annotated[
    Principal,
    allow(
        Role.ENTERPRISE,
        Role.OFFICER,
        Role.BROKER,
        Role.INSURER,
        Role.BANK,
        Role.FUND,
        Role.EXCHANGE,
    ),
]


async def check_opening(
    request: Request,
    caller: Applicant,
    body: CaseRequest,
    authorization: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> None:
    """The applicant may open this case, and its achievement is there."""
    cases.check_applicant(caller, body.uscc)
    await cases.check_achievement(request.app.state.directory, body, authorization)


async def find_seat(
    database: WholeDatabase, caller: Participant, case_id: str, track_id: str
) -> Seat:
    """The caller's seat at a track of a case."""
    return await seats.find_seat(database, caller, case_id, track_id)


async def find_seat_of_task(database: WholeDatabase, caller: Participant, track_id: str) -> Seat:
    """The caller's seat at a track in its inbox."""
    return await seats.find_seat_of_task(database, caller, track_id)


SeatAtCase = Annotated[Seat, Depends(find_seat)]
SeatAtTask = Annotated[Seat, Depends(find_seat_of_task)]


async def ask_outside(
    request: Request,
    database: WholeDatabase,
    seat: SeatAtCase,
    body: DecisionRequest,
    if_match: IfMatch = None,
) -> Outside:
    """What the other houses say before a decision."""
    directory = request.app.state.directory
    return await decisions.prepare_decision(directory, database, seat, body, if_match)


async def ask_outside_of_task(
    request: Request,
    database: WholeDatabase,
    seat: SeatAtTask,
    body: DecisionRequest,
    if_match: IfMatch = None,
) -> Outside:
    """The same for a task."""
    directory = request.app.state.directory
    return await decisions.prepare_decision(directory, database, seat, body, if_match)


async def find_disclosure(
    request: Request, database: WholeDatabase, caller: Caller, case_id: str
) -> bool:
    """Whether the caller may see the credit result of the case at this moment."""
    directory = request.app.state.directory
    return await disclosures.may_show_credit(directory, database, caller, case_id)


ShowsCredit = Annotated[bool, Depends(find_disclosure)]
