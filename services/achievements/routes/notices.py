"""Notices over HTTP."""

from typing import Annotated

from fastapi import Query

from kit.auth import Caller
from kit.http import HouseRouter, Read, Write
from kit.text import choose_language
from services.achievements.routes.parameters import AcceptLanguage, RecordId
from services.achievements.rules.filters import NoticeFilter
from services.achievements.schemas.answers import answer_notice
from services.achievements.schemas.notices import NoticeAnswer, NoticePage, NoticeQuery
from services.achievements.usecases import notices

router = HouseRouter(prefix="/v1/notices", tags=["告知 · notices"])


@router.get("", summary="本单位的告知 · notices of the caller's organisation")
def list_notices(
    query: Annotated[NoticeQuery, Query()],
    caller: Caller,
    session: Read,
    accept_language: AcceptLanguage = None,
) -> NoticePage:
    """New matches, invitations, awards, follow-ups due; newest first, with the unread counted."""
    language = choose_language(accept_language)
    rows, cursor, unread = notices.find_notices(session, caller, NoticeFilter(**query.model_dump()))
    items = [answer_notice(row, language) for row in rows]
    return NoticePage(items=items, next_cursor=cursor, unread=unread)


@router.post("/{notice_id}/readings", summary="标为已读 · tick a notice off")
def read_notice(
    notice_id: RecordId, caller: Caller, session: Write, accept_language: AcceptLanguage = None
) -> NoticeAnswer:
    """The first reading counts; again changes nothing."""
    row = notices.read_notice(session, caller, notice_id)
    return answer_notice(row, choose_language(accept_language))
