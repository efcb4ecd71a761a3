"""A decision that is taken in a file and at its track at once: one transaction, one outcome."""

from dataclasses import dataclass

from anyio.to_thread import run_sync

from gateway.rules.orders import Outside
from gateway.rules.supports import Noun
from gateway.schemas.requests import DecisionRequest
from gateway.usecases import decisions
from gateway.usecases.seats import Seat, find_seat
from gateway.usecases.supports import get_visible_file
from kit.auth import Principal
from kit.db import Database, WriteSession
from kit.directory import Directory
from kit.errors import Forbidden
from kit.text import Text

ANY_VERSION = "*"


@dataclass(frozen=True, slots=True)
class Bench:
    """The holder's seat at the case of a file, and what the other houses said."""

    seat: Seat
    outside: Outside


async def prepare_file_decision(
    directory: Directory,
    database: Database,
    caller: Principal,
    noun: Noun,
    support_id: str,
    request: DecisionRequest,
) -> Bench:
    """Rehearse the decision at the file's track, and ask the other houses what it takes."""
    support = await run_sync(_read_file, database, caller, noun, support_id)
    seat = await find_seat(database, caller, support[0], support[1])
    outside = await decisions.prepare_decision(directory, database, seat, request, ANY_VERSION)
    return Bench(seat, outside)


def decide_at_case(
    session: WriteSession, caller: Principal, bench: Bench, request: DecisionRequest
) -> None:
    """The same decision at the track; the file has taken its step already."""
    decisions.decide_track(session, caller, bench.seat, request, bench.outside, ANY_VERSION)


def _read_file(
    database: Database, caller: Principal, noun: Noun, support_id: str
) -> tuple[str, str]:
    with database.read() as session:
        support = get_visible_file(session, caller, noun, support_id)
    if support.holder.uscc != caller.uscc:
        raise Forbidden(
            "not_the_holder",
            Text(
                f"该档案由「{support.holder.name}」承办，只有它可以决定",
                f"this file is held by {support.holder.name}; nobody else decides it",
            ),
        )
    return support.case_id, support.track_id
