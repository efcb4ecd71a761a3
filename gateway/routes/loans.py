"""贷款."""

from typing import Annotated

from fastapi import Depends, Query, Request, Response

from gateway.rules.supports import Noun
from gateway.schemas.loans import LoanAnswer, LoanDecision, LoanRequest, LoanStep
from gateway.schemas.supports import StepList, SupportQuery
from gateway.usecases import files, loans, products, supports
from gateway.usecases.decisions import Bench
from gateway.usecases.products import CaseFacts
from kit.auth import Caller, Principal, Role, allow
from kit.http import HouseRouter, IfMatch, Read, WholeDatabase, Write, created, etag
from kit.pages import Page

router = HouseRouter(prefix="/v1/loans", tags=["loans"])
Applicant = Annotated[Principal, allow(Role.ENTERPRISE, Role.OFFICER)]
Bank = Annotated[Principal, allow(Role.BANK)]
Stepper = Annotated[Principal, allow(Role.ENTERPRISE, Role.OFFICER, Role.BANK)]


async def find_facts(
    request: Request, database: WholeDatabase, caller: Applicant, body: LoanRequest
) -> CaseFacts:
    return await products.find_facts(request.app.state.directory, database, caller, body.case_id)


async def find_bench(
    request: Request, database: WholeDatabase, caller: Bank, loan_id: str, body: LoanDecision
) -> Bench:
    return await files.prepare_file_decision(
        request.app.state.directory,
        database,
        caller,
        Noun.LOAN,
        loan_id,
        loans.order_of(loan_id, body),
    )


@router.post("", status_code=201, summary="申请贷款 · Apply for a loan")
def apply_for_loan(
    body: LoanRequest,
    session: Write,
    response: Response,
    caller: Applicant,
    known: Annotated[CaseFacts, Depends(find_facts)],
) -> LoanAnswer:
    """At a case whose loan track is held by the product's bank; see `/v1/cases/{id}/offers`."""
    loan = loans.apply_for_loan(session, caller, body, known)
    created(response, f"/v1/loans/{loan.id}", loan.version)
    return loan


@router.get("", summary="贷款列表 · Loans of the caller's firm or bank")
def list_loans(
    query: Annotated[SupportQuery, Query()], session: Read, caller: Caller
) -> Page[LoanAnswer]:
    """Newest first."""
    return loans.show_loans(session, caller, query)


@router.get("/{loan_id}", summary="一笔贷款 · One loan")
def get_loan(loan_id: str, session: Read, response: Response, caller: Caller) -> LoanAnswer:
    """Its state, terms and schedule, and the steps that are allowed now."""
    loan = loans.show_loan(session, caller, loan_id)
    etag(response, loan.version)
    return loan


@router.get("/{loan_id}/ledger", summary="贷款台账 · The ledger of a loan")
def get_loan_ledger(loan_id: str, session: Read, caller: Caller) -> StepList:
    """Every step with actor, organisation, reason, and the hash of the one before."""
    return supports.show_steps(session, caller, Noun.LOAN, loan_id)


@router.post("/{loan_id}/decisions", summary="贷款审批 · Decide on a loan")
def decide_loan(
    loan_id: str,
    body: LoanDecision,
    session: Write,
    response: Response,
    caller: Bank,
    bench: Annotated[Bench, Depends(find_bench)],
    if_match: IfMatch = None,
) -> LoanAnswer:
    """Amount, rate, term and conditions, or a published reason; decides the track of the case."""
    loan = loans.decide_loan(session, caller, loan_id, body, bench, if_match)
    etag(response, loan.version)
    return loan


@router.post("/{loan_id}/steps", summary="贷款推进 · Take a loan one step on")
def step_loan(
    loan_id: str,
    body: LoanStep,
    session: Write,
    response: Response,
    caller: Stepper,
    if_match: IfMatch = None,
) -> LoanAnswer:
    """Accept, examine, sign, pay out, file, repay, claim, recover; 409 with what is allowed."""
    loan = loans.step_loan(session, caller, loan_id, body, if_match)
    etag(response, loan.version)
    return loan
