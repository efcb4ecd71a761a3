"""A file and its track move together: one transaction, one outcome."""

from anyio.to_thread import run_sync

from gateway.rules import files
from gateway.rules.orders import Outside
from gateway.rules.supports import Doing, Noun, Support
from gateway.schemas.requests import DecisionRequest
from gateway.store.seats import find_seat_row
from gateway.usecases.cases import keep_story
from gateway.usecases.decisions import Bench, prepare_decision
from gateway.usecases.seats import Seat, find_seat
from gateway.usecases.supports import find_phase, get_visible_file
from kit.auth import Principal
from kit.db import Database, WriteSession
from kit.directory import Directory
from kit.errors import Forbidden
from kit.text import Text

ANY_VERSION = "*"


async def prepare_file_decision(
    directory: Directory,
    database: Database,
    caller: Principal,
    noun: Noun,
    support_id: str,
    request: DecisionRequest,
) -> Bench:
    """Rehearse the decision at the file's track, and ask the other houses what it takes."""
    seat = await run_sync(_read_seat, database, caller, noun, support_id)
    return await prepare_decision(directory, database, seat, request, ANY_VERSION)


def follow_file(session: WriteSession, support: Support, doing: Doing) -> None:
    """The track of a file (whose case is locked) goes where the file goes."""
    phase = find_phase(support)
    seat = find_seat_row(session, support.track_id, doing.on) if phase else None
    track = seat.case.find_track(support.track_id) if seat else None
    if phase is None or seat is None or track is None:
        return
    outside = Outside(four_eyes=seat.four_eyes, related=seat.related)
    story = files.follow_file(seat.case, track, phase, outside, doing)
    if story.events:
        keep_story(session, story, seat.case)


def _read_seat(database: Database, caller: Principal, noun: Noun, support_id: str) -> Seat:
    with database.read() as session:
        support = get_visible_file(session, caller, noun, support_id)
        _require_holder(support, caller)
        return find_seat(session, caller, support.case_id, support.track_id)


def _require_holder(support: Support, caller: Principal) -> None:
    if support.holder.uscc != caller.uscc:
        raise Forbidden(
            "not_the_holder",
            Text(
                f"该档案由「{support.holder.name}」承办，只有它可以决定",
                f"this file is held by {support.holder.name}; nobody else decides it",
            ),
        )
