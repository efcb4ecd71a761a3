"""告知."""

from typing import Annotated

from fastapi import Query

from kit.auth import INSTITUTIONS, Principal, Role, allow
from kit.http import HouseRouter, Read
from kit.pages import Page, PageQuery
from services.credit.schemas.disputes import NoticeAnswer
from services.credit.usecases import notices

router = HouseRouter(prefix="/v1/credit-notices", tags=["credit-notices"])


@router.get("", summary="信息变动告知 · What changed of what you had read")
def list_notices(
    query: Annotated[PageQuery, Query()],
    session: Read,
    caller: Annotated[Principal, allow(*INSTITUTIONS, Role.OFFICER, Role.AUDITOR)],
) -> Page[NoticeAnswer]:
    """Newest first. Facts that were disputed, corrected, removed or repaired after a look."""
    return notices.show_notices(session, caller, query)
