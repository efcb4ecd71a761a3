"""Rows wait to be judged: what is told of them before is what their judge finds."""

import gc
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.achievements.rules.headers import REQUIRED
from services.achievements.rules.kinds import ImportKind
from services.achievements.rules.names import MetNames
from services.achievements.rules.uploads import FileFormat
from services.achievements.usecases.import_reader import calm_collector
from services.achievements.usecases.import_rows import Waiting, read_file

OTHERS = {
    "title": "固态电池",
    "trl": 6,
    "industry": None,
    "organizations": [{"name": "山东某大学", "uscc": "123700004955000143"}],
    "visibility": "public",
}


def tell_and_judge(
    path: Path,
    content: bytes,
    form: FileFormat = FileFormat.NDJSON,
    kind: ImportKind = ImportKind.ACHIEVEMENTS,
) -> list[tuple[str | None, str | None]]:
    """What was told of each row that waits (None where it did not), and what its judge found."""
    path.write_bytes(content)
    file = read_file(kind, form, path)
    return [
        (one.source_id, file.judge(one.number, one.said).row.source_id)
        if isinstance(one, Waiting)
        else (None, one.row.source_id)
        for one in file.rows
    ]


def test_a_line_waits_that_says_its_number_before_anything_with_parts(tmp_path: Path) -> None:
    lines = [
        {"source_id": "A-1", **OTHERS},
        {"id": "x", "version": 3, "embargo_until": None, "source_id": "编号-2", **OTHERS},
        {"title": '说"source_id": "B"的成果', "source_id": "A-3", "organizations": []},
    ]
    content = "\n".join(json.dumps(one, ensure_ascii=False) for one in lines).encode()

    told = tell_and_judge(tmp_path / "a.ndjson", content)

    # The last one has escapes before its number: it is read at once.
    assert told == [("A-1", "A-1"), ("编号-2", "编号-2"), (None, "A-3")]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (b'{"source_id": "first", "source_id": "last"}', "last"),
        (b'{"source_id": "plain", "source\\u005fid": "hidden"}', "hidden"),
        (b'{"form": {"source_id": "inner"}, "title": "t"}', None),
        (b'{"organizations": [{"source_id": "inner"}], "source_id": "outer"}', "outer"),
        (b'{"source_id": "a\\"b"}', 'a"b'),
        (b'{"source_id": 7}', None),
        (b'{"source_id": ""}', None),
        (b'{"source_id": null, "title": "source_id"}', None),
    ],
)
def test_a_line_that_must_be_read_to_know_its_number_is_judged_at_once(
    tmp_path: Path, line: bytes, found: str | None
) -> None:
    ((told, judged),) = tell_and_judge(tmp_path / "a.ndjson", line)

    assert told is None
    assert (judged or None) == found


@pytest.mark.parametrize(
    "line",
    [b'{"source_id": "cut', b'{"source_id": "\xff\xfe"}', b'{"source_id": "a"} more', b'["a"]'],
    ids=["cut off", "no utf-8", "two things", "a list"],
)
def test_a_line_that_cannot_be_read_has_no_number(tmp_path: Path, line: bytes) -> None:
    ((_, judged),) = tell_and_judge(tmp_path / "a.ndjson", line)

    assert judged is None


@given(
    st.text(max_size=12),
    st.permutations(["source_id", *OTHERS]),
    st.booleans(),
    st.sampled_from([(",", ":"), (", ", ": "), (" ,  ", "\t:\t")]),
)
def test_whatever_a_line_looks_like(
    tmp_path_factory: pytest.TempPathFactory,
    source_id: str,
    order: list[str],
    ascii_only: bool,
    separators: tuple[str, str],
) -> None:
    item = {name: ({"source_id": source_id} | OTHERS)[name] for name in order}
    line = json.dumps(item, ensure_ascii=ascii_only, separators=separators).encode(
        errors="surrogatepass"
    )
    path = tmp_path_factory.mktemp("lines") / "a.ndjson"

    for told, judged in tell_and_judge(path, line):
        assert told in (None, judged)


@pytest.mark.parametrize("kind", list(ImportKind))
def test_a_row_of_a_table_of_any_kind(tmp_path: Path, kind: ImportKind) -> None:
    header = list(dict.fromkeys(["source_id", *REQUIRED[kind]]))
    rows = [[value, *("t" for _ in header[1:])] for value in (" N-１ ", "-", "2024")]
    table = "\n".join(",".join(row) for row in [header, *rows])

    told = tell_and_judge(tmp_path / "a.csv", table.encode(), FileFormat.CSV, kind)

    assert len(told) == 3
    assert all(said in (None, judged) for said, judged in told)
    assert (("N-1", "N-1") in told) == (kind is not ImportKind.ORGANIZATIONS)


def test_a_name_is_new_once() -> None:
    met = MetNames()

    assert met.pick_new(["张三", "李四", "张三"]) == ["张三", "李四"]
    assert met.pick_new(["李四", "王五"]) == ["王五"]
    # Names are forgotten rather than all kept: asked again, no harm is done.
    assert len(met.pick_new(str(number) for number in range(60_000))) == 60_000
    met.pick_new(["赵六"])
    assert met.pick_new(["张三"]) == ["张三"]


def test_the_collector_of_garbage_is_calm_for_the_time_of_an_import() -> None:
    usual = gc.get_threshold()
    with calm_collector(), calm_collector():
        calm = gc.get_threshold()

    assert calm[0] > usual[0]
    assert gc.get_threshold() == usual
