"""The change feed: a page of it, and what time alone changes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import RowMapping

from kit.auth import Principal
from kit.clock import JINAN, today
from kit.db import ReadSession, WriteSession
from kit.errors import InvalidInput, invalid
from kit.events import record_event
from kit.jobs import Work
from kit.pages import decode_values, encode_values
from kit.text import Text
from services.achievements.rules.changes import FoundChange, Place, Window
from services.achievements.rules.exports import show_plain
from services.achievements.rules.history import Actor, Change
from services.achievements.rules.kinds import HIDEABLE, Kind
from services.achievements.rules.visibility import Viewer
from services.achievements.schemas.changes import ChangeQuery
from services.achievements.schemas.kinds import read_kept
from services.achievements.schemas.news import Touched, list_news
from services.achievements.store.changes import (
    find_place,
    is_known_place,
    list_changes,
    list_due_embargoes,
)
from services.achievements.store.history import add_history
from services.achievements.store.records import get_record
from services.achievements.usecases.board import board
from services.achievements.usecases.callers import viewer_of

ANNOUNCE = "changes.announce-embargoes"


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Some changes, where to go on, and whether there is more already."""

    changes: Sequence[FoundChange]
    next_since: str
    more: bool


def read_changes(session: ReadSession, principal: Principal | None, query: ChangeQuery) -> FeedPage:
    """What changed after a place, of what the caller may see or could see."""
    after = (
        _find_place(session, query.since)
        if query.cursor is None
        else _find_given_place(session, query.cursor, "?cursor")
    )
    kinds = tuple(Kind) if query.kind is None else (query.kind,)
    window = Window({kind: _viewer_of(principal, kind) for kind in kinds})
    found = list(list_changes(session, window, after, query.limit + 1))
    page = found[: query.limit]
    last = page[-1].place if page else after
    return FeedPage(page, encode_place(last), more=len(found) > len(page))


def _viewer_of(principal: Principal | None, kind: Kind) -> Viewer:
    # Who is appointed changes without a trace in the feed, so it goes by what is open to all such.
    return replace(viewer_of(principal, kind), as_agency=False)


def encode_place(place: Place) -> str:
    """A place as callers keep it."""
    return encode_values(place.transaction, place.line_id)


def decode_place(since: str) -> Place:
    """The place that a caller kept; refuses what was never given."""
    transaction, line_id = decode_values(since, 2)
    if not isinstance(transaction, int) or not isinstance(line_id, str):
        raise _unknown_place()
    if not 0 <= transaction < 2**63:
        raise _unknown_place()
    return Place(transaction, line_id)


def _find_place(session: ReadSession, since: str | None) -> Place:
    if since is None or since in {"", "0"}:
        return Place()
    instant = _read_instant(since)
    if instant is not None:
        return find_place(session, instant)
    return _find_given_place(session, since, "?since")


def _find_given_place(session: ReadSession, given: str, pointer: str) -> Place:
    try:
        place = decode_place(given)
    except InvalidInput as error:
        raise _unknown_place(pointer) from error
    if not is_known_place(session, place):
        raise _unknown_place(pointer)
    return place


def _read_instant(since: str) -> datetime | None:
    try:
        if len(since) == len("2024-06-30"):
            day = date.fromisoformat(since)
            return datetime(day.year, day.month, day.day, tzinfo=JINAN)
        instant = datetime.fromisoformat(since.replace(" ", "+"))
    except ValueError:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=JINAN)


def _unknown_place(pointer: str = "?since") -> InvalidInput:
    message = Text(
        "不是本平台给出的位置，请从头重放", "not a place of this feed; replay from the beginning"
    )
    return invalid(pointer, "since_invalid", message)


@board.task(ANNOUNCE, cron="*/10 * * * *")
def announce_ended_embargoes(work: Work) -> None:
    """Put into the feed what became visible because its embargo is over."""
    for kind in HIDEABLE:
        while _announce_some(work, kind):
            pass


def _announce_some(work: Work, kind: Kind) -> int:
    with work.database.write() as session:
        due = list_due_embargoes(session, kind, today())
        for row in due:
            actor = Actor("liurong", row["owner_uscc"], "六融平台", "限期公开到期")
            change = Change(row["id"], row["version"], "embargo_ended")
            add_history(session, kind.value, actor, [change])
            if kind is Kind.ACHIEVEMENTS:
                _tell_of_opened(session, row)
        return len(due)


def _tell_of_opened(session: WriteSession, row: RowMapping) -> None:
    owner = row["owner_uscc"]
    record = get_record(session, Kind.ACHIEVEMENTS, row["id"], Viewer(owner))
    facts = read_kept(Kind.ACHIEVEMENTS, {str(name): show_plain(record[name]) for name in record})
    opened = [Touched(row["id"], is_new=True, facts=facts)]
    for event in list_news(owner, today(), opened, many=False):
        record_event(session, event, subject=owner)
