"""A caller's seat at a track: the case, the track, and what the registers say about its people."""

from dataclasses import dataclass

from gateway.rules.access import may_see_case
from gateway.rules.cases import Case, Track
from gateway.store.seats import find_seat_row
from gateway.usecases.cases import find_visible_case
from kit.auth import Principal
from kit.clock import today
from kit.db import ReadSession, WriteSession
from kit.errors import Forbidden, no_such
from kit.text import Text


@dataclass(frozen=True, slots=True)
class Seat:
    """A caller at a track of a case it may work on."""

    case: Case
    track: Track
    caller: Principal
    four_eyes: bool
    related: frozenset[frozenset[str]]


def find_seat(
    session: ReadSession | WriteSession, caller: Principal, case_id: str | None, track_id: str
) -> Seat:
    """The caller's place at the case (None: at that of the track, which is what an inbox knows).

    404 if it may not see the case, 403 if neither the track nor the case is its own.
    """
    found = find_seat_row(session, track_id, today())
    if case_id is not None and (found is None or found.case.id != case_id):
        find_visible_case(session, caller, case_id)
    track = None if found is None else found.case.find_track(track_id)
    if found is None or track is None or case_id not in (None, found.case.id):
        raise no_such("环节办理", "track", track_id)
    if not may_see_case(found.case, caller.role.value, caller.uscc):
        raise no_such("办件", "case", found.case.id)
    if caller.uscc not in (track.holder.uscc, found.case.uscc):
        raise not_the_holder(track)
    return Seat(found.case, track, caller, found.four_eyes, found.related)


def not_the_holder(track: Track) -> Forbidden:
    """The refusal for whoever does not hold the track."""
    return Forbidden(
        "not_the_holder",
        Text(
            f"该环节由「{track.holder.name}」承办，只有它可以决定",
            f"this track is held by {track.holder.name}; nobody else decides it",
        ),
        holder={"role": track.holder.role, "uscc": track.holder.uscc},
    )
