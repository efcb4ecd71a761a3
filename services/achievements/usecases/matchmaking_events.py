"""Events 路演·推介·对接: plan, open, sign up, wait and move up, check in, write the minutes."""

from collections.abc import Mapping, Sequence

from sqlalchemy import RowMapping
from sqlalchemy.orm import Session

from kit.auth import Principal
from kit.clock import now
from kit.db import ReadSession, WriteSession
from kit.errors import InvalidInput, RuleBroken
from kit.ids import new_id
from kit.text import Text
from kit.versions import require_match
from services.achievements.rules.history import Change
from services.achievements.rules.matchmaking_events import (
    EVENT_STEPS,
    EventAct,
    EventFilter,
    EventState,
    SignUpFilter,
    SignUpState,
    judge_event,
    place_sign_up,
    require_check_in,
    require_sign_up_open,
)
from services.achievements.rules.steps import require_reason
from services.achievements.rules.visibility import Viewer
from services.achievements.schemas.matchmaking_events import (
    EventBody,
    EventDecision,
    MinutesBody,
    SignUpBody,
    SignUpQuery,
)
from services.achievements.store.counts import Counts
from services.achievements.store.history import add_history, list_history
from services.achievements.store.matchmaking_events import (
    add_event,
    add_sign_up,
    change_event,
    change_sign_up,
    count_events,
    count_places,
    find_first_waiting,
    get_event,
    get_sign_up,
    list_events,
    list_guests,
    list_sign_ups,
    lock_event,
    next_number,
)
from services.achievements.store.notices import NewNotice, add_notices
from services.achievements.usecases.callers import (
    actor_of,
    meet_organization,
    plain_row,
    require_owner,
    viewer_of,
)

NOUN = "matchmaking_events"
Event = Mapping[str, object]


def draft_event(session: WriteSession, principal: Principal, body: EventBody) -> Event:
    """Plan an event; nobody but its organiser and the bureau sees the draft."""
    _require_sound(body)
    meet_organization(session, principal)
    event_id = new_id()
    who = {"owner_uscc": principal.uscc, "owner_name": principal.org_name}
    fixed = {"id": event_id, "state": EventState.DRAFT.value}
    add_event(session, {**_columns(body), **who, **fixed})
    _note(session, principal, event_id, 1, "drafted")
    return read_event(session, principal, event_id)


def replace_event(
    session: WriteSession,
    principal: Principal,
    event_id: str,
    body: EventBody,
    if_match: str | None,
) -> Event:
    """Say it anew while it has not ended; places that are given stay given."""
    row = _lock_own(session, principal, event_id, if_match)
    if row["state"] not in (EventState.DRAFT, EventState.OPEN):
        allowed = [act.value for act in EVENT_STEPS.open_acts(EventState(row["state"]))]
        message = Text("活动已结束或取消，不能再修改", "an event that is over is not changed")
        raise RuleBroken("event_over", message, state=row["state"], allowed=allowed)
    _require_sound(body)
    _require_room(session, event_id, body.capacity)
    change_event(session, event_id, row["version"] + 1, _columns(body))
    _note(session, principal, event_id, row["version"] + 1, "replaced")
    _fill_places(session, principal, event_id, body.capacity)
    return read_event(session, principal, event_id)


def decide_event(
    session: WriteSession,
    principal: Principal,
    event_id: str,
    decision: EventDecision,
    if_match: str | None,
) -> Event:
    """Open it for signing up, end it, call it off."""
    row = _lock_own(session, principal, event_id, if_match)
    state = EVENT_STEPS.move(EventState(row["state"]), decision.decision)
    cancels = decision.decision is EventAct.CANCEL
    require_reason(decision.reason, needed=cancels)
    change_event(session, event_id, row["version"] + 1, {"state": state.value})
    act = decision.decision.value
    _note(session, principal, event_id, row["version"] + 1, act, decision.reason)
    if cancels:
        _tell_guests(session, row, decision.reason or "")
    return read_event(session, principal, event_id)


def write_minutes(
    session: WriteSession,
    principal: Principal,
    event_id: str,
    body: MinutesBody,
    if_match: str | None,
) -> Event:
    """Keep the minutes; a later text replaces them, the history says when."""
    row = _lock_own(session, principal, event_id, if_match)
    change_event(session, event_id, row["version"] + 1, {"minutes": body.minutes})
    _note(session, principal, event_id, row["version"] + 1, "minutes_written")
    return read_event(session, principal, event_id)


