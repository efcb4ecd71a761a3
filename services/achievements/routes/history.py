"""The registry's history over HTTP: all acts, for those who oversee them."""

from typing import Annotated

from fastapi import Query

from kit.http import HouseRouter, Read
from kit.pages import Page
from services.achievements.routes.parameters import Overseer
from services.achievements.schemas.answers import page_of
from services.achievements.schemas.history import ActLine, ActQuery
from services.achievements.usecases import history

router = HouseRouter(prefix="/v1/acts", tags=["审计 · audit"])


@router.get("", summary="登记行为 · acts in the registry")
def list_acts(
    query: Annotated[ActQuery, Query()], caller: Overseer, session: Read
) -> Page[ActLine]:
    """Who did what to which thing, when, why and within which import; the latest first."""
    return page_of(ActLine, *history.find_acts(session, caller, query.wanted()))
