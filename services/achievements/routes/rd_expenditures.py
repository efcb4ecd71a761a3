"""R&D expenditures over HTTP."""

from dataclasses import replace
from typing import Annotated

from fastapi import Query, Response

from kit.auth import Caller
from kit.http import HouseRouter, IfMatch, Read, Write, created, etag
from kit.text import choose_language
from services.achievements.routes.parameters import (
    AcceptLanguage,
    Holder,
    RecordId,
    SourceKey,
    created_too,
)
from services.achievements.rules.kinds import Kind
from services.achievements.rules.rows import RowResult
from services.achievements.schemas.answers import answer_as, answer_batch, answer_found
from services.achievements.schemas.kinds import complete_upsert
from services.achievements.schemas.rd_expenditures import (
    ExplanationBody,
    RdExpenditureAnswer,
    RdExpenditureBody,
    RdExpenditureHit,
    RdExpenditurePatch,
    RdExpenditureQuery,
    RdExpenditureUpsert,
    RdExpenditureUpserted,
)
from services.achievements.schemas.records import (
    BatchAnswer,
    BatchBody,
    HistoryAnswer,
    HistoryLine,
    RecordPage,
)
from services.achievements.usecases import changes, rd_expenditures, records

_PATH = "/v1/rd-expenditures"
_KIND = Kind.RD_EXPENDITURES
router = HouseRouter(prefix=_PATH, tags=["研发经费 · R&D expenditures"])


@router.post("", status_code=201, summary="登记研发经费 · register an R&D expenditure")
def register_rd_expenditure(
    body: RdExpenditureBody, caller: Holder, session: Write, response: Response
) -> RdExpenditureAnswer:
    """Register one; a source_id that is taken is refused (409)."""
    row = records.register_record(session, caller, _KIND, body.facts())
    created(response, f"{_PATH}/{row['id']}", row["version"])
    return answer_as(RdExpenditureAnswer, rd_expenditures.check_expenditure(session, row))


@router.get("", summary="研发经费列表 · list R&D expenditures")
def list_rd_expenditures(
    query: Annotated[RdExpenditureQuery, Query()], caller: Caller, session: Read
) -> RecordPage[RdExpenditureHit]:
    """What the caller may see, newest first, or the best matches of `q`, with facets."""
    found = records.find_records(session, caller, _KIND, query.wanted())
    checked = rd_expenditures.check_expenditures(session, found.rows)
    return answer_found(RdExpenditureHit, replace(found, rows=checked))


@router.get("/{record_id}", summary="查看研发经费 · read an R&D expenditure")
def read_rd_expenditure(
    record_id: RecordId, caller: Caller, session: Read, response: Response
) -> RdExpenditureAnswer:
    """One, if the caller may see it."""
    row = records.read_record(session, caller, _KIND, record_id)
    etag(response, row["version"])
    return answer_as(RdExpenditureAnswer, rd_expenditures.check_expenditure(session, row))


@router.get("/{record_id}/history", summary="研发经费变更历史 · history of an R&D expenditure")
def read_rd_expenditure_history(
    record_id: RecordId, caller: Caller, session: Read
) -> HistoryAnswer:
    """Who changed what, when and why; oldest first."""
    lines = records.read_history(session, caller, _KIND, record_id)
    return HistoryAnswer(items=[answer_as(HistoryLine, line) for line in lines])


@router.patch("/{record_id}", summary="修改研发经费 · change a rd expenditure")
def change_rd_expenditure(
    record_id: RecordId,
    body: RdExpenditurePatch,
    caller: Holder,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
) -> RdExpenditureAnswer:
    """Change some fields (RFC 7396) of the version named by If-Match."""
    row = changes.change_record(session, caller, _KIND, record_id, body, if_match)
    etag(response, row["version"])
    return answer_as(RdExpenditureAnswer, rd_expenditures.check_expenditure(session, row))


@router.put(
    "/by-source/{source_id:path}",
    summary="按来源编号写入研发经费 · upsert by source",
    responses=created_too(RdExpenditureUpserted),
)
def upsert_rd_expenditure(
    source_id: SourceKey,
    body: RdExpenditureUpsert,
    caller: Holder,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
) -> RdExpenditureUpserted:
    """201 created, 200 updated or unchanged; sending the same again changes nothing."""
    facts = complete_upsert(_KIND, source_id, body)
    row, result = records.upsert_record(session, caller, _KIND, facts, if_match)
    etag(response, row["version"])
    if result is RowResult.CREATED:
        created(response, f"{_PATH}/{row['id']}", row["version"])
    checked = rd_expenditures.check_expenditure(session, row)
    return answer_as(RdExpenditureUpserted, checked, result=result)


@router.post("/batches", status_code=207, summary="批量写入研发经费 · upsert many R&D expenditures")
def upsert_rd_expenditures(
    body: BatchBody, caller: Holder, session: Write, accept_language: AcceptLanguage = None
) -> BatchAnswer:
    """Up to 1,000 items; each bad one is named and harms no other."""
    outcomes = records.register_batch(session, caller, _KIND, body.items)
    return answer_batch(outcomes, choose_language(accept_language), f"{_PATH}/batches")


@router.post(
    "/{record_id}/explanations",
    summary="说明研发经费大幅变动的原因 · explain a jump",
)
def explain_jump(
    record_id: RecordId, body: ExplanationBody, caller: Holder, session: Write
) -> RdExpenditureAnswer:
    """By its owner; if an amount changes afterwards, a reason is asked for anew."""
    row = rd_expenditures.explain_jump(session, caller, record_id, body.reason)
    return answer_as(RdExpenditureAnswer, row)
