"""Matches made at events, and their follow-ups that turn into tasks when their day has come."""

from collections.abc import Mapping

from sqlalchemy import RowMapping
from sqlalchemy.orm import Session

from kit.auth import Principal
from kit.clock import now, today
from kit.db import ReadSession, WriteSession
from kit.errors import RuleBroken
from kit.events import record_event
from kit.ids import new_id
from kit.jobs import Work
from kit.text import Text
from kit.versions import require_match
from kit.workdays import get_calendar
from services.achievements.rules.history import Change
from services.achievements.rules.kinds import Kind
from services.achievements.rules.matchmaking_events import (
    EventState,
    FollowUpState,
    plan_follow_ups,
)
from services.achievements.schemas.events import TaskClosed, TaskOpened
from services.achievements.schemas.matchmaking_events import EventMatchBody, FollowUpDone
from services.achievements.store.follow_ups import (
    add_event_match,
    change_follow_up,
    list_event_matches,
    list_follow_ups,
    lock_due_follow_ups,
    lock_follow_up,
)
from services.achievements.store.history import add_history
from services.achievements.store.market_terms import follow_up_days_on
from services.achievements.store.matchmaking_events import get_event
from services.achievements.store.notices import NewNotice, add_notices
from services.achievements.store.records import get_record
from services.achievements.usecases.board import board
from services.achievements.usecases.callers import actor_of, plain_row, viewer_of
from services.achievements.usecases.matchmaking_events import (
    NOUN,
    lock_own_event,
    require_organizer,
)

OPEN_DUE = "events.open-due-follow-ups"
_PIECE = 200


def record_match(
    session: WriteSession, principal: Principal, event_id: str, body: EventMatchBody
) -> Mapping[str, object]:
    """对接成果: keep two sides that found each other, and plan when to ask again."""
    event = lock_own_event(session, principal, event_id)
    if event["state"] not in (EventState.OPEN, EventState.ENDED):
        message = Text("活动尚未开放或已取消", "the event is not open, or was called off")
        raise RuleBroken("event_not_held", message, state=event["state"])
    _require_known(session, principal, body)
    match_id, day = new_id(), today()
    values = {
        **body.model_dump(exclude={"supplier", "seeker"}),
        **body.model_dump(mode="json", include={"supplier", "seeker", "intention"}),
        "id": match_id,
        "event_id": event_id,
        "made_on": day,
    }
    add_event_match(session, values, _plan(event, match_id))
    change = Change(event_id, event["version"], "match_made")
    add_history(session, NOUN, actor_of(principal), [change])
    return next(one for one in _describe(session, event_id) if one["id"] == match_id)


def _plan(event: RowMapping, match_id: str) -> list[dict[str, object]]:
    days = follow_up_days_on(today())
    dates = plan_follow_ups(today(), days, get_calendar())
    return [
        {
            "id": new_id(),
            "event_id": event["id"],
            "event_match_id": match_id,
            "owner_uscc": event["owner_uscc"],
            "days": after,
            "due_on": due_on,
            "state": FollowUpState.PLANNED.value,
            "version": 1,
        }
        for after, due_on in zip(days, dates, strict=True)
    ]


def read_matches(
    session: ReadSession, principal: Principal, event_id: str
) -> list[Mapping[str, object]]:
    """The matches made at an event: all for its organiser and the bureau, else the caller's."""
    event = get_event(session, event_id, viewer_of(principal))
    found = _describe(session, event_id)
    if principal.sees_all or principal.uscc == event["owner_uscc"]:
        return found
    return [one for one in found if principal.uscc in _sides(one)]


def read_follow_ups(
    session: ReadSession, principal: Principal, event_id: str
) -> list[Mapping[str, object]]:
    """The follow-ups of an event, by day."""
    require_organizer(principal, get_event(session, event_id, viewer_of(principal)))
    return [plain_row(row) for row in list_follow_ups(session, event_id)]


@board.task(OPEN_DUE, cron="30 7 * * *")
def open_due_follow_ups(work: Work) -> None:
    """Make tasks of the follow-ups whose day has come (every morning)."""
    while True:
        with work.database.write() as session:
            due = lock_due_follow_ups(session, today(), _PIECE)
            for row in due:
                _open(session, row)
        if len(due) < _PIECE:
            return


def _open(session: WriteSession, row: RowMapping) -> None:
    state = {"state": FollowUpState.OPEN.value, "version": row["version"] + 1}
    change_follow_up(session, row["id"], state)
    title = Text(
        f"回访对接：{row['supplier']['name']} 与 {row['seeker']['name']}（满 {row['days']} 日）",
        f"follow up {row['supplier']['name']} and {row['seeker']['name']} ({row['days']} days)",
    )
    link = f"/v1/matchmaking-events/{row['event_id']}/follow-ups"
    uscc = row["owner_uscc"]
    key = f"follow_up_due:{row['id']}"
    add_notices(session, [NewNotice(uscc, key, "follow_up_due", title, link)])
    event = TaskOpened(
        task_id=row["id"],
        uscc=uscc,
        kind="follow_up",
        title_zh=title.zh,
        title_en=title.en,
        link=link,
        due_on=row["due_on"],
    )
    record_event(session, event, subject=uscc)


def complete_follow_up(
    session: WriteSession,
    principal: Principal,
    event_id: str,
    follow_up_id: str,
    body: FollowUpDone,
    if_match: str | None,
) -> Mapping[str, object]:
    """Say what was heard; the task is closed."""
    event = lock_own_event(session, principal, event_id)
    row = lock_follow_up(session, event_id, follow_up_id)
    require_match(if_match, row["version"])
    if row["state"] == FollowUpState.DONE:
        message = Text("此次回访已办结", "this follow-up is done")
        raise RuleBroken("follow_up_done", message)
    done = {
        **body.model_dump(mode="json"),
        "state": FollowUpState.DONE.value,
        "done_by": principal.client_id,
        "done_at": now(),
        "version": row["version"] + 1,
    }
    change_follow_up(session, follow_up_id, done)
    change = Change(event_id, event["version"], f"follow_up_{body.outcome}")
    add_history(session, NOUN, actor_of(principal, reason=body.note), [change])
    if row["state"] == FollowUpState.OPEN:
        news = TaskClosed(task_id=follow_up_id, uscc=row["owner_uscc"], closed_on=today())
        record_event(session, news, subject=row["owner_uscc"])
    return plain_row(lock_follow_up(session, event_id, follow_up_id))


def _require_known(session: WriteSession, principal: Principal, body: EventMatchBody) -> None:
    named = ((Kind.DEMANDS, body.demand_id), (Kind.ACHIEVEMENTS, body.achievement_id))
    for kind, thing_id in named:
        if thing_id is not None:
            get_record(session, kind, thing_id, viewer_of(principal))


def _describe(session: Session, event_id: str) -> list[Mapping[str, object]]:
    follow_ups = [plain_row(row) for row in list_follow_ups(session, event_id)]
    return [
        {
            **plain_row(row),
            "follow_ups": [one for one in follow_ups if one["event_match_id"] == row["id"]],
        }
        for row in list_event_matches(session, event_id)
    ]


def _sides(match: Mapping[str, object]) -> tuple[object, object]:
    supplier, seeker = match["supplier"], match["seeker"]
    assert isinstance(supplier, dict)
    assert isinstance(seeker, dict)
    return supplier["uscc"], seeker["uscc"]
