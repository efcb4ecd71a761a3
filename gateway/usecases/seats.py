"""A caller's seat at a track: the case, the track, and what the registers say about its people."""

from collections.abc import Sequence
from dataclasses import dataclass

from anyio.to_thread import run_sync

from gateway.rules.cases import Case, Track
from gateway.rules.stages import Stage
from gateway.store.cases import find_case_of_track
from gateway.store.institutions import needs_four_eyes
from gateway.store.related_parties import list_related_pairs
from gateway.usecases.cases import find_visible_case
from kit.auth import Principal
from kit.clock import today
from kit.db import Database, ReadSession, WriteSession
from kit.errors import Forbidden, no_such
from kit.text import Text

_JUDGED_BY_RELATION = (Stage.EVALUATION, Stage.LOAN, Stage.INVESTMENT)


@dataclass(frozen=True, slots=True)
class Seat:
    """A caller at a track of a case it may work on."""

    case: Case
    track: Track
    caller: Principal
    four_eyes: bool
    related: frozenset[frozenset[str]]


async def find_seat(database: Database, caller: Principal, case_id: str, track_id: str) -> Seat:
    """The caller's place at the case: 404 if it may not see it, 403 if the track is not its own."""
    return await run_sync(_read_seat, database, caller, case_id, track_id)


async def find_seat_of_task(database: Database, caller: Principal, track_id: str) -> Seat:
    """The same, by the track alone: what an inbox knows."""
    return await run_sync(_read_seat, database, caller, None, track_id)


def find_own_track(
    session: ReadSession | WriteSession, caller: Principal, case_id: str | None, track_id: str
) -> tuple[Case, Track]:
    """A track that the caller's organisation holds, or that is asked of it, and its case."""
    case_id = case_id or find_case_of_track(session, track_id)
    if case_id is None:
        raise no_such("环节办理", "track", track_id)
    case = find_visible_case(session, caller, case_id)
    track = case.find_track(track_id)
    if track is None:
        raise no_such("环节办理", "track", track_id)
    if track.holder.uscc != caller.uscc and case.uscc != caller.uscc:
        raise not_the_holder(track)
    return case, track


def _read_seat(database: Database, caller: Principal, case_id: str | None, track_id: str) -> Seat:
    with database.read() as session:
        case, track = find_own_track(session, caller, case_id, track_id)
        four_eyes = needs_four_eyes(session, track.stage, track.holder.uscc)
        related: frozenset[frozenset[str]] = frozenset()
        if track.stage in _JUDGED_BY_RELATION:
            related = list_related_pairs(session, _list_usccs(case), today())
        return Seat(case, track, caller, four_eyes, related)


def _list_usccs(case: Case) -> Sequence[str]:
    return sorted({track.holder.uscc for track in case.tracks if not track.superseded})


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
