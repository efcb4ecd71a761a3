"""The pieces of a file: what the registry has is looked up, and the next piece is made ready
while the one before is being written.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from kit.db import Database, WriteSession
from services.achievements.rules.kinds import JUDGED_BESIDE, Kind
from services.achievements.rules.seen import SeenIds
from services.achievements.store.records import find_hashes, take_documents
from services.achievements.usecases.import_helper import HelperReader
from services.achievements.usecases.import_reader import (
    Answer,
    Judge,
    Judged,
    Open,
    Opened,
    PieceReader,
    Prepare,
    Prepared,
    Request,
    Source,
)

CHUNK = 1000
# Smaller files are read before a helper would have started.
HELPED_FROM_BYTES = 1_000_000


class Reader(Protocol):
    """Whoever reads the file: here or in a process of its own."""

    def send(self, request: Request) -> None: ...

    def receive(self) -> Answer: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece that is ready to be kept."""

    judged: Judged
    asked: Prepare
    prepared: Prepared


def open_reader(source: Source) -> Reader:
    """A reader of the file; raises InvalidInput where it is no table of this kind."""
    if source.path.stat().st_size < HELPED_FROM_BYTES:
        return PieceReader(source)
    return HelperReader(source)


def ask_table(reader: Reader) -> Opened:
    """What the file says of itself."""
    reader.send(Open())
    opened = reader.receive()
    assert isinstance(opened, Opened)
    return opened


def skip_rows(reader: Reader, rows: int) -> Iterator[Judged]:
    """Rows that went in before a kill: judged again only to know their source_ids."""
    while rows > 0:
        reader.send(Judge(min(CHUNK, rows), keep=False))
        judged = _judged(reader)
        rows -= judged.rows
        if judged.rows == 0:
            return
        yield judged


def read_pieces(reader: Reader, decide: Callable[[Judged], Prepare]) -> Iterator[Piece]:
    """Pieces in the order of the file; the reader is always two questions ahead of its asker."""
    reader.send(Judge(CHUNK))
    reader.send(Judge(CHUNK))
    current = _decide_next(reader, decide)
    while current is not None:
        following = _decide_next(reader, decide)
        prepared = reader.receive()
        assert isinstance(prepared, Prepared)
        yield Piece(*current, prepared)
        current = following


def _decide_next(
    reader: Reader, decide: Callable[[Judged], Prepare]
) -> tuple[Judged, Prepare] | None:
    judged = _judged(reader)
    if judged.rows == 0:
        return None
    asked = decide(judged)
    reader.send(asked)
    reader.send(Judge(CHUNK))
    return judged, asked


def _judged(reader: Reader) -> Judged:
    judged = reader.receive()
    assert isinstance(judged, Judged)
    return judged


def sort_out(
    database: Database, kind: Kind, owner_uscc: str, seen: SeenIds, judged: Judged
) -> Prepare:
    """What of a piece is new, changed, or came before in the file; the rest is unchanged."""
    repeated = seen.add(judged.source_ids)
    wanted = Prepare([], [], [], [])
    with database.write() as session:
        known = _find_known(session, kind, owner_uscc, judged.source_ids)
        for place, source_id, mark, again in zip(
            judged.places, judged.source_ids, judged.fingerprints, repeated, strict=True
        ):
            if again:
                wanted.repeated.append(place)
            elif source_id not in known and kind not in JUDGED_BESIDE:
                wanted.new.append(place)
            elif known.get(source_id) != mark:
                wanted.changed.append(place)
        wanted.documents.extend(take_documents(session, len(wanted.new)))
    return wanted


def _find_known(
    session: WriteSession, kind: Kind, owner_uscc: str, source_ids: list[str]
) -> Mapping[str, bytes]:
    if kind is Kind.ORGANIZATIONS:
        # They have no owner and no hash: each is compared where it is kept.
        return dict.fromkeys(source_ids, b"")
    return find_hashes(session, kind, owner_uscc, source_ids)
