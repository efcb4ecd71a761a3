"""Technology-transfer agencies over HTTP."""

from typing import Annotated

from fastapi import Path, Query, Response

from kit.auth import Caller
from kit.http import HouseRouter, IfMatch, Read, Write, created, etag
from kit.openapi import problem_answer
from kit.pages import Page
from services.achievements.routes.brokers import Agency
from services.achievements.schemas.answers import answer_as, count_rows, page_of
from services.achievements.schemas.brokers import (
    AgencyAnswer,
    AgencyBody,
    AgencyCounts,
    AgencyQuery,
)
from services.achievements.schemas.records import HistoryAnswer, HistoryLine
from services.achievements.usecases import service_agencies

_PATH = "/v1/service-agencies"
router = HouseRouter(prefix=_PATH, tags=["技术经纪人 · brokers"])
AgencyUscc = Annotated[str, Path(max_length=18, description="the agency's uscc")]


@router.post(
    "",
    status_code=201,
    summary="登记技术转移机构 · register an agency",
    responses={409: problem_answer("已登记 · registered already")},
)
def register_agency(
    body: AgencyBody, caller: Agency, session: Write, response: Response
) -> AgencyAnswer:
    """By the agency itself, with the name of its organisation."""
    row = service_agencies.register_agency(session, caller, body)
    created(response, f"{_PATH}/{row['uscc']}", row["version"])
    return answer_as(AgencyAnswer, row)


@router.get("", summary="技术转移机构列表 · list agencies")
def list_agencies(query: Annotated[AgencyQuery, Query()], session: Read) -> Page[AgencyAnswer]:
    """For everybody."""
    return page_of(AgencyAnswer, *service_agencies.find_agencies(session, query))


@router.get("/counts", summary="技术转移机构计数 · agencies in figures")
def count_agencies(session: Read) -> AgencyCounts:
    """For everybody; each number with the address of its rows."""
    total, fields = service_agencies.count_register(session)
    return AgencyCounts(total=total, by_field=count_rows(_PATH, "field", fields))


@router.get("/{uscc}/history", summary="技术转移机构变更历史 · history of an agency")
def read_agency_history(uscc: AgencyUscc, caller: Caller, session: Read) -> HistoryAnswer:
    """Every change, for the agency and the bureau."""
    lines = service_agencies.read_agency_history(session, caller, uscc)
    return HistoryAnswer(items=[answer_as(HistoryLine, line) for line in lines])


@router.get("/{uscc}", summary="查看技术转移机构 · read an agency")
def read_agency(uscc: AgencyUscc, session: Read, response: Response) -> AgencyAnswer:
    """For everybody."""
    row = service_agencies.read_agency(session, uscc)
    etag(response, row["version"])
    return answer_as(AgencyAnswer, row)


@router.put("/{uscc}", summary="修改技术转移机构 · change an agency")
def change_agency(
    uscc: AgencyUscc,
    body: AgencyBody,
    caller: Agency,
    session: Write,
    response: Response,
    if_match: IfMatch = None,
) -> AgencyAnswer:
    """By the agency itself: what it offers, said anew."""
    row = service_agencies.update_agency(session, caller, uscc, body, if_match)
    etag(response, row["version"])
    return answer_as(AgencyAnswer, row)
