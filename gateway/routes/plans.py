"""办理路径的版本与关联关系."""

from typing import Annotated

from fastapi import Query, Response

from gateway.schemas.plan_versions import (
    MigrationReport,
    MigrationRequest,
    PlanComposition,
    PlanVersionAnswer,
    PlanVersionDecision,
)
from gateway.schemas.related_parties import (
    RelatedPartyAnswer,
    RelatedPartyEnd,
    RelatedPartyQuery,
    RelatedPartyRequest,
)
from gateway.usecases import plan_versions, related_parties
from kit.auth import Principal, Role, allow
from kit.http import HouseRouter, Read, Write, created
from kit.pages import Page

router = HouseRouter(prefix="/v1", tags=["plans"])
Officer = Annotated[Principal, allow(Role.OFFICER)]
Overseer = Annotated[Principal, allow(Role.OFFICER, Role.AUDITOR)]


@router.post("/case-plans", status_code=201, summary="拟定办理路径 · Compose a plan")
def compose_plan(
    body: PlanComposition, session: Write, response: Response, caller: Officer
) -> PlanVersionAnswer:
    """A draft: 信 in and first, 易 at the end, no circle; another officer approves it."""
    version = plan_versions.compose_plan(session, caller, body)
    created(response, f"/v1/case-plans/{version.plan.id}/versions")
    return version


@router.get("/case-plans/{plan_id}/versions", summary="办理路径的版本 · The versions of a plan")
def list_versions(plan_id: str, session: Read, _caller: Overseer) -> Page[PlanVersionAnswer]:
    """Newest first, with who composed and who approved each."""
    return Page(items=plan_versions.show_plan_versions(session, plan_id))


@router.post(
    "/case-plans/{plan_id}/versions/{version}/decisions",
    summary="批准办理路径 · Approve a version of a plan",
)
def decide_version(
    plan_id: str, version: int, body: PlanVersionDecision, session: Write, caller: Officer
) -> PlanVersionAnswer:
    """By another officer than the one who composed it; new cases then take this version."""
    return plan_versions.decide_plan(session, caller, plan_id, version, body)


@router.post(
    "/case-plans/{plan_id}/migrations", summary="迁移在办件 · Move running cases to a version"
)
def migrate_cases(
    plan_id: str, body: MigrationRequest, session: Write, caller: Officer
) -> MigrationReport:
    """`dry_run` (the default) reports case by case; then the same without it moves them."""
    return plan_versions.migrate_cases(session, caller, plan_id, body)


@router.post("/related-parties", status_code=201, summary="登记关联关系 · Record related parties")
def record_related_party(
    body: RelatedPartyRequest, session: Write, response: Response, caller: Officer
) -> RelatedPartyAnswer:
    """From then on neither appraises where the other lends or invests."""
    party = related_parties.record_related_party(session, caller, body)
    created(response, f"/v1/related-parties/{party.id}")
    return party


@router.get("/related-parties", summary="关联关系 · Related parties")
def list_related_parties(
    query: Annotated[RelatedPartyQuery, Query()], session: Read, _caller: Overseer
) -> Page[RelatedPartyAnswer]:
    """Of one organisation, or all."""
    return related_parties.show_related_parties(session, query)


@router.post("/related-parties/{party_id}/ends", summary="终止关联关系 · End a relation")
def end_related_party(
    party_id: str, body: RelatedPartyEnd, session: Write, caller: Officer
) -> RelatedPartyAnswer:
    """The record stays, with its last day."""
    return related_parties.end_related_party(session, caller, party_id, body)
