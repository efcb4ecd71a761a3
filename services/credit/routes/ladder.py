"""梯次培育."""

from typing import Annotated

from fastapi import Query

from kit.auth import Caller
from kit.http import HouseRouter, Read
from kit.identifiers import Uscc
from services.credit.schemas.ladder import LadderAnswer
from services.credit.schemas.problems import REFUSED
from services.credit.schemas.times import Day
from services.credit.usecases import ladder

router = HouseRouter(prefix="/v1/enterprises", tags=["ladder"])


@router.get("/{uscc}/ladder", summary="梯次培育 · Where an enterprise stands", responses=REFUSED)
def get_ladder(
    uscc: Uscc, session: Read, caller: Caller, on: Annotated[Day | None, Query()] = None
) -> LadderAnswer:
    """The rung held on a day, and what the next asks for. An enterprise sees its own."""
    return ladder.show_ladder(session, caller, uscc, on)
