"""授权."""

from typing import Annotated

from fastapi import Query, Response

from kit.auth import INSTITUTIONS, Caller, Principal, Role, allow
from kit.http import HouseRouter, IfMatch, Read, Write, created, etag
from kit.pages import Page
from services.credit.schemas.consents import (
    ConsentAnswer,
    ConsentDecision,
    ConsentQuery,
    ConsentRequest,
)
from services.credit.schemas.problems import REFUSED
from services.credit.usecases import consents

router = HouseRouter(prefix="/v1/consents", tags=["consents"])


@router.post("", status_code=201, summary="申请授权 · Ask an enterprise for consent")
def request_consent(
    body: ConsentRequest,
    session: Write,
    response: Response,
    caller: Annotated[Principal, allow(*INSTITUTIONS, Role.OFFICER)],
) -> ConsentAnswer:
    """An institution asks; the enterprise grants, declines, or lets the request lapse."""
    consent = consents.request_consent(session, caller, body)
    created(response, f"/v1/consents/{consent.id}", consent.version)
    return consent


@router.get("", summary="授权列表 · Consents that concern the caller")
def list_consents(
    query: Annotated[ConsentQuery, Query()], session: Read, caller: Caller
) -> Page[ConsentAnswer]:
    """Newest first; the enterprise and the institution see their own."""
    return consents.show_consents(session, caller, query)


@router.get("/{consent_id}", summary="一份授权 · One consent with its history")
def get_consent(
    consent_id: str, session: Read, response: Response, caller: Caller
) -> ConsentAnswer:
    """For the enterprise and the institution; the bureau and the auditor see all."""
    consent = consents.show_consent(session, caller, consent_id)
    etag(response, consent.version)
    return consent


@router.post(
    "/{consent_id}/decisions",
    summary="授权决定 · Grant, decline, revoke, give up",
    responses=REFUSED,
)
def decide_consent(
    consent_id: str,
    body: ConsentDecision,
    session: Write,
    response: Response,
    caller: Caller,
    if_match: IfMatch = None,
) -> ConsentAnswer:
    """The enterprise grants, declines, revokes; the institution gives up; the bureau suspends
    and resumes."""
    consent = consents.decide_consent(session, caller, consent_id, body, if_match)
    etag(response, consent.version)
    return consent
