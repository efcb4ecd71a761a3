"""待办."""

from typing import Annotated

from fastapi import Query

from gateway.schemas.tasks import TaskAnswer
from gateway.usecases import tasks
from kit.auth import Caller
from kit.http import HouseRouter, Read
from kit.pages import Page, PageQuery

router = HouseRouter(prefix="/v1/tasks", tags=["tasks"])


@router.get("", summary="待办 · What waits for the caller's organisation")
def list_tasks(
    query: Annotated[PageQuery, Query()], session: Read, caller: Caller
) -> Page[TaskAnswer]:
    """Tracks to decide and questions to answer, oldest first, with their clocks."""
    return tasks.show_tasks(session, caller, query)
