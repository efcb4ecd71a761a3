"""办理期限."""

from typing import Annotated

from fastapi import Query, Request, Response

from kit.http import HouseRouter
from kit.text import choose_language
from services.subsidies.schemas.terms import TermList, TermQuery
from services.subsidies.usecases.terms import show_terms

router = HouseRouter(prefix="/v1/subsidies/terms", tags=["subsidies"])


@router.get("", summary="办理期限 · Terms of an application")
async def list_terms(
    query: Annotated[TermQuery, Query()], request: Request, response: Response
) -> TermList:
    """For everyone: how long the bureau and the applicant have, and on what ground."""
    language = choose_language(request.headers.get("accept-language"))
    response.headers["Content-Language"] = language.value
    return show_terms(query.on, language)
