"""申报."""

from typing import Annotated

from fastapi import Query, Response

from kit.auth import HOLDERS_OF_RESEARCH, Caller, Principal, allow
from kit.http import HouseRouter, IfMatch, Read, Write, created, etag
from kit.pages import Page
from services.subsidies.schemas.applications import (
    ApplicationAnswer,
    ApplicationDecision,
    ApplicationQuery,
    ApplicationRequest,
)
from services.subsidies.usecases import applications

router = HouseRouter(prefix="/v1/subsidy-applications", tags=["subsidy-applications"])


@router.post("", status_code=201, summary="起草申报 · Draft an application")
def draft_application(
    body: ApplicationRequest,
    session: Write,
    response: Response,
    caller: Annotated[Principal, allow(*HOLDERS_OF_RESEARCH)],
) -> ApplicationAnswer:
    """From the organisation's own entitlement, while it is eligible; one at a time per thing."""
    application = applications.draft_application(session, caller, body)
    created(response, f"/v1/subsidy-applications/{application.id}", application.version)
    return application


@router.get("", summary="申报列表 · Applications")
def list_applications(
    query: Annotated[ApplicationQuery, Query()], session: Read, caller: Caller
) -> Page[ApplicationAnswer]:
    """Newest first; an organisation sees its own, the bureau and the auditor all."""
    return applications.show_applications(session, caller, query)


@router.get("/{application_id}", summary="一项申报 · One application with its steps")
def get_application(
    application_id: str, session: Read, response: Response, caller: Caller
) -> ApplicationAnswer:
    """State, amount, open acts, and every step with actor and reason."""
    application = applications.show_application(session, caller, application_id)
    etag(response, application.version)
    return application


@router.post("/{application_id}/decisions", summary="申报办理 · Take a step")
def decide_application(
    application_id: str,
    body: ApplicationDecision,
    session: Write,
    response: Response,
    caller: Caller,
    if_match: IfMatch = None,
) -> ApplicationAnswer:
    """Submit, withdraw (the applicant); return, review, approve, refuse (the bureau).

    Who reviewed does not approve. Approval commits the year's budget of the rule.
    """
    application = applications.decide_application(session, caller, application_id, body, if_match)
    etag(response, application.version)
    return application
