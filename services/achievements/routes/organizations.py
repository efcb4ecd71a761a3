"""Organisations over HTTP."""

from fastapi import Response

from kit.auth import Caller
from kit.http import HouseRouter, IfMatch, Read, Write, created, etag
from kit.identifiers import Uscc
from kit.openapi import problem_answer
from services.achievements.routes.parameters import created_too
from services.achievements.schemas.answers import answer_as
from services.achievements.schemas.organizations import OrganizationAnswer, OrganizationBody
from services.achievements.usecases import organizations

_PATH = "/v1/organizations"
router = HouseRouter(prefix=_PATH, tags=["机构 · organizations"])


@router.get("/{uscc}", summary="查看机构 · read an organisation")
def read_organization(uscc: Uscc, session: Read, response: Response) -> OrganizationAnswer:
    """An organisation of the register, by its 统一社会信用代码."""
    row = organizations.read_organization(session, uscc)
    etag(response, row["version"])
    return answer_as(OrganizationAnswer, row)


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
    facts = body.facts(uscc)
    row, new = organizations.describe_organization(session, caller, facts, if_match)
    etag(response, row["version"])
    if new:
        created(response, f"{_PATH}/{uscc}", row["version"])
    return answer_as(OrganizationAnswer, row)
