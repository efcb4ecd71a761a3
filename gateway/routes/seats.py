"""What routes of cases ask before they act: who sits where, and what may be shown."""

from typing import Annotated

from fastapi import Depends, Header, Request

from gateway.schemas.requests import CaseRequest, DecisionRequest
from gateway.usecases import cases, decisions, disclosures
from gateway.usecases.decisions import Bench
from gateway.usecases.seats import Seat, find_seat
from kit.auth import Caller, Principal, Role, allow
from kit.http import IfMatch, WholeDatabase, Write
from kit.threads import run_in_thread

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


async def find_bench(
    request: Request,
    session: Write,
    caller: Participant,
    case_id: str,
    track_id: str,
    body: DecisionRequest,
    if_match: IfMatch = None,
) -> Bench:
    """The caller's seat at a track of a case, and what the other houses say of its decision."""
    seat = await run_in_thread(request, find_seat, session, caller, case_id, track_id)
    return await prepare_decision(request, seat, body, if_match)


async def find_bench_of_task(
    request: Request,
    session: Write,
    caller: Participant,
    track_id: str,
    body: DecisionRequest,
    if_match: IfMatch = None,
) -> Bench:
    """The same at a track in the caller's inbox."""
    seat = await run_in_thread(request, find_seat, session, caller, None, track_id)
    return await prepare_decision(request, seat, body, if_match)


async def prepare_decision(
    request: Request, seat: Seat, body: DecisionRequest, if_match: str | None
) -> Bench:
    """Ask the other houses before the decision."""
    state = request.app.state
    return await decisions.prepare_decision(state.directory, state.database, seat, body, if_match)


async def find_disclosure(
    request: Request, database: WholeDatabase, caller: Caller, case_id: str
) -> bool:
    """Whether the caller may see the credit result of the case at this moment."""
    directory = request.app.state.directory
    return await disclosures.may_show_credit(directory, database, caller, case_id)


ShowsCredit = Annotated[bool, Depends(find_disclosure)]
