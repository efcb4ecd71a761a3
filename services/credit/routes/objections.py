"""信用异议."""

from typing import Annotated

from fastapi import Query, Response

from kit.auth import Caller, Principal, Role, allow
from kit.http import HouseRouter, IfMatch, Read, Write, created, etag
from kit.pages import Page
from services.credit.schemas.disputes import (
    DisputeQuery,
    ObjectionAnswer,
    ObjectionDecision,
    ObjectionRequest,
)
from services.credit.schemas.problems import REFUSED
from services.credit.usecases import objections

router = HouseRouter(prefix="/v1/objections", tags=["objections"])


@router.post("", status_code=201, summary="提出异议 · Object to a fact")
def raise_objection(
    body: ObjectionRequest,
    session: Write,
    response: Response,
    caller: Annotated[Principal, allow(Role.ENTERPRISE)],
) -> ObjectionAnswer:
    """The fact is marked at once; answered in 3 working days, in 7 with another unit."""
    objection = objections.raise_objection(session, caller, body)
    created(response, f"/v1/objections/{objection.id}", objection.version)
    return objection


@router.get("", summary="异议列表 · Objections")
def list_objections(
    query: Annotated[DisputeQuery, Query()], session: Read, caller: Caller
) -> Page[ObjectionAnswer]:
    """Newest first; an enterprise sees its own, the bureau and the auditor all."""
    return objections.show_objections(session, caller, query)


@router.get("/{objection_id}", summary="一项异议 · One objection")
def get_objection(
    objection_id: str, session: Read, response: Response, caller: Caller
) -> ObjectionAnswer:
    """With its clock, its outcome and the refreshed score."""
    objection = objections.show_objection(session, caller, objection_id)
    etag(response, objection.version)
    return objection


@router.post(
    "/{objection_id}/decisions",
    summary="异议处理 · Correct, keep with a note, remove",
    responses=REFUSED,
)
def decide_objection(
    objection_id: str,
    body: ObjectionDecision,
    session: Write,
    response: Response,
    caller: Annotated[Principal, allow(Role.ENTERPRISE, Role.OFFICER)],
    if_match: IfMatch = None,
) -> ObjectionAnswer:
    """By the bureau; the enterprise may withdraw. Institutions that had read the fact are told."""
    objection = objections.decide_objection(session, caller, objection_id, body, if_match)
    etag(response, objection.version)
    return objection
