"""疑似重复."""

from typing import Annotated

from fastapi import Query, Request, Response

from kit.auth import Principal, Role, allow
from kit.http import HouseRouter, IfMatch, Read, Write, etag
from kit.pages import Page
from kit.text import choose_language
from services.subsidies.schemas.suspected_doubles import (
    DoubleAnswer,
    DoubleDecisionRequest,
    DoubleQuery,
)
from services.subsidies.usecases import suspected_doubles

router = HouseRouter(prefix="/v1/suspected-doubles", tags=["suspected-doubles"])

Officer = Annotated[Principal, allow(Role.OFFICER)]
Reader = Annotated[Principal, allow(Role.OFFICER, Role.AUDITOR)]


@router.get("", summary="疑似重复列表 · What may be paid twice")
def list_suspected_doubles(
    query: Annotated[DoubleQuery, Query()], session: Read, request: Request, _caller: Reader
) -> Page[DoubleAnswer]:
    """Newest first; `state=open` is what waits for a person. `next` says what an officer may do:
    where money went out, a claw-back.
    """
    language = choose_language(request.headers.get("accept-language"))
    return suspected_doubles.show_doubles(session, query, language)


@router.get("/{double_id}", summary="一项疑似重复 · One suspicion with both sides")
def get_suspected_double(
    double_id: str, session: Read, request: Request, response: Response, _caller: Reader
) -> DoubleAnswer:
    """Why it is held, what was paid on either side, and who decided."""
    language = choose_language(request.headers.get("accept-language"))
    double = suspected_doubles.show_double(session, double_id, language)
    etag(response, double.version)
    return double


@router.post("/{double_id}/decisions", summary="核定疑似重复 · One or two")
def decide_suspected_double(
    double_id: str,
    body: DoubleDecisionRequest,
    session: Write,
    request: Request,
    response: Response,
    caller: Officer,
    if_match: IfMatch = None,
) -> DoubleAnswer:
    """`distinct` lets the suspect go on, `duplicate` never pays it. Once, by an officer who neither
    recorded the payment nor reviewed the application.
    """
    language = choose_language(request.headers.get("accept-language"))
    double = suspected_doubles.decide_double(session, caller, double_id, body, if_match, language)
    etag(response, double.version)
    return double
