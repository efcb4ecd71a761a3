"""Lines that came before, byte for byte, are not judged again; whatever is different is."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from services.achievements.rules.content import fingerprint
from services.achievements.rules.history import Actor
from services.achievements.rules.kinds import ImportKind, Kind
from services.achievements.rules.line_marks import LineMarks
from services.achievements.rules.new_records import Entry
from services.achievements.rules.uploads import FileFormat
from services.achievements.schemas.kinds import read_facts
from services.achievements.usecases.import_reader import (
    Known,
    Look,
    Looked,
    PieceReader,
    Prepare,
    Prepared,
    Source,
)
from services.achievements.usecases.import_rules import read_rules

SENDER = "123700004955000143"
OTHER = "91370102MA3D000125"
DAY = date(2024, 3, 1)
ITEM = {
    "source_id": "L-1",
    "title": "固态锂电池电解质",
    "organizations": [{"uscc": SENDER, "name": "山东某大学"}],
    "completed_on": DAY.isoformat(),
}
LINE = json.dumps(ITEM, ensure_ascii=False).encode()
CONTENT = fingerprint(read_facts(Kind.ACHIEVEMENTS, ITEM))
# On the day before, the same line would be refused: so one sees whether it was judged.
DAY_BEFORE = date(2024, 2, 29)


def mark_of(line: bytes = LINE, rules: bytes | None = None, sender: str = SENDER) -> bytes:
    marks = LineMarks(rules or read_rules(), ImportKind.ACHIEVEMENTS, sender)
    return marks.mark(line, CONTENT)


def read(path: Path, content: bytes, known: Known) -> Prepared:
    path.write_bytes(content)
    at = datetime(2024, 2, 29, tzinfo=UTC)
    entry = Entry(Kind.ACHIEVEMENTS, SENDER, Actor("c", SENDER, "山东某大学"), at, DAY_BEFORE)
    source = Source(ImportKind.ACHIEVEMENTS, FileFormat.NDJSON, path, (), None, entry)
    reader = PieceReader(source)
    looked = reader.answer(Look(10))
    assert isinstance(looked, Looked)
    prepared = reader.answer(Prepare(dict.fromkeys(looked.source_ids, known), []))
    assert isinstance(prepared, Prepared)
    return prepared


def test_a_line_that_came_before_is_not_judged_again(tmp_path: Path) -> None:
    prepared = read(tmp_path / "l.ndjson", LINE, (CONTENT, mark_of()))

    assert prepared == Prepared(None, [], [], [])


@pytest.mark.parametrize(
    "known",
    [
        (CONTENT, None),
        (b"0" * 16, mark_of()),
        (CONTENT, mark_of(LINE + b" ")),
        (CONTENT, mark_of(rules=b"of the last release")),
        (CONTENT, mark_of(sender=OTHER)),
    ],
    ids=["no mark", "changed meanwhile", "another line", "other rules", "another sender"],
)
def test_a_line_is_judged_where_anything_is_different(tmp_path: Path, known: Known) -> None:
    prepared = read(tmp_path / "l.ndjson", LINE, known)

    assert [row.faults[0]["code"] for row in prepared.failed] == ["date_in_future"]


def test_a_line_that_comes_twice_is_a_double_also_where_it_came_before(tmp_path: Path) -> None:
    prepared = read(tmp_path / "l.ndjson", LINE + b"\n" + LINE, (CONTENT, mark_of()))

    assert [(row.row, row.result) for row in prepared.repeated] == [(2, "duplicate")]
    assert (prepared.new, prepared.changed, prepared.failed) == (None, [], [])


def test_source_ids_that_only_a_judge_can_tell_are_judged_at_once(tmp_path: Path) -> None:
    path = tmp_path / "l.ndjson"
    blanks = json.dumps(ITEM | {"source_id": " L-1 "}).encode()
    path.write_bytes(b"\n".join([blanks, b'{"source_id": 7}', b"no json"]))
    actor = Actor("c", SENDER, "山东某大学")
    entry = Entry(Kind.ACHIEVEMENTS, SENDER, actor, datetime(2024, 3, 2, tzinfo=UTC), DAY)
    source = Source(ImportKind.ACHIEVEMENTS, FileFormat.NDJSON, path, (), None, entry)

    looked = PieceReader(source).answer(Look(10))

    assert looked == Looked(3, ["L-1"], None)


def test_a_mark_differs_for_every_kind() -> None:
    marks = {LineMarks(b"", kind, SENDER).mark(LINE, CONTENT) for kind in ImportKind}

    assert len(marks) == len(ImportKind)
