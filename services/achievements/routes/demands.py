"""Technology demands over HTTP."""

from dataclasses import replace
from typing import Annotated

from fastapi import Query, Response

from kit.auth import Caller, MaybeCaller, Principal, Role, allow
from kit.http import HouseRouter, IfMatch, Read, Write, created, etag
from kit.openapi import problem_answer
from kit.text import choose_language
from services.achievements.routes.parameters import (
    AcceptLanguage,
    RecordId,
    SourceKey,
    created_too,
)
from services.achievements.rules.rows import RowResult
from services.achievements.schemas.answers import (
    answer_as,
    answer_batch,
    answer_demand,
    answer_found,
    count_rows,
    with_steps,
)
from services.achievements.schemas.demands import (
    DemandAnswer,
    DemandBody,
    DemandCounts,
    DemandDecision,
    DemandHit,
    DemandPatch,
    DemandQuery,
    DemandUpsert,
    DemandUpserted,
)
from services.achievements.schemas.kinds import complete_upsert
from services.achievements.schemas.records import (
    BatchAnswer,
    BatchBody,
    HistoryAnswer,
    HistoryLine,
    RecordPage,
)
from services.achievements.usecases import changes, demands, records

_PATH = "/v1/demands"
_KIND = demands.KIND
Enterprise = Annotated[Principal, allow(Role.ENTERPRISE)]
router = HouseRouter(prefix=_PATH, tags=["技术需求 · demands"])


@router.post("", status_code=201, summary="提出技术需求 · draft a demand")
def draft_demand(
    body: DemandBody, caller: Enterprise, session: Write, response: Response
) -> DemandAnswer:
    """A draft, seen by its owner and the bureau; a source_id that is taken is refused (409)."""
    row = records.register_record(session, caller, _KIND, body.facts())
    created(response, f"{_PATH}/{row['id']}", row["version"])
    return answer_demand(row)


@router.get("", summary="技术需求列表 · list and search demands")
def list_demands(
    query: Annotated[DemandQuery, Query()], caller: MaybeCaller, session: Read
) -> RecordPage[DemandHit]:
    """What the caller may see, newest first, or the best matches of `q`, with facets."""
    found = records.find_records(session, caller, _KIND, query.wanted())
    return answer_found(DemandHit, replace(found, rows=list(map(with_steps, found.rows))))


@router.get("/counts", summary="技术需求计数 · demands in figures")
def count_demands(caller: MaybeCaller, session: Read) -> DemandCounts:
    """By state and by field; each number with the address of its rows."""
    states, fields = demands.count_by(session, caller)
    by_state = count_rows(_PATH, "state", states)
    by_field = count_rows(_PATH, "field", fields)
    return DemandCounts(
        total=sum(count for _, count in states), by_state=by_state, by_field=by_field
    )


@router.get("/{record_id}", summary="查看技术需求 · read a demand")
def read_demand(
    record_id: RecordId, caller: MaybeCaller, session: Read, response: Response
) -> DemandAnswer:
    """One, if the caller may see it, with the steps that are open now."""
    row = records.read_record(session, caller, _KIND, record_id)
    etag(response, row["version"])
    return answer_demand(row)


@router.get("/{record_id}/history", summary="技术需求变更历史 · history of a demand")
def read_demand_history(record_id: RecordId, caller: Caller, session: Read) -> HistoryAnswer:
    """Every change and step with actor, organisation and reason; for its owner and the bureau."""
    lines = demands.read_history(session, caller, record_id)
    return HistoryAnswer(items=[answer_as(HistoryLine, line) for line in lines])


@router.patch("/{record_id}", summary="修改需求草稿 · change a draft")
def change_demand(
    record_id: RecordId,
    body: DemandPatch,
    caller: Enterprise,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
) -> DemandAnswer:
    """Change some fields (RFC 7396) of the version named by If-Match; drafts only (409)."""
    row = changes.change_record(session, caller, _KIND, record_id, body, if_match)
    etag(response, row["version"])
    return answer_demand(row)


@router.put(
    "/by-source/{source_id:path}",
    summary="按来源编号写入需求 · upsert by source",
    responses=created_too(DemandUpserted),
)
def upsert_demand(
    source_id: SourceKey,
    body: DemandUpsert,
    caller: Enterprise,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
) -> DemandUpserted:
    """201 created, 200 updated or unchanged; what is no draft any more is left alone (409)."""
    facts = complete_upsert(_KIND, source_id, body)
    row, result = records.upsert_record(session, caller, _KIND, facts, if_match)
    etag(response, row["version"])
    if result is RowResult.CREATED:
        created(response, f"{_PATH}/{row['id']}", row["version"])
    return answer_as(DemandUpserted, answer_demand(row).model_dump(), result=result)


@router.post("/batches", status_code=207, summary="批量写入需求 · upsert many demands")
def upsert_demands(
    body: BatchBody, caller: Enterprise, session: Write, accept_language: AcceptLanguage = None
) -> BatchAnswer:
    """Up to 1,000 items; each bad one is named and harms no other."""
    outcomes = records.register_batch(session, caller, _KIND, body.items)
    return answer_batch(outcomes, choose_language(accept_language), f"{_PATH}/batches")


@router.post(
    "/{record_id}/decisions",
    summary="发布、收回、撤回、了结、截榜、验收需求 · decide a demand",
    responses={
        409: problem_answer("此步骤现在不能执行，列出可执行的步骤 · not open now; says which are")
    },
)
def decide_demand(
    record_id: RecordId,
    body: DemandDecision,
    caller: Annotated[Principal, allow(Role.ENTERPRISE, Role.OFFICER)],
    session: Write,
    response: Response,
    if_match: IfMatch = None,
) -> DemandAnswer:
    """By its owner; `bidding_ended` and `failed` also by the bureau, `accepted` by it alone."""
    row = demands.decide_demand(session, caller, record_id, body, if_match)
    etag(response, row["version"])
    return answer_demand(row)