def read_event(
    session: ReadSession | WriteSession, principal: Principal | None, event_id: str
) -> Event:
    """An event the caller may see, with its places."""
    row = get_event(session, event_id, viewer_of(principal))
    return _describe(session, principal, [row])[0]


def find_events(
    session: ReadSession, principal: Principal | None, wanted: EventFilter
) -> tuple[list[Event], str | None]:
    """One page of the events the caller may see."""
    rows, cursor = list_events(session, viewer_of(principal), wanted)
    return _describe(session, principal, rows), cursor


def count_by(session: ReadSession, principal: Principal | None) -> tuple[Counts, Counts]:
    """Events the caller may see, counted by state and by kind."""
    viewer = viewer_of(principal)
    return count_events(session, viewer, "state"), count_events(session, viewer, "kind")


def read_event_history(
    session: ReadSession, principal: Principal, event_id: str
) -> Sequence[RowMapping]:
    """The story of an event, for its organiser and the bureau."""
    require_organizer(principal, get_event(session, event_id, viewer_of(principal)))
    return list_history(session, NOUN, event_id)


def sign_up(
    session: WriteSession, principal: Principal, event_id: str, body: SignUpBody
) -> RowMapping:
    """Take a place, or wait for one; of many at once each is counted once."""
    event = lock_event(session, event_id, viewer_of(principal))
    require_sign_up_open(EventState(event["state"]), event["sign_up_until"], now())
    taken = count_places(session, [event_id]).get((event_id, SignUpState.CONFIRMED.value), 0)
    sign_up_id = new_id()
    values = {
        "id": sign_up_id,
        "event_id": event_id,
        "number": next_number(session, event_id),
        "uscc": principal.uscc,
        "organization_name": principal.org_name,
        "attendee": body.attendee,
        "state": place_sign_up(taken, event["capacity"]).value,
    }
    if not add_sign_up(session, values):
        message = Text("此人已报名", "this person is signed up already")
        raise RuleBroken("signed_up_already", message)
    _note(session, principal, event_id, event["version"], "signed_up", body.attendee)
    return get_sign_up(session, event_id, sign_up_id)


def cancel_sign_up(
    session: WriteSession, principal: Principal, event_id: str, sign_up_id: str
) -> RowMapping:
    """Give a place back: by who signed up or the organiser; the first who waits moves up."""
    event = lock_event(session, event_id, viewer_of(principal))
    row = get_sign_up(session, event_id, sign_up_id)
    if principal.uscc != event["owner_uscc"]:
        require_owner(principal, row["uscc"])
    if row["state"] != SignUpState.CANCELLED:
        change_sign_up(session, sign_up_id, state=SignUpState.CANCELLED.value)
        act = "sign_up_cancelled"
        _note(session, principal, event_id, event["version"], act, row["attendee"])
        _fill_places(session, principal, event_id, event["capacity"])
    return get_sign_up(session, event_id, sign_up_id)


def check_in(
    session: WriteSession, principal: Principal, event_id: str, sign_up_id: str
) -> RowMapping:
    """签到: note who came; the first time counts."""
    event = lock_event(session, event_id, viewer_of(principal))
    require_owner(principal, event["owner_uscc"])
    row = get_sign_up(session, event_id, sign_up_id)
    state = EventState(event["state"])
    require_check_in(SignUpState(row["state"]), state, event["starts_at"], now())
    if row["checked_in_at"] is None:
        change_sign_up(session, sign_up_id, checked_in_at=now())
        _note(session, principal, event_id, event["version"], "checked_in", row["attendee"])
    return get_sign_up(session, event_id, sign_up_id)


def find_sign_ups(
    session: ReadSession, principal: Principal, event_id: str, query: SignUpQuery
) -> tuple[list[RowMapping], str | None]:
    """Who signed up: all for the organiser and the bureau, else the caller's own."""
    event = get_event(session, event_id, viewer_of(principal))
    everybody = principal.sees_all or principal.uscc == event["owner_uscc"]
    uscc = None if everybody else principal.uscc
    return list_sign_ups(session, event_id, SignUpFilter(**query.model_dump(), uscc=uscc))


