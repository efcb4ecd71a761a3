"""申报."""

from typing import Annotated

from fastapi import File, Query, Response, UploadFile

from kit.auth import HOLDERS_OF_RESEARCH, Caller, Principal, Role, allow
from kit.http import HouseRouter, IfMatch, Read, Write, created, etag
from kit.pages import Page
from services.subsidies.schemas.applications import (
    ApplicationAnswer,
    ApplicationDecision,
    ApplicationQuery,
    ApplicationRequest,
    DocumentAnswer,
)
from services.subsidies.schemas.disbursements import ClawBackRequest, MoneyEntryList
from services.subsidies.schemas.notices import (
    ObjectionAnswer,
    ObjectionDecisionRequest,
    ObjectionList,
    ObjectionRequest,
)
from services.subsidies.usecases import (
    application_decisions,
    applications,
    claw_backs,
    documents,
    notices,
)

router = HouseRouter(prefix="/v1/subsidy-applications", tags=["subsidy-applications"])

Officer = Annotated[Principal, allow(Role.OFFICER)]
Reader = Annotated[Principal, allow(Role.OFFICER, Role.AUDITOR)]


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
    """The applicant submits, withdraws; the bureau returns, reviews, approves, refuses, publishes
    and clears.

    Who reviewed does not approve. Approval commits the year's budget of the rule. `return` tells
    once of all that lacks. `clear` ends the public notice when its days are over.
    """
    application = application_decisions.decide_application(
        session, caller, application_id, body, if_match
    )
    etag(response, application.version)
    return application


@router.post(
    "/{application_id}/documents",
    status_code=201,
    summary="上传材料 · Upload a document",
    max_body_size=documents.MAX_BYTES + 64 * 1024,
)
def add_document(
    application_id: str,
    file: Annotated[UploadFile, File(description="at most 10 MiB")],
    session: Write,
    response: Response,
    caller: Annotated[Principal, allow(*HOLDERS_OF_RESEARCH)],
) -> DocumentAnswer:
    """While the application is a draft or returned; the same bytes are kept once."""
    document = documents.add_application_document(
        session,
        caller,
        application_id,
        name=file.filename or "document",
        media_type=file.content_type or "application/octet-stream",
        content=file.file.read(),
    )
    created(response, f"/v1/subsidy-applications/{application_id}/documents/{document.id}")
    return document


@router.get(
    "/{application_id}/documents/{document_id}",
    summary="下载材料 · Download a document",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}},
)
def read_document(application_id: str, document_id: str, session: Read, caller: Caller) -> Response:
    """The bytes as they came; `ETag` is their SHA-256."""
    document, content = documents.read_application_document(
        session, caller, application_id, document_id
    )
    headers = {
        "Content-Disposition": f'attachment; filename="{document.id}"',
        "ETag": f'"{document.sha256}"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type="application/octet-stream", headers=headers)


@router.post(
    "/{application_id}/objections", status_code=201, summary="提出公示异议 · Object to a notice"
)
def raise_objection(
    application_id: str,
    body: ObjectionRequest,
    session: Write,
    response: Response,
    caller: Caller,
) -> ObjectionAnswer:
    """While the notice hangs; the bureau enters letters of people without a token."""
    objection = notices.raise_objection(session, caller, application_id, body)
    place = f"/v1/subsidy-applications/{application_id}/objections/{objection.id}"
    created(response, place, objection.version)
    return objection


@router.get("/{application_id}/objections", summary="公示异议 · Objections to a notice")
def list_objections(application_id: str, session: Read, _caller: Reader) -> ObjectionList:
    """With how each was handled."""
    return notices.show_objections(session, application_id)


@router.get("/{application_id}/objections/{objection_id}", summary="一条公示异议 · One objection")
def get_objection(
    application_id: str, objection_id: str, session: Read, response: Response, _caller: Reader
) -> ObjectionAnswer:
    """With how it was handled."""
    objection = notices.show_objection(session, application_id, objection_id)
    etag(response, objection.version)
    return objection


@router.post(
    "/{application_id}/objections/{objection_id}/decisions",
    summary="处理公示异议 · Decide on an objection",
)
def decide_objection(
    application_id: str,
    objection_id: str,
    body: ObjectionDecisionRequest,
    session: Write,
    response: Response,
    caller: Officer,
    if_match: IfMatch = None,
) -> ObjectionAnswer:
    """Once, by an officer who did not review the application."""
    target = notices.ObjectionPlace(application_id, objection_id)
    objection = notices.decide_objection(session, caller, target, body, if_match)
    etag(response, objection.version)
    return objection


@router.post("/{application_id}/claw-backs", summary="登记追回 · Enter money that came back")
def claw_back(
    application_id: str, body: ClawBackRequest, session: Write, response: Response, caller: Officer
) -> ApplicationAnswer:
    """A new negative entry; idempotent by the receipt's number; never by who reviewed."""
    application = claw_backs.claw_back(session, caller, application_id, body)
    etag(response, application.version)
    return application


@router.get("/{application_id}/entries", summary="资金分录 · Money of an application")
def list_entries(application_id: str, session: Read, _caller: Reader) -> MoneyEntryList:
    """Payments and claw-backs, in the order they were booked."""
    return claw_backs.show_entries(session, application_id)
