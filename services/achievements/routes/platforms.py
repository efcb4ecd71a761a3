"""Platforms over HTTP."""

from typing import Annotated

from fastapi import Query, Response

from kit.auth import MaybeCaller
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
from services.achievements.schemas.platforms import (
    PlatformAnswer,
    PlatformBody,
    PlatformHit,
    PlatformPatch,
    PlatformQuery,
    PlatformUpsert,
    PlatformUpserted,
)
from services.achievements.schemas.records import (
    BatchAnswer,
    BatchBody,
    HistoryAnswer,
    HistoryLine,
    RecordPage,
)
from services.achievements.usecases import changes, records

_PATH = "/v1/platforms"
_KIND = Kind.PLATFORMS
router = HouseRouter(prefix=_PATH, tags=["研发平台 · platforms"])


@router.post("", status_code=201, summary="登记研发平台 · register a platform")
def register_platform(
    body: PlatformBody, caller: Holder, session: Write, response: Response
) -> PlatformAnswer:
    """Register one; a source_id that is taken is refused (409)."""
    row = records.register_record(session, caller, _KIND, body.facts())
    created(response, f"{_PATH}/{row['id']}", row["version"])
    return answer_as(PlatformAnswer, row)


@router.get("", summary="研发平台列表 · list platforms")
def list_platforms(
    query: Annotated[PlatformQuery, Query()], caller: MaybeCaller, session: Read
) -> RecordPage[PlatformHit]:
    """What the caller may see, newest first, or the best matches of `q`, with facets."""
    return answer_found(PlatformHit, records.find_records(session, caller, _KIND, query.wanted()))


@router.get("/{record_id}", summary="查看研发平台 · read a platform")
def read_platform(
    record_id: RecordId, caller: MaybeCaller, session: Read, response: Response
) -> PlatformAnswer:
    """One, if the caller may see it."""
    row = records.read_record(session, caller, _KIND, record_id)
    etag(response, row["version"])
    return answer_as(PlatformAnswer, row)


@router.get("/{record_id}/history", summary="研发平台变更历史 · history of a platform")
def read_platform_history(record_id: RecordId, caller: MaybeCaller, session: Read) -> HistoryAnswer:
    """Who changed what, when and why; oldest first."""
    lines = records.read_history(session, caller, _KIND, record_id)
    return HistoryAnswer(items=[answer_as(HistoryLine, line) for line in lines])


@router.patch("/{record_id}", summary="修改研发平台 · change a platform")
def change_platform(
    record_id: RecordId,
    body: PlatformPatch,
    caller: Holder,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
) -> PlatformAnswer:
    """Change some fields (RFC 7396) of the version named by If-Match."""
    row = changes.change_record(session, caller, _KIND, record_id, body, if_match)
    etag(response, row["version"])
    return answer_as(PlatformAnswer, row)


@router.put(
    "/by-source/{source_id:path}",
    summary="按来源编号写入研发平台 · upsert by source",
    responses=created_too(PlatformUpserted),
)
def upsert_platform(
    source_id: SourceKey,
    body: PlatformUpsert,
    caller: Holder,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
) -> PlatformUpserted:
    """201 created, 200 updated or unchanged; sending the same again changes nothing."""
    facts = complete_upsert(_KIND, source_id, body)
    row, result = records.upsert_record(session, caller, _KIND, facts, if_match)
    etag(response, row["version"])
    if result is RowResult.CREATED:
        created(response, f"{_PATH}/{row['id']}", row["version"])
    return answer_as(PlatformUpserted, row, result=result)


@router.post("/batches", status_code=207, summary="批量写入研发平台 · upsert many platforms")
def upsert_platforms(
    body: BatchBody, caller: Holder, session: Write, accept_language: AcceptLanguage = None
) -> BatchAnswer:
    """Up to 1,000 items; each bad one is named and harms no other."""
    outcomes = records.register_batch(session, caller, _KIND, body.items)
    return answer_batch(outcomes, choose_language(accept_language), f"{_PATH}/batches")
