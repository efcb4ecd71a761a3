"""公示."""

from typing import Annotated

from fastapi import Query

from kit.http import HouseRouter, Read
from kit.pages import Page, PageQuery
from services.subsidies.schemas.notices import NoticeAnswer
from services.subsidies.usecases import notices

router = HouseRouter(prefix="/v1/public-notices", tags=["public-notices"])


@router.get("", summary="公示列表 · Public notices")
def list_notices(query: Annotated[PageQuery, Query()], session: Read) -> Page[NoticeAnswer]:
    """For everyone: who is to be paid how much by which rule, newest first."""
    return notices.show_notices(session, query)
