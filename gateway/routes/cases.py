"""融资办件."""

from typing import Annotated

from fastapi import Depends, Header, Query, Request, Response

from gateway.rules.decisions import Outside
from gateway.rules.diagrams import draw_case
from gateway.schemas.cases import (
    CaseAnswer,
    CaseQuery,
    CaseRequest,
    CaseSummary,
    CloseRequest,
    DecisionRequest,
    TrackAnswer,
)
from gateway.schemas.plans import PlanChange
from gateway.schemas.timelines import Timeline, TimelineQuery
from gateway.usecases import cases, decisions
from gateway.usecases.decisions import Seat
from kit.auth import Caller, Principal, Role, allow
from kit.http import HouseRouter, IfMatch, Read, WholeDatabase, Write, created, etag
from kit.pages import Page

router = HouseRouter(prefix="/v1/cases", tags=["cases"])
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
    cases.check_applicant(caller, body.uscc)
    await cases.check_achievement(request.app.state.directory, body, authorization)


async def find_seat(
    database: WholeDatabase, caller: Participant, case_id: str, track_id: str
) -> Seat:
    return await decisions.find_seat(database, caller, case_id, track_id)


async def ask_outside(
    request: Request,
    seat: Annotated[Seat, Depends(find_seat)],
    body: DecisionRequest,
    if_match: IfMatch = None,
) -> Outside:
    return await decisions.prepare_decision(request.app.state.directory, seat, body, if_match)


@router.post(
    "",
    status_code=201,
    summary="立案 · Open a financing case",
    dependencies=[Depends(check_opening)],
)
def open_case(
    body: CaseRequest, session: Write, response: Response, caller: Applicant
) -> CaseAnswer:
    """With a stock plan or an own one; an enterprise for itself, the bureau for anyone."""
    case = cases.file_case(session, caller, body)
    created(response, f"/v1/cases/{case.id}", case.version)
    return case


@router.get("", summary="办件列表 · Cases that concern the caller")
def list_cases(
    query: Annotated[CaseQuery, Query()], session: Read, caller: Caller
) -> Page[CaseSummary]:
    """Newest first, each with what comes next."""
    return cases.show_cases(session, caller, query)


@router.get("/{case_id}", summary="一个办件 · One case")
def get_case(case_id: str, session: Read, response: Response, caller: Caller) -> CaseAnswer:
    """Its plan, stages and tracks with their clocks, and the next acts and by whom."""
    case = cases.show_case(session, caller, case_id)
    etag(response, case.version)
    return case


@router.get("/{case_id}/tracks/{track_id}", summary="一个环节的办理 · One track")
def get_track(
    case_id: str, track_id: str, session: Read, response: Response, caller: Caller
) -> TrackAnswer:
    """Its ETag is that of the case."""
    track, version = cases.show_track(session, caller, case_id, track_id)
    etag(response, version)
    return track


@router.post(
    "/{case_id}/tracks/{track_id}/decisions", summary="办理决定 · Decide a track of a case"
)
def decide_track(
    body: DecisionRequest,
    session: Write,
    response: Response,
    caller: Participant,
    seat: Annotated[Seat, Depends(find_seat)],
    outside: Annotated[Outside, Depends(ask_outside)],
    if_match: IfMatch = None,
) -> CaseAnswer:
    """By the organisation that holds the track; 409 with the acts that are allowed instead."""
    case = decisions.decide_track(session, caller, seat, body, outside, if_match)
    etag(response, case.version)
    return case


@router.put("/{case_id}/plan", summary="变更办理路径 · Change the plan of a case")
def change_plan(
    case_id: str,
    body: PlanChange,
    session: Write,
    response: Response,
    caller: Annotated[Principal, allow(Role.OFFICER)],
    if_match: IfMatch = None,
) -> CaseAnswer:
    """A new version with its reason; what was decided is superseded, never erased."""
    case = cases.replan_case(session, caller, case_id, body, if_match)
    etag(response, case.version)
    return case


@router.post("/{case_id}/close", summary="终止办件 · Close a case without a trade")
def close_case(
    case_id: str,
    body: CloseRequest,
    session: Write,
    response: Response,
    caller: Participant,
    if_match: IfMatch = None,
) -> CaseAnswer:
    """By the enterprise or the bureau, with a published reason."""
    case = cases.end_case(session, caller, case_id, body, if_match)
    etag(response, case.version)
    return case


@router.get("/{case_id}/timeline", summary="办件台账 · The ledger of a case")
def get_timeline(
    case_id: str, query: Annotated[TimelineQuery, Query()], session: Read, caller: Caller
) -> Timeline:
    """Every step with actor, organisation, reason, and the hash of the one before."""
    return cases.show_timeline(session, caller, case_id, query)


@router.get(
    "/{case_id}/diagram.svg",
    summary="办件流程图 · The picture of a case",
    response_class=Response,
    responses={200: {"content": {"image/svg+xml": {}}}},
)
def get_diagram(case_id: str, session: Read, caller: Caller) -> Response:
    """Its stages, coloured by state."""
    case = cases.find_visible_case(session, caller, case_id)
    return Response(draw_case(case), media_type="image/svg+xml")
