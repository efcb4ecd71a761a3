"""信用修复."""

from typing import Annotated

from fastapi import Query, Response

from kit.auth import Caller, Principal, Role, allow
from kit.http import HouseRouter, IfMatch, Read, Write, created, etag
from kit.pages import Page
from services.credit.schemas.disputes import (
    DisputeQuery,
    RepairAnswer,
    RepairDecision,
    RepairRequest,
)
from services.credit.schemas.problems import REFUSED
from services.credit.usecases import repairs

router = HouseRouter(prefix="/v1/credit-repairs", tags=["credit-repairs"])


@router.post("", status_code=201, summary="申请信用修复 · Apply for a credit repair")
def apply_for_repair(
    body: RepairRequest,
    session: Write,
    response: Response,
    caller: Annotated[Principal, allow(Role.ENTERPRISE)],
) -> RepairAnswer:
    """Of a negative fact, once its least term has passed and the conduct is corrected."""
    repair = repairs.apply_for_repair(session, caller, body)
    created(response, f"/v1/credit-repairs/{repair.id}", repair.version)
    return repair


@router.get("", summary="信用修复列表 · Credit repairs")
def list_repairs(
    query: Annotated[DisputeQuery, Query()], session: Read, caller: Caller
) -> Page[RepairAnswer]:
    """Newest first; an enterprise sees its own, the bureau and the auditor all."""
    return repairs.show_repairs(session, caller, query)


@router.get("/{repair_id}", summary="一项信用修复 · One credit repair")
def get_repair(repair_id: str, session: Read, response: Response, caller: Caller) -> RepairAnswer:
    """With its clock, its outcome and the refreshed score."""
    repair = repairs.show_repair(session, caller, repair_id)
    etag(response, repair.version)
    return repair


@router.post(
    "/{repair_id}/decisions", summary="修复决定 · Approve or refuse a repair", responses=REFUSED
)
def decide_repair(
    repair_id: str,
    body: RepairDecision,
    session: Write,
    response: Response,
    caller: Annotated[Principal, allow(Role.ENTERPRISE, Role.OFFICER)],
    if_match: IfMatch = None,
) -> RepairAnswer:
    """By the bureau; once approved the fact is neither shown, shared nor used anywhere."""
    repair = repairs.decide_repair(session, caller, repair_id, body, if_match)
    etag(response, repair.version)
    return repair
