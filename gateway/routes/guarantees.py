"""担保与保险、风险分担、资金池."""

from typing import Annotated

from fastapi import Depends, Query, Request, Response

from gateway.rules.supports import Noun
from gateway.schemas.compensation_rates import EndedAnswer, EndedQuery, RateQuery, RatesAnswer
from gateway.schemas.guarantees import (
    GuaranteeAnswer,
    GuaranteeDecision,
    GuaranteeRequest,
    GuaranteeStep,
    PoolAnswer,
    PoolId,
    PoolList,
    PoolRequest,
    SchemeList,
    SharingAnswer,
    SharingRequest,
)
from gateway.schemas.supports import StepList, SupportQuery
from gateway.usecases import compensation_rates, files, guarantees, pools, products, supports
from gateway.usecases.decisions import Bench
from gateway.usecases.products import CaseFacts
from kit.auth import Caller, Principal, Role, allow
from kit.http import HouseRouter, IfMatch, Read, WholeDatabase, Write, created, etag
from kit.pages import Page

router = HouseRouter(prefix="/v1", tags=["guarantees"])
Applicant = Annotated[Principal, allow(Role.ENTERPRISE, Role.OFFICER)]
Insurer = Annotated[Principal, allow(Role.INSURER)]
Guarantor = Annotated[Principal, allow(Role.INSURER, Role.OFFICER, Role.AUDITOR)]
Stepper = Annotated[Principal, allow(Role.ENTERPRISE, Role.INSURER)]


async def find_facts(
    request: Request, database: WholeDatabase, caller: Applicant, body: GuaranteeRequest
) -> CaseFacts:
    return await products.find_facts(request.app.state.directory, database, caller, body.case_id)


async def find_bench(
    request: Request,
    database: WholeDatabase,
    caller: Insurer,
    guarantee_id: str,
    body: GuaranteeDecision,
) -> Bench:
    return await files.prepare_file_decision(
        request.app.state.directory,
        database,
        caller,
        Noun.GUARANTEE,
        guarantee_id,
        guarantees.order_of(guarantee_id, body),
    )


@router.post("/guarantees", status_code=201, summary="申请担保或保险 · Apply for cover")
def apply_for_guarantee(
    body: GuaranteeRequest,
    session: Write,
    response: Response,
    caller: Applicant,
    known: Annotated[CaseFacts, Depends(find_facts)],
) -> GuaranteeAnswer:
    """At a case whose insurance track is held by the product's insurer or guarantor."""
    made = guarantees.apply_for_guarantee(session, caller, body, known)
    created(response, f"/v1/guarantees/{made.id}", made.version)
    return made


@router.get("/guarantees", summary="担保与保险列表 · Guarantees of the caller's organisation")
def list_guarantees(
    query: Annotated[SupportQuery, Query()], session: Read, caller: Caller
) -> Page[GuaranteeAnswer]:
    """Newest first."""
    return guarantees.show_guarantees(session, caller, query)


@router.get("/guarantees/{guarantee_id}", summary="一份担保或保险 · One guarantee or insurance")
def get_guarantee(
    guarantee_id: str, session: Read, response: Response, caller: Caller
) -> GuaranteeAnswer:
    """Its state and terms, who bears what, and the steps that are allowed now."""
    found = guarantees.show_guarantee(session, caller, guarantee_id)
    etag(response, found.version)
    return found


@router.get("/guarantees/{guarantee_id}/ledger", summary="担保台账 · The ledger of a guarantee")
def get_guarantee_ledger(guarantee_id: str, session: Read, caller: Caller) -> StepList:
    """Every step with actor, organisation, reason, and the hash of the one before."""
    return supports.show_steps(session, caller, Noun.GUARANTEE, guarantee_id)


@router.post("/guarantees/{guarantee_id}/decisions", summary="出具或拒绝 · Issue or decline cover")
def decide_guarantee(
    guarantee_id: str,
    body: GuaranteeDecision,
    session: Write,
    response: Response,
    caller: Insurer,
    bench: Annotated[Bench, Depends(find_bench)],
    if_match: IfMatch = None,
) -> GuaranteeAnswer:
    """A letter or policy within the limit of the firm; decides the track of the case."""
    made = guarantees.decide_guarantee(session, caller, guarantee_id, body, bench, if_match)
    etag(response, made.version)
    return made


@router.post("/guarantees/{guarantee_id}/steps", summary="担保推进 · Take cover one step on")
def step_guarantee(
    guarantee_id: str,
    body: GuaranteeStep,
    session: Write,
    response: Response,
    caller: Stepper,
    if_match: IfMatch = None,
) -> GuaranteeAnswer:
    """Quote, accept, release, cancel, compensate; 409 with what is allowed."""
    made = guarantees.step_guarantee(session, caller, guarantee_id, body, if_match)
    etag(response, made.version)
    return made


@router.get("/loss-sharing-schemes", summary="常用分担方案 · Schemes that are often used")
async def list_schemes() -> SchemeList:
    """Any other scheme may be quoted too."""
    return guarantees.show_schemes()


@router.post("/loss-sharing-calculations", summary="风险分担试算 · Who would bear what of a loss")
async def calculate_sharing(body: SharingRequest) -> SharingAnswer:
    """To the fen; nothing is stored."""
    return guarantees.calculate_sharing(body)


@router.get("/compensation-rates", summary="代偿率 · Compensation rates beside their cap")
def show_rates(
    query: Annotated[RateQuery, Query()], session: Read, caller: Guarantor
) -> RatesAnswer:
    """This year's where no days are named; each number drills to its guarantees."""
    return compensation_rates.show_rates(session, caller, query)


@router.get("/compensation-rates/guarantees", summary="代偿率所据 · The guarantees behind a rate")
def list_ended_guarantees(
    query: Annotated[EndedQuery, Query()], session: Read, caller: Guarantor
) -> Page[EndedAnswer]:
    """Released and compensated ones, in the order in which they ended."""
    return compensation_rates.show_ended(session, caller, query)


@router.get("/risk-pools", summary="资金池 · The risk pools")
def list_pools(session: Read, _caller: Caller) -> PoolList:
    """And what they hold."""
    return pools.show_pools(session)


@router.get("/risk-pools/{pool_id}", summary="一个资金池 · One risk pool")
def get_pool(
    pool_id: PoolId,
    session: Read,
    response: Response,
    _caller: Annotated[Principal, allow(Role.OFFICER, Role.AUDITOR, Role.INSURER)],
) -> PoolAnswer:
    """With everything that went in and out."""
    pool = pools.show_pool(session, pool_id)
    etag(response, pool.version)
    return pool


@router.post("/risk-pools/{pool_id}/deposits", summary="拨入资金池 · Put money into a risk pool")
def fill_pool(
    pool_id: PoolId,
    body: PoolRequest,
    session: Write,
    caller: Annotated[Principal, allow(Role.OFFICER)],
) -> PoolAnswer:
    """Opens the pool where it is new."""
    return pools.fill_pool(session, caller, pool_id, body)
