"""Care plans (一对一服务) over HTTP."""

from typing import Annotated

from fastapi import Query, Response

from kit.auth import Caller
from kit.http import HouseRouter, IfMatch, Read, Write, created, etag
from kit.pages import Page
from services.achievements.routes.parameters import Officer, Overseer, RecordId
from services.achievements.schemas.answers import answer_as, page_of
from services.achievements.schemas.care import (
    CarePlanAnswer,
    CarePlanBody,
    CarePlanPatch,
    CarePromiseLine,
    CareQuery,
    FulfilmentBody,
    PromiseBody,
    PromiseQuery,
    VisitBody,
)
from services.achievements.schemas.records import HistoryAnswer, HistoryLine
from services.achievements.usecases import care

_PATH = "/v1/care-plans"
router = HouseRouter(prefix=_PATH, tags=["一对一服务 · care plans"])


@router.post("", status_code=201, summary="建立服务方案 · open a care plan")
def open_care_plan(
    body: CarePlanBody, caller: Officer, session: Write, response: Response
) -> CarePlanAnswer:
    """For an organisation of the register; each has one (409 names it)."""
    answer = answer_as(CarePlanAnswer, care.open_care_plan(session, caller, body))
    created(response, f"{_PATH}/{answer.id}", answer.version)
    return answer


@router.get("", summary="服务方案列表 · list care plans")
def list_care_plans(
    query: Annotated[CareQuery, Query()], caller: Caller, session: Read
) -> Page[CarePlanAnswer]:
    """All for the bureau and the auditor, its own for an organisation."""
    return page_of(CarePlanAnswer, *care.find_care_plans(session, caller, query.wanted()))


@router.get("/promises", summary="承诺事项列表 · list promises of all plans")
def list_promises(
    query: Annotated[PromiseQuery, Query()], caller: Caller, session: Read
) -> Page[CarePromiseLine]:
    """By state: open, overdue, kept, kept late."""
    return page_of(CarePromiseLine, *care.find_promises(session, caller, query.wanted()))


@router.get("/{plan_id}", summary="查看服务方案 · read a care plan")
def read_care_plan(
    plan_id: RecordId, caller: Caller, session: Read, response: Response
) -> CarePlanAnswer:
    """Officer, visits, promises; what is overdue is marked."""
    answer = answer_as(CarePlanAnswer, care.read_care_plan(session, caller, plan_id))
    etag(response, answer.version)
    return answer


@router.get("/{plan_id}/history", summary="服务方案历史 · history of a care plan")
def read_care_history(plan_id: RecordId, caller: Overseer, session: Read) -> HistoryAnswer:
    """Who did what, when and why; oldest first."""
    lines = care.read_care_history(session, caller, plan_id)
    return HistoryAnswer(items=[answer_as(HistoryLine, line) for line in lines])


@router.patch("/{plan_id}", summary="修改服务方案 · change a care plan")
def change_care_plan(
    plan_id: RecordId,
    body: CarePlanPatch,
    caller: Officer,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
) -> CarePlanAnswer:
    """Officer or goal, of the version named by If-Match."""
    row = care.change_care_plan(session, caller, plan_id, body, if_match)
    answer = answer_as(CarePlanAnswer, row)
    etag(response, answer.version)
    return answer


@router.post("/{plan_id}/visits", status_code=201, summary="登记走访 · record a visit")
def record_visit(
    plan_id: RecordId, body: VisitBody, caller: Officer, session: Write
) -> CarePlanAnswer:
    """Who was there, when, and what was found."""
    return answer_as(CarePlanAnswer, care.record_visit(session, caller, plan_id, body))


@router.post("/{plan_id}/promises", status_code=201, summary="登记承诺 · make a promise")
def make_promise(
    plan_id: RecordId, body: PromiseBody, caller: Officer, session: Write
) -> CarePlanAnswer:
    """What, and until when."""
    return answer_as(CarePlanAnswer, care.make_promise(session, caller, plan_id, body))


@router.post(
    "/{plan_id}/promises/{promise_id}/fulfilments", summary="承诺办结 · a promise was kept"
)
def fulfil_promise(
    plan_id: RecordId, promise_id: RecordId, body: FulfilmentBody, caller: Officer, session: Write
) -> CarePlanAnswer:
    """Kept once; late or in time is told by the days."""
    row = care.fulfil_promise(session, caller, plan_id, promise_id, body)
    return answer_as(CarePlanAnswer, row)
