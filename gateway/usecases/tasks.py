"""待办: what waits for the caller's organisation, with its clock."""

from gateway.rules.clocks import count_forward, show_light
from gateway.rules.stages import STAGES, TrackState
from gateway.schemas.cases import Desk
from gateway.schemas.tasks import TaskAnswer
from gateway.store.tasks import WaitingTrack, list_tasks
from gateway.usecases.cases import desk_of_today
from kit.auth import Principal
from kit.db import ReadSession
from kit.pages import Page, PageQuery, decode_cursor, encode_cursor


def show_tasks(session: ReadSession, caller: Principal, query: PageQuery) -> Page[TaskAnswer]:
    """Oldest first; red, yellow or green by the clock."""
    after = decode_cursor(query.cursor, 1)[0] if query.cursor else None
    rows = list_tasks(
        session,
        caller.uscc,
        limit=query.limit + 1,
        after_id=None if after is None else str(after),
    )
    shown, desk = rows[: query.limit], desk_of_today()
    cursor = encode_cursor(shown[-1].id) if len(rows) > query.limit else None
    return Page(items=[_describe(row, desk) for row in shown], next_cursor=cursor)


def _describe(track: WaitingTrack, desk: Desk) -> TaskAnswer:
    asked = track.state is TrackState.INFO_REQUESTED
    due_on = None
    if track.received_on is not None and not asked:
        due_on = count_forward(track.received_on, desk.terms[track.stage], desk.calendar).due_on
    return TaskAnswer(
        case_id=track.case_id,
        case_number=track.case_number,
        case_version=track.case_version,
        title=track.title,
        enterprise_name=track.enterprise_name,
        stage=track.stage,
        zh=STAGES[track.stage].zh,
        track_id=track.id,
        act="supply_information" if asked else "decide",
        state=track.state,
        received_on=track.received_on,
        due_on=due_on,
        light=show_light(desk.on, due_on, desk.calendar) if due_on else None,
    )
