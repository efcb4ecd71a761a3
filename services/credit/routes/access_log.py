"""查询日志, and its verification."""

from typing import Annotated

from fastapi import Query
from fastapi.responses import PlainTextResponse

from kit.auth import Caller, Principal, Role, allow
from kit.http import HouseRouter, Read
from kit.identifiers import Uscc
from kit.pages import Page, PageQuery
from services.credit.schemas.access_log import AccessEntryAnswer, VerificationAnswer
from services.credit.schemas.problems import REFUSED
from services.credit.usecases import access_log

router = HouseRouter(tags=["access-log"])


@router.get(
    "/v1/enterprises/{uscc}/access-log",
    summary="查询日志 · Who looked at an enterprise",
    responses=REFUSED,
)
def list_access_log(
    uscc: Uscc, query: Annotated[PageQuery, Query()], session: Read, caller: Caller
) -> Page[AccessEntryAnswer]:
    """Every look and every refusal, newest first. An enterprise sees its own."""
    return access_log.show_access_log(session, caller, uscc, query)


@router.get("/v1/audit/verification", summary="核验查询日志 · Verify the access log")
def verify_access_log(
    session: Read, _caller: Annotated[Principal, allow(Role.AUDITOR, Role.OFFICER)]
) -> VerificationAnswer:
    """Walks the hash chain of every enterprise against its head, its stamps and the anchors."""
    return access_log.verify_access_log(session)


@router.get(
    "/v1/audit/anchors",
    response_class=PlainTextResponse,
    summary="锚定记录 · The anchors of the access log, to be kept elsewhere",
)
def list_anchors(
    session: Read, _caller: Annotated[Principal, allow(Role.AUDITOR, Role.OFFICER)]
) -> PlainTextResponse:
    """One JSON object a line; `liurong audit verify --anchors FILE` follows an older copy."""
    lines = access_log.show_anchors(session)
    return PlainTextResponse("".join(f"{line}\n" for line in lines))
