"""A file read piece by piece: looked at first, then judged and made ready for the registry.

Of a line of JSON the first look tells only which thing it is of. What the registry has under these
source_ids is asked by the other half of the import; this one needs no database, so that it can run
in a process of its own (`import_helper`) while the other half writes. A line that came before, byte
for byte, and left what is there, is not judged again.
"""

import gc
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from itertools import compress, islice
from pathlib import Path
from typing import NamedTuple, assert_never

from kit.errors import Fault
from services.achievements.rules.content import fingerprint
from services.achievements.rules.headers import Correction
from services.achievements.rules.kinds import JUDGED_BESIDE, ImportKind
from services.achievements.rules.line_marks import LineMarks
from services.achievements.rules.names import MetNames
from services.achievements.rules.new_records import Entry, NewRecords
from services.achievements.rules.postings import cut_texts
from services.achievements.rules.rows import (
    Facts,
    LeftOut,
    RowResult,
    judge_row,
    leave_out,
    refuse_repeated,
)
from services.achievements.rules.seen import SeenIds
from services.achievements.rules.spoken import Spoken
from services.achievements.rules.uploads import FileFormat, TablePlace
from services.achievements.usecases.import_rows import FileRow, Waiting, read_file
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
    """Says what is there of the oldest piece looked at, and gives numbers to what is new."""

    known: Mapping[str, Known]
    documents: Sequence[int]


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

    def cut(self) -> "Prepared":
        """The same with the texts of new things cut into words; else whoever keeps them does it."""
        if self.new is None:
            return self
        return replace(self, new=replace(self.new, words=cut_texts(self.new.words)))


Request = Look | Skip | Prepare
Answer = Opened | Looked | Prepared


class _Sound(NamedTuple):
    """A row that holds; without facts it is a line that came before."""

    source_id: str
    row: FileRow | Waiting
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
        self._seen, self._met = SeenIds(), MetNames()
        self._pieces: deque[list[FileRow | Waiting]] = deque()

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
                # What came before is remembered; nothing else is done with it.
                deque(self._take_once(piece, self._judge_all(piece, {}, []), []), maxlen=0)
                return self._tell_ids(piece)
            case Prepare():
                return self._prepare(request)
            case _:
                assert_never(request)

    def _prepare(self, asked: Prepare) -> Prepared:
        """Row by row from the judge to the lines of COPY, so that no row is taken up twice."""
        piece = self._pieces.popleft()
        prepared = Prepared(None, [], [], [])
        sound = self._judge_all(piece, asked.known, prepared.failed)
        once = self._take_once(piece, sound, prepared.repeated)
        new = compose_new(
            self._source.entry,
            self._pick_new(once, asked.known, prepared.changed),
            asked.documents,
            many=True,
            met=self._met,
        )
        return replace(prepared, new=new)

    def _tell_ids(self, piece: Sequence[FileRow | Waiting]) -> Looked:
        return Looked(len(piece), list(_list_ids(piece)), self._file.find_place())

    def _judge_all(
        self,
        piece: Iterable[FileRow | Waiting],
        known: Mapping[str, Known],
        failed: list[LeftOut],
    ) -> Iterator[_Sound]:
        """The rows that hold; what came before holds as it did then."""
        for one in piece:
            if isinstance(one, Waiting) and self._came_before(one, known.get(one.source_id)):
                yield _Sound(one.source_id, one)
                continue
            row = self._judge(one)
            faults, facts = judge_row(row.row, self._source.entry.on), row.row.facts
            if faults or facts is None:
                failed.append(_leave_out(row, RowResult.FAILED, faults))
            else:
                yield _Sound(facts.source_id, one, facts, fingerprint(facts))

    def _judge(self, one: FileRow | Waiting) -> FileRow:
        return one if isinstance(one, FileRow) else self._file.judge(one.number, one.said)

    def _came_before(self, one: Waiting, known: Known | None) -> bool:
        if known is None or known[1] is None or not isinstance(one.said, bytes):
            return False
        return self._marks.mark(one.said, known[0]) == known[1]

    def _take_once(
        self,
        piece: Sequence[FileRow | Waiting],
        sound: Iterable[_Sound],
        repeated: list[LeftOut],
    ) -> Iterator[_Sound]:
        """Of rows that hold those whose source_id did not come before in the file."""
        source_ids = list(_list_ids(piece))
        earlier = set(compress(source_ids, self._seen.holds(source_ids)))
        here = set[str]()
        for one in sound:
            if one.source_id in here or one.source_id in earlier:
                row = self._judge(one.row)
                verdict = refuse_repeated(row.row)
                repeated.append(_leave_out(row, RowResult.DUPLICATE, verdict.faults))
            else:
                here.add(one.source_id)
                yield one
        self._seen.add(list(here))

    def _pick_new(
        self, once: Iterable[_Sound], known: Mapping[str, Known], changed: list[Changed]
    ) -> Iterator[Marked]:
        """The rows of things that are not there yet; what is there is unchanged or changed."""
        all_known = self._source.kind.kind in JUDGED_BESIDE
        for one in once:
            if one.facts is None:
                continue
            before = known.get(one.source_id)
            if before is None and not all_known:
                yield one.facts, one.fingerprint, self._mark(one)
            elif before is None or before[0] != one.fingerprint:
                changed.append(self._change(one, one.facts))

    def _mark(self, one: _Sound) -> bytes | None:
        if isinstance(one.row, FileRow) or not isinstance(one.row.said, bytes):
            return None
        return self._marks.mark(one.row.said, one.fingerprint)

    def _change(self, one: _Sound, facts: Facts) -> Changed:
        row = self._judge(one.row)
        return Changed(row.row.number, facts, row.show(), self._spoken, self._mark(one))


def _list_ids(piece: Sequence[FileRow | Waiting]) -> Iterator[str]:
    for one in piece:
        source_id = one.source_id if isinstance(one, Waiting) else one.row.source_id
        if source_id is not None:
            yield source_id


def _leave_out(row: FileRow, result: RowResult, faults: Iterable[Fault]) -> LeftOut:
    return leave_out(row.row.number, row.row.source_id, result, faults, row.show())


_USUAL = gc.get_threshold()


@contextmanager
def calm_collector() -> Iterator[None]:
    """Let the collector of garbage run seldom: rows hold no circles, and millions are made.

    Where several run at once, the first that ends makes it usual again for all: no harm is done.
    """
    gc.set_threshold(200_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*_USUAL)
