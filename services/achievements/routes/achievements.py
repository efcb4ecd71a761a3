"""Achievements over HTTP."""

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
from services.achievements.schemas.achievements import (
    AchievementAnswer,
    AchievementBody,
    AchievementHit,
    AchievementPatch,
    AchievementQuery,
    AchievementUpsert,
    AchievementUpserted,
    DoubleAnswer,
    DoublesAnswer,
)
from services.achievements.schemas.answers import answer_as, answer_batch, answer_found
from services.achievements.schemas.kinds import complete_upsert
from services.achievements.schemas.records import (
    BatchAnswer,
    BatchBody,
    HistoryAnswer,
    HistoryLine,
    RecordPage,
)
from services.achievements.usecases import achievements, records

_PATH = "/v1/achievements"
_KIND = Kind.ACHIEVEMENTS
router = HouseRouter(prefix=_PATH, tags=["科技成果 · achievements"])


@router.post("", status_code=201, summary="登记科技成果 · register an achievement")
def register_achievement(
    body: AchievementBody, caller: Holder, session: Write, response: Response
) -> AchievementAnswer:
    """Register one; a source_id that is taken is refused (409)."""
    row = records.register_record(session, caller, _KIND, body.facts())
    created(response, f"{_PATH}/{row['id']}", row["version"])
    return answer_as(AchievementAnswer, row)


@router.get("", summary="检索科技成果 · search achievements")
def search_achievements(
    query: Annotated[AchievementQuery, Query()], caller: MaybeCaller, session: Read
) -> RecordPage[AchievementHit]:
    """Words in Chinese or English, ranked; filters, facets, sorting, pages."""
    return answer_found(
        AchievementHit, records.find_records(session, caller, _KIND, query.wanted())
    )


@router.get("/{record_id}", summary="查看科技成果 · read an achievement")
def read_achievement(
    record_id: RecordId, caller: MaybeCaller, session: Read, response: Response
) -> AchievementAnswer:
    """One, if the caller may see it."""
    row = records.read_record(session, caller, _KIND, record_id)
    etag(response, row["version"])
    return answer_as(AchievementAnswer, row)


@router.patch("/{record_id}", summary="修改科技成果 · change an achievement")
def change_achievement(
    record_id: RecordId,
    body: AchievementPatch,
    caller: Holder,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
) -> AchievementAnswer:
    """Change some fields (RFC 7396) of the version named by If-Match."""
    row = achievements.change_achievement(session, caller, record_id, body, if_match)
    etag(response, row["version"])
    return answer_as(AchievementAnswer, row)


@router.put(
    "/by-source/{source_id:path}",
    summary="按来源编号写入科技成果 · upsert by source",
    responses=created_too(AchievementUpserted),
)
def upsert_achievement(
    source_id: SourceKey,
    body: AchievementUpsert,
    caller: Holder,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
) -> AchievementUpserted:
    """201 created, 200 updated or unchanged; sending the same again changes nothing."""
    facts = complete_upsert(_KIND, source_id, body)
    row, result = records.upsert_record(session, caller, _KIND, facts, if_match)
    etag(response, row["version"])
    if result is RowResult.CREATED:
        created(response, f"{_PATH}/{row['id']}", row["version"])
    return answer_as(AchievementUpserted, row, result=result)


@router.post("/batches", status_code=207, summary="批量写入科技成果 · upsert many achievements")
def upsert_achievements(
    body: BatchBody, caller: Holder, session: Write, accept_language: AcceptLanguage = None
) -> BatchAnswer:
    """Up to 1,000 items; each bad one is named and harms no other."""
    outcomes = records.register_batch(session, caller, _KIND, body.items)
    return answer_batch(outcomes, choose_language(accept_language), f"{_PATH}/batches")


@router.get("/{record_id}/history", summary="成果变更历史 · history of an achievement")
def read_achievement_history(
    record_id: RecordId, caller: MaybeCaller, session: Read
) -> HistoryAnswer:
    """Who changed what, when and why; oldest first."""
    lines = records.read_history(session, caller, _KIND, record_id)
    return HistoryAnswer(items=[answer_as(HistoryLine, line) for line in lines])


@router.get("/{record_id}/duplicates", summary="疑似重复成果 · possible doubles")
def read_achievement_doubles(
    record_id: RecordId, caller: MaybeCaller, session: Read
) -> DoublesAnswer:
    """Achievements that share a patent or DOI (certain), or title and first organisation."""
    rows = achievements.find_doubles(session, caller, record_id)
    return DoublesAnswer(items=[answer_as(DoubleAnswer, row) for row in rows])
