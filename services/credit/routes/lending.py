"""预检、批量查询、结果反馈."""

from typing import Annotated

from fastapi import Query, Response

from kit.auth import INSTITUTIONS, Caller, Principal, Role, allow
from kit.http import HouseRouter, Read, Write, created
from kit.identifiers import Uscc
from kit.pages import Page, PageQuery
from services.credit.schemas.lending import (
    BatchAnswer,
    BatchRequest,
    BatchRowAnswer,
    OutcomeAnswer,
    OutcomeQuery,
    OutcomeRequest,
    PrecheckAnswer,
    PrecheckRequest,
    StatisticsAnswer,
    StatisticsQuery,
)
from services.credit.usecases import lending

router = HouseRouter(tags=["inquiries"])
Institution = Annotated[Principal, allow(*INSTITUTIONS)]
Reader = Annotated[Principal, allow(*INSTITUTIONS, Role.OFFICER, Role.AUDITOR)]


@router.post("/v1/inquiries/prechecks", summary="预检 · Would a look be answered")
def precheck(body: PrecheckRequest, session: Write, caller: Institution) -> PrecheckAnswer:
    """Has consent? Has data? Uses no read, discloses nothing, stands in the access log."""
    return lending.precheck(session, caller, body)


@router.post("/v1/inquiries/batches", status_code=202, summary="批量查询 · Many looks as one job")
def submit_batch(
    body: BatchRequest, session: Write, response: Response, caller: Institution
) -> BatchAnswer:
    """Each row needs its own consent, uses one read and stands in the access log by itself."""
    batch = lending.submit_batch(session, caller, body)
    response.headers["Location"] = f"/v1/inquiries/batches/{batch.id}"
    return batch


@router.get("/v1/inquiries/batches/{batch_id}", summary="批量查询进度 · How far a job is")
def get_batch(batch_id: str, session: Read, caller: Reader) -> BatchAnswer:
    """Its manifest and how many rows wait, were answered, were refused."""
    return lending.show_batch(session, caller, batch_id)


@router.get("/v1/inquiries/batches/{batch_id}/rows", summary="批量查询清单 · The rows of a job")
def list_batch_rows(
    batch_id: str, query: Annotated[PageQuery, Query()], session: Read, caller: Reader
) -> Page[BatchRowAnswer]:
    """In the order in which they were sent."""
    return lending.show_batch_rows(session, caller, batch_id, query)


@router.get("/v1/inquiries/outcome-statistics", summary="授信结果统计 · What became of looks")
def show_statistics(
    query: Annotated[StatisticsQuery, Query()], session: Read, caller: Reader
) -> StatisticsAnswer:
    """An institution of its own decisions; the bureau and the auditor of all."""
    return lending.show_statistics(session, caller, query)


@router.post(
    "/v1/inquiries/{inquiry_id}/outcomes",
    status_code=201,
    summary="结果反馈 · Tell what was decided after a look",
)
def report_outcome(
    inquiry_id: str, body: OutcomeRequest, session: Write, response: Response, caller: Institution
) -> OutcomeAnswer:
    """Granted with amount and rate, or refused with its reason; a correction names `replaces`."""
    outcome = lending.report_outcome(session, caller, inquiry_id, body)
    created(response, f"/v1/enterprises/{outcome.uscc}/credit-outcomes")
    return outcome


@router.get(
    "/v1/enterprises/{uscc}/credit-outcomes", summary="授信结果历史 · Decisions on an enterprise"
)
def list_outcomes(
    uscc: Uscc, query: Annotated[OutcomeQuery, Query()], session: Read, caller: Caller
) -> Page[OutcomeAnswer]:
    """The enterprise sees its own, an institution what it told, the bureau everything."""
    return lending.show_outcomes(session, caller, uscc, query)
