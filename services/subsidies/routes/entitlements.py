"""应得（免申即享）."""

from typing import Annotated

from fastapi import Query, Request, Response

from kit.auth import Caller, Principal, Role, allow
from kit.http import HouseRouter, Read, Write
from kit.pages import Page
from kit.text import choose_language
from kit.versions import etag_of_text
from services.subsidies.schemas.confirmations import (
    ConfirmationRequest,
    ConfirmationsAnswer,
    describe_confirmations,
)
from services.subsidies.schemas.entitlements import EntitlementAnswer, EntitlementQuery
from services.subsidies.usecases import confirmations, entitlements

router = HouseRouter(prefix="/v1/entitlements", tags=["entitlements"])


@router.get("", summary="应得列表 · What organisations are entitled to")
def list_entitlements(
    query: Annotated[EntitlementQuery, Query()], session: Read, caller: Caller, request: Request
) -> Page[EntitlementAnswer]:
    """Newest first, calculated today from recorded facts. An organisation sees its own.

    `outcome=eligible&applied=false` is what is due and not applied for yet.
    """
    language = choose_language(request.headers.get("accept-language"))
    return entitlements.show_entitlements(session, caller, query, language)


@router.get("/{entitlement_id}", summary="一项应得 · One entitlement with its facts")
def get_entitlement(
    entitlement_id: str, session: Read, caller: Caller, request: Request, response: Response
) -> EntitlementAnswer:
    """The outcome by the rules, and each fact with its source and age."""
    language = choose_language(request.headers.get("accept-language"))
    entitlement = entitlements.show_entitlement(session, caller, entitlement_id, language)
    response.headers["ETag"] = etag_of_text(entitlement.model_dump_json())
    return entitlement


@router.post(
    "/confirmations",
    status_code=207,
    summary="确认免申即享 · Confirm what is due without application",
)
def confirm_entitlements(
    body: ConfirmationRequest,
    session: Write,
    request: Request,
    caller: Annotated[Principal, allow(Role.OFFICER)],
) -> ConfirmationsAnswer:
    """One or many: each becomes a submitted application; what is not due is refused by itself."""
    done = confirmations.confirm_entitlements(session, caller, body)
    language = choose_language(request.headers.get("accept-language"))
    return describe_confirmations(done, language, request.scope.get("request_id", ""))
