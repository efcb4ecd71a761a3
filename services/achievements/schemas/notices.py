"""Notices on the wire."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from kit.pages import PageQuery
from kit.schemas import AnswerModel


class NoticeAnswer(AnswerModel):
    """Something the caller's organisation should know; `link` is the address of the thing."""

    id: str
    code: str = Field(description="`match_found`, `invited_to_demand`, `bid_awarded`, …")
    text: str
    link: str
    created_at: datetime
    read_at: datetime | None


class NoticePage(AnswerModel):
    """One page, and how many are unread; `rows` is the address of those."""

    items: list[NoticeAnswer]
    next_cursor: str | None
    unread: int
    rows: str = "/v1/notices?unread=true"


class NoticeQuery(PageQuery):
    """Newest first."""

    unread: bool = Field(False, description="only those not read yet")
    code: Annotated[str, Field(max_length=40)] | None = None
