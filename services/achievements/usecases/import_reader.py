"""A file read piece by piece: judged first, then made ready for the registry where it is wanted.

What the registry has already is not asked here: this half of an import needs no database, so that
it can run in a process of its own (`import_helper`) while the other half writes.
"""

import gc
from collections import deque
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import assert_never

from kit.errors import DomainError
from services.achievements.rules.content import fingerprint
from services.achievements.rules.headers import Correction
from services.achievements.rules.kinds import ImportKind
from services.achievements.rules.new_records import Entry, NewRecords
from services.achievements.rules.rows import (
    Facts,
    LeftOut,
    RowResult,
    Verdict,
    judge_row,
    leave_out,
    refuse_repeated,
)
from services.achievements.rules.spoken import Spoken
from services.achievements.rules.uploads import FileFormat, TablePlace
from services.achievements.usecases.import_rows import FileRow, read_file
from services.achievements.usecases.new_records import compose_new


@dataclass(frozen=True, slots=True)
class Source:
    """The file and in whose name it is read."""

    kind: ImportKind
    format: FileFormat
    path: Path
    corrections: tuple[Correction, ...]
    money_scale: int | None
    entry: Entry


@dataclass(frozen=True, slots=True)
class Open:
    """Asks what kind of table the file is."""


@dataclass(frozen=True, slots=True)
class Opened:
    """How many rows the file has, if that is cheap to know; its columns, and where they stand."""

    total: int | None
    columns: list[dict[str, object]]
    place: TablePlace | None


@dataclass(frozen=True, slots=True)
class Judge:
    """Asks for the verdicts on the next rows; `keep` them if they are to be made ready later."""

    most: int
    keep: bool = True


@dataclass(frozen=True, slots=True)
class Judged:
    """Verdicts on a piece: places, source_ids and fingerprints of what holds, and the rest."""

    rows: int
    places: list[int]
    source_ids: list[str]
    fingerprints: list[bytes]
    left_out: list[LeftOut]


@dataclass(frozen=True, slots=True)
class Prepare:
    """Says what of the oldest judged piece is new (with its numbers), changed or repeated."""

    new: list[int]
    documents: list[int]
    changed: list[int]
    repeated: list[int]


@dataclass(frozen=True, slots=True)
class Changed:
    """A row of a thing that the registry has with another content; `spoken` of a table's row."""

    row: int
    facts: Facts
    values: dict[str, object]
    spoken: Spoken | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A piece made ready."""

    new: NewRecords | None
    changed: list[Changed]
    repeated: list[LeftOut]


Request = Open | Judge | Prepare
Answer = Opened | Judged | Prepared


@dataclass(frozen=True, slots=True)
class _Held:
    row: FileRow
    facts: Facts
    mark: bytes


class PieceReader:
    """Reads a file and answers what is asked of it, in the order of the questions."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._file = read_file(
            source.kind,
            source.format,
            source.path,
            source.corrections,
            source.money_scale,
            source.entry.owner_uscc,
        )
        heading = self._file.heading
        self._spoken = None if heading is None else Spoken(heading.fields)
        self._pieces: deque[dict[int, _Held]] = deque()
        self._answers: deque[Answer | DomainError] = deque()

    def send(self, request: Request) -> None:
        """Ask; the answer waits to be received."""
        try:
            self._answers.append(self.answer(request))
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
        self._pieces.clear()

    def answer(self, request: Request) -> Answer:
        """Do what is asked; raises InvalidInput where the file cannot be read on."""
        match request:
            case Open():
                heading = self._file.heading
                columns = [] if heading is None else [asdict(one) for one in heading.columns]
                return Opened(self._file.total, columns, self._file.place)
            case Judge():
                return self._judge(request)
            case Prepare():
                return self._prepare(request)
            case _:
                assert_never(request)

    def _judge(self, asked: Judge) -> Judged:
        piece = list(islice(self._file.rows, asked.most))
        found, held = Judged(len(piece), [], [], [], []), dict[int, _Held]()
        for place, row in enumerate(piece):
            verdict = judge_row(row.row, self._source.entry.on)
            if verdict.result is None and row.row.facts is not None:
                mark = fingerprint(row.row.facts)
                held[place] = _Held(row, row.row.facts, mark)
                found.places.append(place)
                found.source_ids.append(row.row.facts.source_id)
                found.fingerprints.append(mark)
            else:
                found.left_out.append(_leave_out(row, verdict))
        if asked.keep and piece:
            self._pieces.append(held)
        return found

    def _prepare(self, asked: Prepare) -> Prepared:
        held = self._pieces.popleft()
        new = [(held[place].facts, held[place].mark) for place in asked.new]
        changed = [held[place] for place in asked.changed]
        repeated = [held[place].row for place in asked.repeated]
        return Prepared(
            compose_new(self._source.entry, new, asked.documents, many=True) if new else None,
            [
                Changed(one.row.row.index, one.facts, one.row.show(), self._spoken)
                for one in changed
            ],
            [_leave_out(row, refuse_repeated(row.row)) for row in repeated],
        )


def _leave_out(row: FileRow, verdict: Verdict) -> LeftOut:
    result = verdict.result or RowResult.FAILED
    return leave_out(row.row.index, row.row.source_id, result, verdict.faults, row.show())


def tune_collector() -> None:
    """Let the collector of garbage run seldom: rows hold no circles, and millions are made."""
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)
