"""The change feed over HTTP."""

from typing import Annotated

from fastapi import Query

from kit.auth import MaybeCaller
from kit.http import HouseRouter, Read
from services.achievements.schemas.answers import answer_changes
from services.achievements.schemas.changes import ChangeQuery, ChangesAnswer
from services.achievements.usecases import feed

router = HouseRouter(prefix="/v1/changes", tags=["变更流 · change feed"])


@router.get("", summary="变更流 · what changed since a place")
def list_changes(
    query: Annotated[ChangeQuery, Query()], caller: MaybeCaller, session: Read
) -> ChangesAnswer:
    """In commit order, without gaps, with tombstones; replayed from 0 it gives what is there."""
    page = feed.read_changes(session, caller, query)
    return answer_changes(page.changes, page.next_since, more=page.more)
