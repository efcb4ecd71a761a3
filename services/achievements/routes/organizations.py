"""Organisations over HTTP."""

from typing import Annotated

from fastapi import Query, Response

from kit.auth import Caller
from kit.http import HouseRouter, IfMatch, Read, Write, created, etag
from kit.identifiers import Uscc
from kit.openapi import problem_answer
from kit.pages import Page
from kit.text import choose_language
from services.achievements.routes.parameters import AcceptLanguage, Officer, created_too
from services.achievements.schemas.answers import answer_as, answer_batch, page_of
from services.achievements.schemas.organizations import (
    DatedFactAnswer,
    DatedFactsAnswer,
    EndingBody,
    OnQuery,
    OrganizationAnswer,
    OrganizationBatch,
    OrganizationBody,
    OrganizationPortrait,
    OrganizationQuery,
)
from services.achievements.schemas.records import BatchAnswer, HistoryAnswer, HistoryLine
from services.achievements.usecases import organizations

_PATH = "/v1/organizations"
router = HouseRouter(prefix=_PATH, tags=["机构 · organizations"])


@router.get("", summary="机构列表 · list organisations")
def list_organizations(
    query: Annotated[OrganizationQuery, Query()], session: Read
) -> Page[OrganizationAnswer]:
    """The register is public; by words of the name, kind, district, size."""
    found = organizations.find_organizations(session, query.wanted())
    return page_of(OrganizationAnswer, *found)


@router.get("/{uscc}", summary="查看机构 · read an organisation")
def read_organization(
    uscc: Uscc, query: Annotated[OnQuery, Query()], session: Read, response: Response
) -> OrganizationPortrait:
    """By its 统一社会信用代码; with `on`, as its dated facts say of that day."""
    row = organizations.read_organization(session, uscc, query.on)
    answer = answer_as(OrganizationPortrait, row)
    etag(response, answer.version)
    return answer


@router.get("/{uscc}/facts", summary="机构情况沿革 · dated facts of an organisation")
def read_dated_facts(uscc: Uscc, session: Read) -> DatedFactsAnswer:
    """Name, district, size: what holds from which day, and when that was recorded."""
    rows = organizations.read_dated_facts(session, uscc)
    return DatedFactsAnswer(items=[answer_as(DatedFactAnswer, row) for row in rows])


@router.get("/{uscc}/history", summary="机构变更历史 · history of an organisation")
def read_organization_history(uscc: Uscc, _: Caller, session: Read) -> HistoryAnswer:
    """Who changed what, when and why; oldest first."""
    lines = organizations.read_organization_history(session, uscc)
    return HistoryAnswer(items=[answer_as(HistoryLine, line) for line in lines])


@router.put(
    "/{uscc}",
    summary="填写机构信息 · describe an organisation",
    responses=created_too(OrganizationAnswer) | {403: problem_answer("无权执行 · not allowed")},
)
def describe_organization(
    uscc: Uscc,
    body: OrganizationBody,
    caller: Caller,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
) -> OrganizationAnswer:
    """Add it (201) or describe it anew (200, with If-Match): itself, or an officer."""
    row, new = organizations.describe_organization(
        session, caller, body.describe(uscc), body.effective_on, if_match
    )
    etag(response, row["version"])
    if new:
        created(response, f"{_PATH}/{uscc}", row["version"])
    return answer_as(OrganizationAnswer, row)


@router.post("/batches", status_code=207, summary="批量填写机构信息 · describe many")
def describe_organizations(
    body: OrganizationBatch,
    caller: Officer,
    session: Write,
    accept_language: AcceptLanguage = None,
) -> BatchAnswer:
    """Up to 1,000, by the bureau; each bad one is named and harms no other."""
    outcomes = organizations.describe_organizations(session, caller, body.items)
    return answer_batch(outcomes, choose_language(accept_language), f"{_PATH}/batches")


@router.post(
    "/{uscc}/endings",
    summary="机构终止 · an organisation was merged or dissolved",
    responses={409: problem_answer("该单位已终止 · it has ended")},
)
def end_organization(
    uscc: Uscc,
    body: EndingBody,
    caller: Officer,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
) -> OrganizationAnswer:
    """By the bureau; what has ended is neither changed nor added to."""
    row = organizations.end_organization(session, caller, uscc, body, if_match)
    etag(response, row["version"])
    return answer_as(OrganizationAnswer, row)
