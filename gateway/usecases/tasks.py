"""待办: what waits for the caller's organisation, with its clocks; claiming and handing on."""

from gateway.rules.cases import Case, Track
from gateway.rules.clocks import read_clock, show_light
from gateway.rules.people import claim_track, delegate_track, release_track
from gateway.rules.stages import STAGES, TrackState
from gateway.rules.story import Story
from gateway.schemas.cases import Desk, TrackAnswer, describe_track
from gateway.schemas.tasks import (
    DelegationRequest,
    ErrandAnswer,
    ReleaseRequest,
    TaskAnswer,
    TaskQuery,
)
from gateway.store.cases import lock_case
from gateway.store.clients import find_client
from gateway.store.errands import list_errands
from gateway.store.tasks import WaitingTrack, list_tasks
from gateway.tables import Errand
from gateway.usecases.cases import actor_of, desk_of_today, keep_story
from gateway.usecases.seats import find_seat, not_the_holder
from kit.auth import Principal
from kit.clock import now, today
from kit.db import ReadSession, WriteSession
from kit.errors import invalid, no_such
from kit.pages import Page, encode_cursor, read_key
from kit.text import Language, Text
from kit.versions import match_if_given


def show_tasks(
    session: ReadSession, caller: Principal, query: TaskQuery, language: Language
) -> Page[TaskAnswer | ErrandAnswer]:
    """Oldest first; red, yellow or green by the clock."""
    after_id, most, desk = read_key(query.cursor), query.limit + 1, desk_of_today()
    tracks = list_tasks(
        session,
        caller.uscc,
        limit=most,
        after_id=after_id,
        claimed_by=caller.client_id if query.claimed == "mine" else None,
        unclaimed=query.claimed == "nobody",
    )
    # Nobody claims an errand: whoever does it, does it over there.
    mine = query.claimed == "mine"
    errands = [] if mine else list_errands(session, caller.uscc, limit=most, after_id=after_id)
    found: list[tuple[str, TaskAnswer | ErrandAnswer]] = [
        *((row.track.id, _describe(row, desk)) for row in tracks),
        *((errand.id, _describe_errand(errand, desk, language)) for errand in errands),
    ]
    found.sort(key=lambda one: one[0])
    shown = found[: query.limit]
    cursor = encode_cursor(shown[-1][0]) if len(found) > query.limit else None
    return Page(items=[answer for _, answer in shown], next_cursor=cursor)


def _describe_errand(errand: Errand, desk: Desk, language: Language) -> ErrandAnswer:
    return ErrandAnswer(
        errand_id=errand.id,
        act=errand.kind,
        title=Text(errand.title_zh, errand.title_en).pick(language),
        link=errand.link,
        due_on=errand.due_on,
        light=show_light(desk.on, errand.due_on, desk.calendar),
    )


def claim_task(
    session: WriteSession, caller: Principal, track_id: str, if_match: str | None
) -> tuple[TrackAnswer, int]:
    """领办: one person of the organisation takes the track on."""
    case, track = _lock(session, caller, track_id, if_match)
    story = claim_track(case, track, actor_of(caller, case.uscc), now(), today())
    return _keep(session, story, case, track_id)


def release_task(
    session: WriteSession,
    caller: Principal,
    track_id: str,
    request: ReleaseRequest,
    if_match: str | None,
) -> tuple[TrackAnswer, int]:
    """退回待领: let a claimed track go."""
    case, track = _lock(session, caller, track_id, if_match)
    actor = actor_of(caller, case.uscc)
    return _keep(
        session,
        release_track(case, track, request.reason, actor, now(), today()),
        case,
        track_id,
    )


def delegate_task(
    session: WriteSession,
    caller: Principal,
    track_id: str,
    request: DelegationRequest,
    if_match: str | None,
) -> tuple[TrackAnswer, int]:
    """转办: hand a claimed track to a colleague."""
    colleague = find_client(session, request.to)
    if colleague is None or colleague.uscc != caller.uscc or colleague.revoked_at is not None:
        raise invalid(
            "/to",
            "colleague_unknown",
            Text("本单位没有这个客户端", "your organisation has no such client"),
        )
    case, track = _lock(session, caller, track_id, if_match)
    actor = actor_of(caller, case.uscc)
    story = delegate_track(case, track, request.to, request.reason, actor, now(), today())
    return _keep(session, story, case, track_id)


def _lock(
    session: WriteSession, caller: Principal, track_id: str, if_match: str | None
) -> tuple[Case, Track]:
    seat = find_seat(session, caller, None, track_id)
    if seat.track.holder.uscc != caller.uscc:
        raise not_the_holder(seat.track)
    locked = lock_case(session, seat.case.id)
    match_if_given(if_match, locked.version)
    found = locked.find_track(track_id)
    if found is None:
        raise no_such("环节办理", "track", track_id)
    return locked, found


def _keep(
    session: WriteSession, story: Story, before: Case, track_id: str
) -> tuple[TrackAnswer, int]:
    if story.events:
        keep_story(session, story, before)
    track = story.case.find_track(track_id)
    assert track is not None
    return describe_track(track, desk_of_today(discloses=False)), story.case.version


def _describe(row: WaitingTrack, desk: Desk) -> TaskAnswer:
    track = row.track
    clock = read_clock(track, desk.terms, desk.calendar)
    asked = track.state is TrackState.INFO_REQUESTED
    return TaskAnswer(
        case_id=row.case_id,
        case_number=row.case_number,
        case_version=row.case_version,
        title=row.title,
        enterprise_name=row.enterprise_name,
        stage=track.stage,
        zh=STAGES[track.stage].zh,
        track_id=track.id,
        act="supply_information" if asked else "decide",
        state=track.state,
        claimed_by=track.claimed_by,
        made_by=track.made_by,
        notice=list(track.notice),
        received_on=track.received_on,
        accept_due_on=clock.accept.due_on if clock and clock.accept else None,
        due_on=clock.decide.due_on if clock else None,
        light=show_light(desk.on, clock.next.due_on, desk.calendar) if clock else None,
    )
