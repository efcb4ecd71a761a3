"""看板."""

from typing import Annotated

from fastapi import Query

from gateway.schemas.case_figures import (
    BoardAnswer,
    BoardName,
    CaseRefAnswer,
    DrillQuery,
    SpanQuery,
)
from gateway.usecases import case_figures
from kit.auth import Principal, Role, allow
from kit.http import HouseRouter, Read
from kit.pages import Page

router = HouseRouter(prefix="/v1/case-figures", tags=["case-figures"])
Overseer = Annotated[Principal, allow(Role.OFFICER, Role.AUDITOR)]


@router.get("/{board}", summary="办件看板 · Figures of the financing cases")
def show_board(
    board: BoardName, query: Annotated[SpanQuery, Query()], session: Read, _caller: Overseer
) -> BoardAnswer:
    """Funnel, days per stage, drop-out reasons, or the terms kept (red, yellow, green)."""
    return case_figures.show_board(session, board, query)


@router.get("/{board}/cases", summary="看板下钻 · The cases behind a number")
def list_cases_behind(
    board: BoardName, query: Annotated[DrillQuery, Query()], session: Read, _caller: Overseer
) -> Page[CaseRefAnswer]:
    """What `cases_url` of a number leads to."""
    return case_figures.show_cases_behind(session, board, query)
