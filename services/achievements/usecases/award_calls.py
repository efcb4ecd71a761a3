"""Calls for nominations for awards: published by the bureau, until a working day."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import RowMapping

from kit.auth import Principal
from kit.clock import today
from kit.db import ReadSession, WriteSession, new_id
from kit.errors import invalid
from kit.text import Language, Text
from kit.versions import require_match
from kit.workdays import count_forward, get_calendar, show_light
from services.achievements.rules.content import jsonable
from services.achievements.rules.filters import CallFilter
from services.achievements.rules.history import Change, describe_changes
from services.achievements.schemas.analytics import rows_at
from services.achievements.schemas.nominations import CallBody, CallPatch
from services.achievements.store.history import add_history, list_history
from services.achievements.store.nominations import (
    add_call,
    change_call,
    count_states,
    get_call,
    list_calls,
    lock_call,
    move_drafts,
)
from services.achievements.usecases.callers import actor_of, plain_row, viewer_of

_NOUN = "award_calls"
Answer = dict[str, object]


def publish_award_call(
    session: WriteSession, principal: Principal, body: CallBody, language: Language
) -> Answer:
    """Call for nominations; the term is counted in working days from the day after."""
    if body.published_on > today():
        message = Text("发布日期尚未到来", "the day of publication is still to come")
        raise invalid("/published_on", "date_in_future", message)
    call_id = new_id()
    values = {
        **body.model_dump(mode="json"),
        "published_on": body.published_on,
        "id": call_id,
        "due_on": _due_on(body.published_on, body.working_days),
        "publisher_uscc": principal.uscc,
    }
    add_call(session, values)
    change = Change(call_id, 1, "published", body.model_dump(mode="json"))
    add_history(session, _NOUN, actor_of(principal), [change])
    return read_award_call(session, principal, call_id, language)


def change_award_call(
    session: WriteSession,
    principal: Principal,
    call_id: str,
    patch: CallPatch,
    if_match: str | None,
    language: Language,
) -> Answer:
    """Another title, or a longer or shorter term from the same day of publication."""
    row = lock_call(session, call_id)
    require_match(if_match, row["version"])
    wanted = patch.model_dump(exclude_none=True, exclude={"reason"})
    if "working_days" in wanted:
        wanted["due_on"] = _due_on(row["published_on"], wanted["working_days"])
        move_drafts(session, call_id, wanted["due_on"])
    version = row["version"] + 1
    changes = describe_changes(jsonable({name: row[name] for name in wanted}), jsonable(wanted))
    change_call(session, call_id, {**wanted, "version": version})
    actor = actor_of(principal, reason=patch.reason)
    add_history(session, _NOUN, actor, [Change(call_id, version, "changed", changes)])
    return read_award_call(session, principal, call_id, language)


def _due_on(published_on: date, working_days: int) -> date:
    return count_forward(published_on, working_days, get_calendar()).due_on


def read_award_call(
    session: ReadSession | WriteSession,
    principal: Principal | None,
    call_id: str,
    language: Language,
) -> Answer:
    """A call, with the nominations that the caller may see, counted by state."""
    return _describe(session, principal, [get_call(session, call_id)], language)[0]


def find_award_calls(
    session: ReadSession, principal: Principal | None, wanted: CallFilter, language: Language
) -> tuple[list[Answer], str | None]:
    """One page of calls."""
    rows, cursor = list_calls(session, wanted)
    return _describe(session, principal, rows, language), cursor


def read_call_history(session: ReadSession, call_id: str) -> Sequence[RowMapping]:
    """Who published and changed it, and why."""
    get_call(session, call_id)
    return list_history(session, _NOUN, call_id)


def _describe(
    session: ReadSession | WriteSession,
    principal: Principal | None,
    rows: Sequence[RowMapping],
    language: Language,
) -> list[Answer]:
    counts = count_states(session, [row["id"] for row in rows], viewer_of(principal))
    return [_describe_call(row, counts[row["id"]], language) for row in rows]


def _describe_call(row: RowMapping, counts: dict[str, int], language: Language) -> Answer:
    calendar = get_calendar()
    term = count_forward(row["published_on"], row["working_days"], calendar)
    return plain_row(row) | {
        "light": show_light(today(), row["due_on"], calendar),
        "warnings": [warning.pick(language) for warning in term.warnings],
        "nominations": [
            {
                "state": state,
                "count": count,
                "rows": rows_at("/v1/nominations", call_id=row["id"], state=state),
            }
            for state, count in sorted(counts.items())
        ],
    }
