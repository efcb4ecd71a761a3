"""投资：项目、资料室、条款、分期与退出."""

from typing import Annotated

from fastapi import Depends, Query, Request, Response

from gateway.rules.supports import Noun
from gateway.schemas.investments import (
    DataRoom,
    DealAnswer,
    DealQuery,
    InvestmentAnswer,
    InvestmentDecision,
    InvestmentRequest,
    InvestmentStep,
)
from gateway.schemas.supports import StepList, SupportQuery
from gateway.usecases import deals, files, investments, supports
from gateway.usecases.decisions import Bench
from kit.auth import Caller, Principal, Role, allow
from kit.http import HouseRouter, IfMatch, Read, WholeDatabase, Write, created, etag
from kit.pages import Page

router = HouseRouter(prefix="/v1", tags=["investments"])
Fund = Annotated[Principal, allow(Role.FUND)]
Stepper = Annotated[Principal, allow(Role.ENTERPRISE, Role.FUND)]


async def find_bench(
    request: Request,
    database: WholeDatabase,
    caller: Fund,
    investment_id: str,
    body: InvestmentDecision,
) -> Bench:
    return await files.prepare_file_decision(
        request.app.state.directory,
        database,
        caller,
        Noun.INVESTMENT,
        investment_id,
        investments.order_of(investment_id, body),
    )


async def require_consent(
    request: Request, database: WholeDatabase, caller: Fund, case_id: str
) -> None:
    await deals.require_consent(request.app.state.directory, database, caller, case_id)


async def require_consent_for_interest(
    request: Request, database: WholeDatabase, caller: Fund, body: InvestmentRequest
) -> None:
    await deals.require_consent(request.app.state.directory, database, caller, body.case_id)


@router.get("/deals", summary="项目推送 · Cases within a fund's mandates and within consent")
async def list_deals(
    request: Request,
    query: Annotated[DealQuery, Query()],
    database: WholeDatabase,
    caller: Fund,
) -> Page[DealAnswer]:
    """Newest first; a page may be short, for firms that do not let the fund know are left out."""
    return await deals.show_deals(request.app.state.directory, database, caller, query)


@router.get(
    "/deals/{case_id}/data-room",
    summary="资料室 · What stands behind a case",
    dependencies=[Depends(require_consent)],
)
def get_data_room(case_id: str, session: Read, _caller: Fund) -> DataRoom:
    """Credit result and valid appraisal reports; refused as soon as the consent is revoked."""
    return deals.show_data_room(session, case_id)


@router.post(
    "/investments",
    status_code=201,
    summary="投资意向 · Show interest in a case",
    dependencies=[Depends(require_consent_for_interest)],
)
def show_interest(
    body: InvestmentRequest, session: Write, response: Response, caller: Fund
) -> InvestmentAnswer:
    """At the fund's own investment track, under one of its mandates."""
    made = investments.show_interest(session, caller, body)
    created(response, f"/v1/investments/{made.id}", made.version)
    return made


@router.get("/investments", summary="投资列表 · Investments of the caller's firm or fund")
def list_investments(
    query: Annotated[SupportQuery, Query()], session: Read, caller: Caller
) -> Page[InvestmentAnswer]:
    """Newest first."""
    return investments.show_investments(session, caller, query)


@router.get("/investments/{investment_id}", summary="一笔投资 · One investment")
def get_investment(
    investment_id: str, session: Read, response: Response, caller: Caller
) -> InvestmentAnswer:
    """Its terms, tranches and cap table, and the steps that are allowed now."""
    found = investments.show_investment(session, caller, investment_id)
    etag(response, found.version)
    return found


@router.get("/investments/{investment_id}/ledger", summary="投资台账 · The ledger of an investment")
def get_investment_ledger(investment_id: str, session: Read, caller: Caller) -> StepList:
    """Every step with actor, organisation, reason, and the hash of the one before."""
    return supports.show_steps(session, caller, Noun.INVESTMENT, investment_id)


@router.post("/investments/{investment_id}/decisions", summary="交割或不投 · Close or decline")
def decide_investment(
    investment_id: str,
    body: InvestmentDecision,
    session: Write,
    response: Response,
    caller: Fund,
    bench: Annotated[Bench, Depends(find_bench)],
    if_match: IfMatch = None,
) -> InvestmentAnswer:
    """After the firm agreed to the terms; decides the track of the case."""
    made = investments.decide_investment(session, caller, investment_id, body, bench, if_match)
    etag(response, made.version)
    return made


@router.post("/investments/{investment_id}/steps", summary="投资推进 · Take it one step on")
def step_investment(
    investment_id: str,
    body: InvestmentStep,
    session: Write,
    response: Response,
    caller: Stepper,
    if_match: IfMatch = None,
) -> InvestmentAnswer:
    """Term sheet, agreement, milestones, payments, sale of shares, exit; 409 with what is open."""
    made = investments.step_investment(session, caller, investment_id, body, if_match)
    etag(response, made.version)
    return made
