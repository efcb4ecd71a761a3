"""融资办件."""

from typing import Annotated

from fastapi import Depends, Query, Response

from gateway.routes.seats import (
    Applicant,
    Participant,
    ShowsCredit,
    check_opening,
    find_bench,
)
from gateway.rules.bpmn import write_bpmn
from gateway.rules.diagrams import draw_case
from gateway.rules.mermaid import write_mermaid
from gateway.schemas.cases import CaseAnswer, CaseQuery, CaseSummary, TrackAnswer
from gateway.schemas.plans import PlanChange, PlanChangeDecision
from gateway.schemas.requests import (
    CaseRequest,
    CloseRequest,
    EnhancementRequest,
)
from gateway.schemas.timelines import ReceiptList, Timeline, TimelineQuery
from gateway.usecases import cases, decisions, enhancements, plan_changes
from gateway.usecases.decisions import Bench
from kit.auth import Caller, Principal, Role, allow
from kit.hot import HotRouter
from kit.http import HouseRouter, IfMatch, Read, Write, created, etag
from kit.pages import Page

router = HouseRouter(prefix="/v1/cases", tags=["cases"])
hot = HotRouter(prefix="/v1/cases", tags=["cases"])


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
def get_case(
    case_id: str, session: Read, response: Response, caller: Caller, shows: ShowsCredit
) -> CaseAnswer:
    """Its plan, stages and tracks with their clocks, and the next acts and by whom."""
    case = cases.show_case(session, caller, case_id, discloses=shows)
    etag(response, case.version)
    return case


@router.get("/{case_id}/tracks/{track_id}", summary="一个环节的办理 · One track")
def get_track(
    case_id: str,
    track_id: str,
    session: Read,
    response: Response,
    caller: Caller,
    shows: ShowsCredit,
) -> TrackAnswer:
    """Its ETag is that of the case."""
    track, version = cases.show_track(session, caller, case_id, track_id, discloses=shows)
    etag(response, version)
    return track


@hot.post("/{case_id}/tracks/{track_id}/decisions", summary="办理决定 · Decide a track of a case")
def decide_track(
    session: Write, response: Response, bench: Annotated[Bench, Depends(find_bench)]
) -> CaseAnswer:
    """By the organisation that holds the track; 409 with the acts that are allowed instead."""
    case = decisions.decide_track(session, bench)
    etag(response, case.version)
    return case


@router.put("/{case_id}/plan", summary="变更办理路径 · Change the plan of a case")
def change_plan(
    case_id: str,
    body: PlanChange,
    session: Write,
    response: Response,
    caller: Annotated[Principal, allow(Role.OFFICER)],
    shows: ShowsCredit,
    if_match: IfMatch = None,
) -> CaseAnswer:
    """A new version with its reason; what was decided is superseded, never erased.

    Where the bureau's entry says `four_eyes`, it is proposed, and another officer approves it.
    """
    case = plan_changes.replan_case(session, caller, case_id, body, if_match, discloses=shows)
    etag(response, case.version)
    return case


@router.post("/{case_id}/plan/decisions", summary="批准变更 · Decide a proposed change of plan")
def decide_plan_change(
    case_id: str,
    body: PlanChangeDecision,
    session: Write,
    response: Response,
    caller: Annotated[Principal, allow(Role.OFFICER)],
    shows: ShowsCredit,
    if_match: IfMatch = None,
) -> CaseAnswer:
    """By another officer than the one who proposed it."""
    case = plan_changes.decide_plan_change(
        session, caller, case_id, body, if_match, discloses=shows
    )
    etag(response, case.version)
    return case


@router.post("/{case_id}/close", summary="终止办件 · Close a case without a trade")
def close_case(
    case_id: str,
    body: CloseRequest,
    session: Write,
    response: Response,
    caller: Participant,
    shows: ShowsCredit,
    if_match: IfMatch = None,
) -> CaseAnswer:
    """By the enterprise or the bureau, with a published reason."""
    case = cases.end_case(session, caller, case_id, body, if_match, discloses=shows)
    etag(response, case.version)
    return case


@router.get("/{case_id}/timeline", summary="办件台账 · The ledger of a case")
def get_timeline(
    case_id: str,
    query: Annotated[TimelineQuery, Query()],
    session: Read,
    caller: Caller,
    shows: ShowsCredit,
) -> Timeline:
    """Every step with actor, organisation, reason, and the hash of the one before."""
    return cases.show_timeline(session, caller, case_id, query, discloses=shows)


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


@router.get(
    "/{case_id}/diagram.mmd",
    summary="办件流程图（Mermaid）· The picture of a case in Mermaid",
    response_class=Response,
    responses={200: {"content": {"text/plain": {}}}},
)
def get_mermaid(case_id: str, session: Read, caller: Caller) -> Response:
    """Its stages and who holds them, as text for Mermaid."""
    case = cases.find_visible_case(session, caller, case_id)
    return Response(write_mermaid(case), media_type="text/plain; charset=utf-8")


@router.get(
    "/{case_id}/diagram.bpmn",
    summary="办件流程（BPMN 2.0）· The case as an executable process",
    response_class=Response,
    responses={200: {"content": {"application/xml": {}}}},
)
def get_bpmn(case_id: str, session: Read, caller: Caller) -> Response:
    """BPMN 2.0 (ISO/IEC 19510): a user task for each track, gateways where stages run together."""
    case = cases.find_visible_case(session, caller, case_id)
    return Response(write_bpmn(case), media_type="application/xml")


@router.post("/{case_id}/enhancements", summary="增信 · Choose how a weak credit is made good")
def choose_enhancement(
    case_id: str,
    body: EnhancementRequest,
    session: Write,
    response: Response,
    caller: Applicant,
    shows: ShowsCredit,
    if_match: IfMatch = None,
) -> CaseAnswer:
    """A track of 保 before any lender: of the guarantor, the pledgee, or the bureau's pool."""
    case = enhancements.choose_enhancement(
        session, caller, case_id, body, if_match, discloses=shows
    )
    etag(response, case.version)
    return case


@router.get("/{case_id}/exchange-receipts", summary="交易中心回执 · What the exchange answered")
def list_receipts(case_id: str, session: Read, caller: Caller) -> ReceiptList:
    """Each question and its answer, with how many attempts it took; `simulated` says if it was."""
    return cases.show_receipts(session, caller, case_id)
