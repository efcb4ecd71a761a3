"""Notices of the caller's organisation: see them, tick them off."""

from sqlalchemy import RowMapping

from kit.auth import Principal
from kit.db import ReadSession, WriteSession
from services.achievements.rules.filters import NoticeFilter
from services.achievements.store.notices import count_unread, list_notices, mark_read


def find_notices(
    session: ReadSession, principal: Principal, wanted: NoticeFilter
) -> tuple[list[RowMapping], str | None, int]:
    """One page, the cursor of the next, and how many are unread in all."""
    rows, cursor = list_notices(session, principal.uscc, wanted)
    return rows, cursor, count_unread(session, principal.uscc)


def read_notice(session: WriteSession, principal: Principal, notice_id: str) -> RowMapping:
    """Tick a notice off."""
    return mark_read(session, principal.uscc, notice_id)
