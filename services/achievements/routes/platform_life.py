"""Evidence, certification, grades and tenants of platforms over HTTP."""

from typing import Annotated

from fastapi import Path, Query

from kit.auth import MaybeCaller
from kit.http import HouseRouter, Read, Write
from kit.openapi import problem_answer
from kit.pages import Page
from services.achievements.routes.parameters import Holder, Officer, RecordId
from services.achievements.rules.filters import TenantFilter
from services.achievements.rules.six_haves import SixHave
from services.achievements.schemas.answers import answer_as, page_of
from services.achievements.schemas.platform_life import (
    CertificationBody,
    DepartureBody,
    EvidenceBody,
    GradeBody,
    PlatformLifeAnswer,
    TenantAnswer,
    TenantBody,
    TenantQuery,
)
from services.achievements.usecases import platforms

Year = Annotated[int, Path(ge=1985, le=2100)]
router = HouseRouter(prefix="/v1/platforms", tags=["平台建设 · life of platforms"])


@router.get("/{record_id}/life", summary="平台建设情况 · evidence, grades, tenants, room")
def read_life(record_id: RecordId, caller: MaybeCaller, session: Read) -> PlatformLifeAnswer:
    """The six haves and what lacks, certification, grades, tenants and room."""
    return answer_as(PlatformLifeAnswer, platforms.read_life(session, caller, record_id))


@router.put("/{record_id}/evidence/{have}", summary="提交“六有”佐证 · give evidence")
def give_evidence(
    record_id: RecordId, have: SixHave, body: EvidenceBody, caller: Holder, session: Write
) -> PlatformLifeAnswer:
    """One piece for each of the six; given again it is replaced."""
    row = platforms.give_evidence(session, caller, record_id, have, body)
    return answer_as(PlatformLifeAnswer, row)


@router.post(
    "/{record_id}/certifications",
    status_code=201,
    summary="认定平台 · certify a platform",
    responses={409: problem_answer("“六有”不全 · something lacks")},
)
def certify_platform(
    record_id: RecordId, body: CertificationBody, caller: Officer, session: Write
) -> PlatformLifeAnswer:
    """By the bureau; refused with the list of what lacks."""
    row = platforms.certify_platform(session, caller, record_id, body)
    return answer_as(PlatformLifeAnswer, row)


@router.put("/{record_id}/grades/{year}", summary="绩效评价等级 · grade a platform")
def grade_platform(
    record_id: RecordId, year: Year, body: GradeBody, caller: Officer, session: Write
) -> PlatformLifeAnswer:
    """By year and assessor; said again it is corrected."""
    row = platforms.grade_platform(session, caller, record_id, year, body)
    return answer_as(PlatformLifeAnswer, row)


@router.get("/{record_id}/tenants", summary="入驻单位列表 · list tenants")
def list_tenants(
    record_id: RecordId,
    query: Annotated[TenantQuery, Query()],
    caller: MaybeCaller,
    session: Read,
) -> Page[TenantAnswer]:
    """All there ever were, or those of a day."""
    wanted = TenantFilter(**query.model_dump())
    return page_of(TenantAnswer, *platforms.find_tenants(session, caller, record_id, wanted))


@router.post("/{record_id}/tenants", status_code=201, summary="入驻 · a tenant moves in")
def take_tenant(
    record_id: RecordId, body: TenantBody, caller: Holder, session: Write
) -> PlatformLifeAnswer:
    """Where there is room on every day of its stay."""
    row = platforms.take_tenant(session, caller, record_id, body)
    return answer_as(PlatformLifeAnswer, row)


@router.post("/{record_id}/tenants/{tenant_id}/departures", summary="迁出 · a tenant leaves")
def end_tenancy(
    record_id: RecordId, tenant_id: RecordId, body: DepartureBody, caller: Holder, session: Write
) -> PlatformLifeAnswer:
    """Its first day no longer there; the room is free from then on."""
    row = platforms.end_tenancy(session, caller, record_id, tenant_id, body)
    return answer_as(PlatformLifeAnswer, row)
