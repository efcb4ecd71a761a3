"""告知: what an institution had read and what became of it since."""

from kit.auth import Principal
from kit.db import ReadSession
from kit.pages import Page, PageQuery, encode_cursor, read_key
from services.credit.schemas.disputes import NoticeAnswer, describe_notice
from services.credit.store.disputes import list_notices


def show_notices(session: ReadSession, caller: Principal, query: PageQuery) -> Page[NoticeAnswer]:
    """Newest first; an institution sees its own, the bureau and the auditor all."""
    found = list_notices(
        session,
        None if caller.sees_all else caller.uscc,
        read_key(query.cursor),
        query.limit + 1,
    )
    shown = found[: query.limit]
    return Page(
        items=[describe_notice(each) for each in shown],
        next_cursor=encode_cursor(shown[-1].id) if len(found) > query.limit else None,
    )
