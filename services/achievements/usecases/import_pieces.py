"""The pieces of a file: what the registry has is looked up, and the next piece is made ready
while the one before is being written.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from kit.db import Database, WriteSession
from kit.errors import DomainError
from services.achievements.rules.kinds import JUDGED_BESIDE, Kind
from services.achievements.store.records import find_hashes, take_documents, wait_for_no_disk
from services.achievements.usecases.import_helper import HelperReader
from services.achievements.usecases.import_reader import (
    Answer,
    Known,
    Look,
    Looked,
    Opened,
    PieceReader,
    Prepare,
    Prepared,
    Request,
    Skip,
    Source,
)

CHUNK = 1000
# Smaller files are read before a helper would have started.
HELPED_FROM_BYTES = 1_000_000
_AHEAD = 3


class Reader(Protocol):
    """Whoever reads the file: here or in a process of its own."""

    def open(self, source: Source) -> Opened: ...

    def send(self, request: Request) -> None: ...

    def receive(self) -> Answer: ...

    def close(self) -> None: ...


class NearReader:
    """A reader in this process: it answers when it is asked, and the answers wait."""

    def __init__(self) -> None:
        self._reader: PieceReader | None = None
        self._answers = deque[Answer | DomainError]()

    def open(self, source: Source) -> Opened:
        """Begin to read a file; raises InvalidInput where it is no table of this kind."""
        self._reader = PieceReader(source)
        return self._reader.describe()

    def send(self, request: Request) -> None:
        """Ask; the answer waits to be received."""
        assert self._reader is not None
        try:
            self._answers.append(self._reader.answer(request))
        except DomainError as error:
            self._answers.append(error)

    def receive(self) -> Answer:
        """The oldest answer that was not received yet; raises what went wrong with it."""
        answer = self._answers.popleft()
        if isinstance(answer, DomainError):
            raise answer
        return answer

    def close(self) -> None:
        """Nothing more will be asked."""
        self._reader = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece that is ready to be kept."""

    looked: Looked
    prepared: Prepared


def start_reader(file_bytes: int) -> Reader:
    """A reader for a file of this size, which is not read yet: a helper takes time to start."""
    return NearReader() if file_bytes < HELPED_FROM_BYTES else HelperReader()


def skip_rows(reader: Reader, rows: int) -> Iterator[Looked]:
    """Rows that went in before a kill: judged again only to know their source_ids."""
    while rows > 0:
        reader.send(Skip(min(CHUNK, rows)))
        looked = reader.receive()
        assert isinstance(looked, Looked)
        rows -= looked.rows
        if looked.rows == 0:
            return
        yield looked


def read_pieces(reader: Reader, look_up: Callable[[Looked], Prepare]) -> Iterator[Piece]:
    """Pieces in the order of the file; the reader is always some questions ahead of its asker.

    So neither waits for the other because one piece takes longer than the next.
    """
    for _ in range(_AHEAD):
        reader.send(Look(CHUNK))
    asked = (_ask_next(reader, look_up) for _ in range(_AHEAD - 1))
    ahead = deque(one for one in asked if one is not None)
    while ahead:
        # At the end of the file too: what was asked is answered, and answers come in their order.
        following = _ask_next(reader, look_up)
        prepared = reader.receive()
        assert isinstance(prepared, Prepared)
        yield Piece(ahead.popleft(), prepared)
        if following is not None:
            ahead.append(following)


def _ask_next(reader: Reader, look_up: Callable[[Looked], Prepare]) -> Looked | None:
    looked = reader.receive()
    assert isinstance(looked, Looked)
    if looked.rows == 0:
        return None
    reader.send(look_up(looked))
    reader.send(Look(CHUNK))
    return looked


def look_up(database: Database, kind: Kind, owner_uscc: str, looked: Looked) -> Prepare:
    """What is there under these source_ids, and numbers for those that may be new."""
    with database.write() as session:
        # Numbers that were taken and not used may be lost: who uses them waits for the disk.
        wait_for_no_disk(session)
        known = _find_known(session, kind, owner_uscc, looked.source_ids)
        many = 0 if kind in JUDGED_BESIDE else sum(one not in known for one in looked.source_ids)
        return Prepare(known, take_documents(session, many) if many else [])


def _find_known(
    session: WriteSession, kind: Kind, owner_uscc: str, source_ids: list[str]
) -> dict[str, Known]:
    if kind is Kind.ORGANIZATIONS:
        # They have no owner and no hash: each is compared where it is kept.
        return dict.fromkeys(source_ids, (b"", None))
    return find_hashes(session, kind, owner_uscc, source_ids)
