"""评估."""

from typing import Annotated

from fastapi import Depends, Query, Request, Response

from gateway.rules.supports import Noun
from gateway.schemas.appraisals import (
    AppraisalAnswer,
    AppraisalDecision,
    AppraisalRequest,
    AppraisalStep,
    CardList,
    ComparableList,
    ComparableQuery,
    ReportList,
)
from gateway.schemas.supports import StepList, SupportQuery
from gateway.usecases import appraisals, files, supports
from gateway.usecases.appraisals import Registry
from gateway.usecases.decisions import Bench
from kit.auth import Caller, Principal, Role, allow
from kit.http import HouseRouter, IfMatch, Read, WholeDatabase, Write, created, etag
from kit.pages import Page

router = HouseRouter(prefix="/v1", tags=["appraisals"])
Applicant = Annotated[Principal, allow(Role.ENTERPRISE, Role.OFFICER)]
Appraiser = Annotated[Principal, allow(Role.BROKER)]
Stepper = Annotated[Principal, allow(Role.ENTERPRISE, Role.BROKER)]


async def find_bench(
    request: Request,
    database: WholeDatabase,
    caller: Appraiser,
    appraisal_id: str,
    body: AppraisalDecision,
) -> Bench:
    return await files.prepare_file_decision(
        request.app.state.directory,
        database,
        caller,
        Noun.APPRAISAL,
        appraisal_id,
        appraisals.order_of(appraisal_id, body),
    )


async def ask_registry(
    request: Request,
    database: WholeDatabase,
    caller: Stepper,
    appraisal_id: str,
    body: AppraisalStep,
) -> Registry:
    directory = request.app.state.directory
    return await appraisals.ask_registry(directory, database, caller, appraisal_id, body)


async def check_disclosure(
    request: Request, database: WholeDatabase, caller: Caller, case_id: str
) -> None:
    directory = request.app.state.directory
    await appraisals.check_disclosure(directory, database, caller, case_id)


@router.post("/appraisals", status_code=201, summary="申请评估 · Ask for an appraisal")
def request_appraisal(
    body: AppraisalRequest, session: Write, response: Response, caller: Applicant
) -> AppraisalAnswer:
    """Of the achievement that the case is about, at its appraisal track."""
    made = appraisals.request_appraisal(session, caller, body)
    created(response, f"/v1/appraisals/{made.id}", made.version)
    return made


@router.get("/appraisals", summary="评估列表 · Appraisals of the caller's organisation")
def list_appraisals(
    query: Annotated[SupportQuery, Query()], session: Read, caller: Caller
) -> Page[AppraisalAnswer]:
    """Newest first."""
    return appraisals.show_appraisals(session, caller, query)


@router.get("/appraisal-cards", summary="评价卡 · The dated cards of values")
async def list_cards() -> CardList:
    """With weights, source, and whether the words were read in it."""
    return appraisals.show_cards()


@router.get("/appraisals/{appraisal_id}", summary="一项评估 · One appraisal")
def get_appraisal(
    appraisal_id: str, session: Read, response: Response, caller: Caller
) -> AppraisalAnswer:
    """Its panel, opinions, approaches, report, and the steps that are allowed now."""
    found = appraisals.show_appraisal(session, caller, appraisal_id)
    etag(response, found.version)
    return found


@router.get("/appraisals/{appraisal_id}/ledger", summary="评估台账 · The ledger of an appraisal")
def get_appraisal_ledger(appraisal_id: str, session: Read, caller: Caller) -> StepList:
    """Every step with actor, organisation, reason, and the hash of the one before."""
    return supports.show_steps(session, caller, Noun.APPRAISAL, appraisal_id)


@router.get(
    "/appraisals/{appraisal_id}/comparables", summary="可比合同 · Contracts to compare with"
)
async def list_comparables(
    request: Request,
    query: Annotated[ComparableQuery, Query()],
    database: WholeDatabase,
    caller: Stepper,
    appraisal_id: str,
) -> ComparableList:
    """Registered contracts of the achievement's field, without names."""
    directory = request.app.state.directory
    return await appraisals.show_comparables(directory, database, caller, appraisal_id, query)


@router.post("/appraisals/{appraisal_id}/decisions", summary="出具报告 · Issue or refuse a report")
def decide_appraisal(
    appraisal_id: str,
    body: AppraisalDecision,
    session: Write,
    response: Response,
    caller: Appraiser,
    bench: Annotated[Bench, Depends(find_bench)],
    if_match: IfMatch = None,
) -> AppraisalAnswer:
    """When every expert was heard; decides the track of the case."""
    made = appraisals.decide_appraisal(session, caller, appraisal_id, body, bench, if_match)
    etag(response, made.version)
    return made


@router.post("/appraisals/{appraisal_id}/steps", summary="评估推进 · Take an appraisal one step on")
def step_appraisal(
    appraisal_id: str,
    body: AppraisalStep,
    session: Write,
    response: Response,
    caller: Stepper,
    registry: Annotated[Registry, Depends(ask_registry)],
    if_match: IfMatch = None,
) -> AppraisalAnswer:
    """Accept, appoint a panel, hear experts, value; 409 with what is allowed."""
    made = appraisals.step_appraisal(session, caller, appraisal_id, body, registry, if_match)
    etag(response, made.version)
    return made


@router.get(
    "/cases/{case_id}/reports",
    summary="评估报告 · The valid reports of a case",
    dependencies=[Depends(check_disclosure)],
)
def list_reports(case_id: str, session: Read, _caller: Caller) -> ReportList:
    """For the parties of the case; for institutions only while the consent holds."""
    return appraisals.show_reports(session, case_id)