def lock_own_event(session: WriteSession, principal: Principal, event_id: str) -> RowMapping:
    """An event of the caller's, held until the end of the transaction."""
    row = lock_event(session, event_id, viewer_of(principal))
    require_owner(principal, row["owner_uscc"])
    return row


def require_organizer(principal: Principal, event: RowMapping) -> None:
    """What goes on behind an event is for its organiser and the bureau."""
    if not principal.sees_all:
        require_owner(principal, event["owner_uscc"])


def _lock_own(
    session: WriteSession, principal: Principal, event_id: str, if_match: str | None
) -> RowMapping:
    row = lock_own_event(session, principal, event_id)
    require_match(if_match, row["version"])
    return row


def _require_sound(body: EventBody) -> None:
    faults = judge_event(body.facts())
    if faults:
        raise InvalidInput("invalid_input", faults[0].message, faults=faults)


def _require_room(session: WriteSession, event_id: str, capacity: int) -> None:
    taken = count_places(session, [event_id]).get((event_id, SignUpState.CONFIRMED.value), 0)
    if capacity < taken:
        message = Text(
            f"已有 {taken} 人有席位，席位数不能更少", f"{taken} people have a place already"
        )
        raise RuleBroken("places_taken", message, confirmed=taken)


def _fill_places(session: WriteSession, principal: Principal, event_id: str, capacity: int) -> None:
    event = get_event(session, event_id, Viewer(None, sees_all=True))
    taken = count_places(session, [event_id]).get((event_id, SignUpState.CONFIRMED.value), 0)
    for _ in range(capacity - taken):
        following = find_first_waiting(session, event_id)
        if following is None:
            return
        change_sign_up(session, following["id"], state=SignUpState.CONFIRMED.value)
        attendee = following["attendee"]
        _note(session, principal, event_id, event["version"], "moved_up", attendee)
        add_notices(session, [_tell_moved_up(event, following)])


def _tell_moved_up(event: RowMapping, row: RowMapping) -> NewNotice:
    text = Text(
        f"{row['attendee']} 已由候补转为正式参加《{event['title']}》",
        f"{row['attendee']} has moved up to a place at “{event['title']}”",
    )
    link = f"/v1/matchmaking-events/{event['id']}"
    return NewNotice(row["uscc"], f"moved_up:{row['id']}", "moved_up", text, link)


def _tell_guests(session: WriteSession, event: RowMapping, reason: str) -> None:
    text = Text(
        f"活动《{event['title']}》已取消：{reason}", f"“{event['title']}” was cancelled: {reason}"
    )
    link, code = f"/v1/matchmaking-events/{event['id']}", "event_cancelled"
    key = f"{code}:{event['id']}"
    guests = list_guests(session, event["id"])
    add_notices(session, [NewNotice(uscc, key, code, text, link) for uscc in guests])


def _describe(
    session: Session, principal: Principal | None, rows: Sequence[RowMapping]
) -> list[Event]:
    places = count_places(session, [row["id"] for row in rows])
    return [
        {
            **plain_row(row),
            "confirmed": places.get((row["id"], SignUpState.CONFIRMED.value), 0),
            "waiting": places.get((row["id"], SignUpState.WAITING.value), 0),
            "minutes": row["minutes"] if _reads_minutes(session, principal, row) else None,
            "allowed": list(EVENT_STEPS.open_acts(EventState(row["state"]))),
        }
        for row in rows
    ]


def _reads_minutes(session: Session, principal: Principal | None, row: RowMapping) -> bool:
    if principal is None or row["minutes"] is None:
        return False
    if principal.sees_all or principal.uscc == row["owner_uscc"]:
        return True
    return principal.uscc in list_guests(session, row["id"])


def _columns(body: EventBody) -> dict[str, object]:
    plain = body.model_dump(exclude={"programme"})
    return {**plain, "programme": body.model_dump(mode="json")["programme"]}


def _note(
    session: WriteSession,
    principal: Principal,
    event_id: str,
    version: int,
    act: str,
    reason: str | None = None,
) -> None:
    change = Change(event_id, version, act)
    add_history(session, NOUN, actor_of(principal, reason=reason), [change])
