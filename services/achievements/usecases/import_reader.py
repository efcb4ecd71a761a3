"""A file read piece by piece: looked at first, then judged and made ready for the registry.

Of a line of JSON the first look tells only which thing it is of. What the registry has under these
source_ids is asked by the other half of the import; this one needs no database, so that it can run
in a process of its own (`import_helper`) while the other half writes. A line that came before, byte
for byte, and left what is there, is not judged again.
"""

import gc
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple, assert_never

from services.achievements.rules.content import fingerprint
from services.achievements.rules.headers import Correction
from services.achievements.rules.kinds import JUDGED_BESIDE, ImportKind
from services.achievements.rules.line_marks import LineMarks
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
from services.achievements.rules.seen import SeenIds
from services.achievements.rules.spoken import Spoken
from services.achievements.rules.uploads import FileFormat, TablePlace
from services.achievements.usecases.import_rows import FileLine, FileRow, judge_line, read_file
from services.achievements.usecases.import_rules import read_rules
from services.achievements.usecases.new_records import Marked, compose_new


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
class Opened:
    """How many rows the file has, if that is cheap to know; its columns, and where they stand."""

    total: int | None
    columns: list[dict[str, object]]
    place: TablePlace | None


@dataclass(frozen=True, slots=True)
class Look:
    """Asks which things the next rows are of."""

    most: int


@dataclass(frozen=True, slots=True)
class Skip:
    """Asks the same of rows that went in before: they are only remembered as seen."""

    most: int


@dataclass(frozen=True, slots=True)
class Looked:
    """How many rows were looked at, none at the end; the source_ids that could be made out.

    `place` is where the table stands, by the rows up to here.
    """

    rows: int
    source_ids: list[str]
    place: TablePlace | None


Known = tuple[bytes, bytes | None]
"""The hash of the content of a thing that is there, and the mark of the line it came from."""


@dataclass(frozen=True, slots=True)
class Prepare:
    """Says what is there of the oldest piece looked at, and gives numbers to what is new.

    About this `share` of its new texts is to be cut into words; the asker cuts the rest.
    """

    known: Mapping[str, Known]
    documents: Sequence[int]
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Changed:
    """A row of a thing that the registry has with another content; `spoken` of a table's row."""

    row: int
    facts: Facts
    values: dict[str, object]
    spoken: Spoken | None
    line_mark: bytes | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A piece judged and made ready; the rows that are not named are unchanged."""

    new: NewRecords | None
    changed: list[Changed]
    failed: list[LeftOut]
    repeated: list[LeftOut]


Request = Look | Skip | Prepare
Answer = Opened | Looked | Prepared


class _Sound(NamedTuple):
    """A row that holds; without facts it is a line that came before."""

    source_id: str
    row: FileRow | FileLine
    facts: Facts | None = None
    fingerprint: bytes = b""


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
        self._marks = LineMarks(read_rules(), source.kind, source.entry.owner_uscc)
        self._seen = SeenIds()
        self._pieces: deque[list[FileRow | FileLine]] = deque()

    def describe(self) -> Opened:
        """What kind of table the file is."""
        heading = self._file.heading
        columns = [] if heading is None else [asdict(one) for one in heading.columns]
        return Opened(self._file.total, columns, self._file.find_place())

    def answer(self, request: Request) -> Answer:
        """Do what is asked; raises InvalidInput where the file cannot be read on."""
        match request:
            case Look():
                piece = list(islice(self._file.rows, request.most))
                if piece:
                    self._pieces.append(piece)
                return self._tell_ids(piece)
            case Skip():
                piece = list(islice(self._file.rows, request.most))
                sound, _ = self._judge_all(piece, {})
                self._seen.add([one.source_id for one in sound])
                return self._tell_ids(piece)
            case Prepare():
                return self._prepare(request)
            case _:
                assert_never(request)

    def _prepare(self, asked: Prepare) -> Prepared:
        sound, failed = self._judge_all(self._pieces.popleft(), asked.known)
        again = self._seen.add([one.source_id for one in sound])
        repeated = [one for one, is_repeated in zip(sound, again, strict=True) if is_repeated]
        once = [one for one, is_repeated in zip(sound, again, strict=True) if not is_repeated]
        all_known = self._source.kind.kind in JUDGED_BESIDE
        new, changed = list[Marked](), list[Changed]()
        for one in once:
            if one.facts is None:
                continue
            before = asked.known.get(one.source_id)
            if before is None and not all_known:
                new.append((one.facts, one.fingerprint, self._mark(one)))
            elif before is None or before[0] != one.fingerprint:
                changed.append(self._change(one, one.facts))
        return Prepared(
            self._compose(new, asked) if new else None,
            changed,
            failed,
            [self._refuse_repeated(one) for one in repeated],
        )

    def _tell_ids(self, piece: Sequence[FileRow | FileLine]) -> Looked:
        return Looked(len(piece), list(_list_ids(piece)), self._file.find_place())

    def _judge_all(
        self, piece: Sequence[FileRow | FileLine], known: Mapping[str, Known]
    ) -> tuple[list[_Sound], list[LeftOut]]:
        """The rows that hold, and those that do not; what came before holds as it did then."""
        sound, failed = list[_Sound](), list[LeftOut]()
        for one in piece:
            if isinstance(one, FileLine) and self._came_before(one, known.get(one.source_id)):
                sound.append(_Sound(one.source_id, one))
                continue
            row = self._judge(one)
            verdict = judge_row(row.row, self._source.entry.on)
            facts = row.row.facts
            if verdict.result is None and facts is not None:
                sound.append(_Sound(facts.source_id, one, facts, fingerprint(facts)))
            else:
                failed.append(_leave_out(row, verdict))
        return sound, failed

    def _came_before(self, one: FileLine, known: Known | None) -> bool:
        if known is None or known[1] is None:
            return False
        return self._marks.mark(one.line.raw, known[0]) == known[1]

    def _judge(self, one: FileRow | FileLine) -> FileRow:
        if isinstance(one, FileRow):
            return one
        return judge_line(self._source.kind, one.line, self._source.entry.owner_uscc)

    def _mark(self, one: _Sound) -> bytes | None:
        if isinstance(one.row, FileRow):
            return None
        return self._marks.mark(one.row.line.raw, one.fingerprint)

    def _compose(self, new: Sequence[Marked], asked: Prepare) -> NewRecords:
        documents = asked.documents[: len(new)]
        return compose_new(self._source.entry, new, documents, many=True, share=asked.share)

    def _change(self, one: _Sound, facts: Facts) -> Changed:
        row = self._judge(one.row)
        return Changed(row.row.index, facts, row.show(), self._spoken, self._mark(one))

    def _refuse_repeated(self, one: _Sound) -> LeftOut:
        row = self._judge(one.row)
        return _leave_out(row, refuse_repeated(row.row))


def _list_ids(piece: Sequence[FileRow | FileLine]) -> Iterator[str]:
    for one in piece:
        source_id = one.source_id if isinstance(one, FileLine) else one.row.source_id
        if source_id is not None:
            yield source_id


def _leave_out(row: FileRow, verdict: Verdict) -> LeftOut:
    result = verdict.result or RowResult.FAILED
    return leave_out(row.row.index, row.row.source_id, result, verdict.faults, row.show())


def tune_collector() -> None:
    """Let the collector of garbage run seldom: rows hold no circles, and millions are made."""
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)
