"""Researchers over HTTP."""

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
from services.achievements.schemas.records import (
    BatchAnswer,
    BatchBody,
    HistoryAnswer,
    HistoryLine,
    RecordPage,
    RecordQuery,
)
from services.achievements.schemas.researchers import (
    ResearcherAnswer,
    ResearcherBody,
    ResearcherHit,
    ResearcherPatch,
    ResearcherUpsert,
    ResearcherUpserted,
)
from services.achievements.usecases import changes, records

_PATH = "/v1/researchers"
_KIND = Kind.RESEARCHERS
router = HouseRouter(prefix=_PATH, tags=["科研人员 · researchers"])


@router.post("", status_code=201, summary="登记科研人员 · register a researcher")
def register_researcher(
    body: ResearcherBody, caller: Holder, session: Write, response: Response
) -> ResearcherAnswer:
    """Register one; a source_id that is taken is refused (409)."""
    row = records.register_record(session, caller, _KIND, body.facts())
    created(response, f"{_PATH}/{row['id']}", row["version"])
    return answer_as(ResearcherAnswer, row)


@router.get("", summary="科研人员列表 · list researchers")
def list_researchers(
    query: Annotated[RecordQuery, Query()], caller: Caller, session: Read
) -> RecordPage[ResearcherHit]:
    """What the caller may see, newest first, or the best matches of `q`, with facets."""
    return answer_found(ResearcherHit, records.find_records(session, caller, _KIND, query.wanted()))


@router.get("/{record_id}", summary="查看科研人员 · read a researcher")
def read_researcher(
    record_id: RecordId, caller: Caller, session: Read, response: Response
) -> ResearcherAnswer:
    """One, if the caller may see it."""
    row = records.read_record(session, caller, _KIND, record_id)
    etag(response, row["version"])
    return answer_as(ResearcherAnswer, row)


@router.get("/{record_id}/history", summary="科研人员变更历史 · history of a researcher")
def read_researcher_history(record_id: RecordId, caller: Caller, session: Read) -> HistoryAnswer:
    """Who changed what, when and why; oldest first."""
    lines = records.read_history(session, caller, _KIND, record_id)
    return HistoryAnswer(items=[answer_as(HistoryLine, line) for line in lines])


@router.patch("/{record_id}", summary="修改科研人员 · change a researcher")
def change_researcher(
    record_id: RecordId,
    body: ResearcherPatch,
    caller: Holder,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
) -> ResearcherAnswer:
    """Change some fields (RFC 7396) of the version named by If-Match."""
    row = changes.change_record(session, caller, _KIND, record_id, body, if_match)
    etag(response, row["version"])
    return answer_as(ResearcherAnswer, row)


@router.put(
    "/by-source/{source_id:path}",
    summary="按来源编号写入科研人员 · upsert by source",
    responses=created_too(ResearcherUpserted),
)
def upsert_researcher(
    source_id: SourceKey,
    body: ResearcherUpsert,
    caller: Holder,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
) -> ResearcherUpserted:
    """201 created, 200 updated or unchanged; sending the same again changes nothing."""
    facts = complete_upsert(_KIND, source_id, body)
    row, result = records.upsert_record(session, caller, _KIND, facts, if_match)
    etag(response, row["version"])
    if result is RowResult.CREATED:
        created(response, f"{_PATH}/{row['id']}", row["version"])
    return answer_as(ResearcherUpserted, row, result=result)


@router.post("/batches", status_code=207, summary="批量写入科研人员 · upsert many researchers")
def upsert_researchers(
    body: BatchBody, caller: Holder, session: Write, accept_language: AcceptLanguage = None
) -> BatchAnswer:
    """Up to 1,000 items; each bad one is named and harms no other."""
    outcomes = records.register_batch(session, caller, _KIND, body.items)
    return answer_batch(outcomes, choose_language(accept_language), f"{_PATH}/batches")
