"""Sheets read row by row hold the cells that calamine finds in them, and harm nobody."""

import datetime as dt
import io
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from kit.errors import InvalidInput
from services.achievements.store import shared_texts, xml_reading
from services.achievements.store.xlsx_sheets import list_xlsx_sheets

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
FORMATS = [0, 9, 14, 22, 31, 46, 57, 164, 165, 166, 167, 168]
CODES = ["[h]:mm", 'yyyy"年"m"月"', '0.0"d"', "[Red]0;d", "0.00E+00"]


@dataclass(frozen=True)
class Parts:
    """What a workbook is made of by hand: rows of its sheet, its texts, how it is written."""

    rows: str
    texts: str = ""
    namespace: str = MAIN
    prefix: str = ""
    since_1904: bool = False
    head: str = ""


def write_book(parts: Parts) -> bytes:
    """An xlsx of one sheet; elements are written as `<p:c>` and get the prefix."""
    numbers = "".join(
        f'<p:numFmt numFmtId="{164 + place}" formatCode="{escape(code, {chr(34): "&quot;"})}"/>'
        for place, code in enumerate(CODES)
    )
    formats = "".join(f'<p:xf numFmtId="{number}"/>' for number in FORMATS)
    content = {
        "_rels/.rels": relate("", "officeDocument", "xl/workbook.xml"),
        "xl/_rels/workbook.xml.rels": relate("1", "worksheet", "worksheets/sheet1.xml")
        + relate("2", "sharedStrings", "sharedStrings.xml")
        + relate("3", "styles", "/xl/styles.xml"),
        "xl/workbook.xml": f'<p:workbook xmlns:r="{RELATED}"><p:workbookPr date1904='
        f'"{int(parts.since_1904)}"/><p:sheets><p:sheet name="表" sheetId="1" r:id="id1"/>'
        "</p:sheets></p:workbook>",
        "xl/sharedStrings.xml": f"<p:sst>{parts.texts}</p:sst>",
        "xl/styles.xml": f"<p:styleSheet><p:numFmts>{numbers}</p:numFmts><p:cellStyleXfs>"
        f'<p:xf numFmtId="14"/></p:cellStyleXfs><p:cellXfs>{formats}</p:cellXfs></p:styleSheet>',
        "xl/worksheets/sheet1.xml": f"<p:worksheet><p:sheetData>{parts.rows}</p:sheetData>"
        "</p:worksheet>",
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, xml in content.items():
            if name.endswith(".rels"):
                xml = f'<Relationships xmlns="{RELATIONS}">{xml}</Relationships>'
            packed.writestr(name, parts.head + dress(xml, parts))
    return stream.getvalue()


def dress(xml: str, parts: Parts) -> str:
    """The elements of a part with its prefix, which is said at the root."""
    prefix = f"{parts.prefix}:" if parts.prefix else ""
    said = f"xmlns:{parts.prefix}" if parts.prefix else "xmlns"
    for root in ("workbook", "sst", "styleSheet", "worksheet"):
        xml = xml.replace(f"<p:{root}", f'<p:{root} {said}="{parts.namespace}"', 1)
    return xml.replace("<p:", f"<{prefix}").replace("</p:", f"</{prefix}")


def relate(number: str, kind: str, target: str) -> str:
    return f'<Relationship Id="id{number}" Type="{RELATED}/{kind}" Target="{target}"/>'


def read_book(path: Path) -> dict[int, list[object]]:
    """The filled rows of the first sheet by their numbers."""
    return fold(list_xlsx_sheets(path)[0].read_rows())


def read_with_calamine(path: Path) -> dict[int, list[object]]:
    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    # Its rows begin with the first column that holds anything.
    left = [""] * (0 if sheet.start is None else sheet.start[1])
    return fold((number, [*left, *row]) for number, row in enumerate(sheet.iter_rows(), start=1))


def fold(rows: Iterable[tuple[int, Iterable[object]]]) -> dict[int, list[object]]:
    """Rows without what is empty at their ends; blanks around a text mean nothing to either."""
    found = {}
    for number, row in rows:
        cells = [cell.strip() if isinstance(cell, str) else cell for cell in row]
        while cells and cells[-1] == "":
            cells.pop()
        if cells:
            found[number] = cells
    return found


TEXT = st.text("六融成果abcXYZ019 ,，.&<>\"'\n", max_size=20) | st.just("a_x000D_b_x0041_ _x")
PLAIN = TEXT.map(lambda text: f'<p:t xml:space="preserve">{escape(text)}</p:t>')
READING = PLAIN.map(lambda xml: f'<p:rPh sb="0" eb="1">{xml}</p:rPh><p:phoneticPr fontId="1"/>')
RICH = st.tuples(
    st.lists(PLAIN.map(lambda xml: f"<p:r><p:rPr><p:b/></p:rPr>{xml}</p:r>"), max_size=3),
    READING | st.just(""),
).map(lambda both: "".join(both[0]) + both[1])
RUNS = PLAIN | RICH | st.just("") | st.just("<p:t/>")
NUMBER = (
    st.integers(-(10**6), 10**6).map(str)
    | st.floats(-1e9, 1e9).map(repr)
    | st.sampled_from(["1e3", "1E-7", "6.0", "007", "45000.25"])
)
SERIAL = st.integers(0, 8 * 80_000).map(lambda eighths: str(eighths / 8))
FORMULA = st.sampled_from(["", "<p:f>SUM(A1:B2)</p:f>", '<p:f t="shared" si="0"/>'])
DAY = st.dates().map(str) | st.datetimes().map(lambda at: at.replace(microsecond=0).isoformat())


def value(kind: str, values: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, str]]:
    """Attributes and content of a cell with a value."""
    return st.tuples(FORMULA, values).map(lambda both: (kind, f"{both[0]}<p:v>{both[1]}</p:v>"))


CELL = st.one_of(
    value("", NUMBER),
    value(' t="n"', NUMBER),
    *(value(f' s="{place}"', SERIAL) for place in range(len(FORMATS))),
    value(' t="b"', st.sampled_from(["0", "1"])),
    value(' t="e"', st.sampled_from(["#N/A", "#DIV/0!"])),
    value(' t="str"', TEXT.map(escape)),
    value(' t="d"', DAY),
    value(' t="s"', st.integers(0, 3).map(str)),
    RUNS.map(lambda xml: (' t="inlineStr"', f"<p:is>{xml}</p:is>")),
    st.sampled_from([("", ""), (' s="2"', ""), (' t="s"', ""), ("", "<p:v></p:v>")]),
)


# What the usual spreadsheets write, which is read by a shorter way.
USUAL = st.sampled_from(
    [
        ("", "<p:v>6.5</p:v>"),
        (' s="2"', "<p:v>45000</p:v>"),
        (' s="1" t="s"', "<p:v>2</p:v>"),
        (' t="b"', "<p:v>1</p:v>"),
        (' t="str"', "<p:v> a&amp;lt; _x0041_</p:v>"),
        (' s="2"', ""),
    ]
)


@st.composite
def books(draw: st.DrawFn) -> Parts:
    """Workbooks as programs write them, with and without the places of rows and cells."""
    blank = draw(st.sampled_from(["", "\n  "]))
    cell = draw(st.sampled_from([CELL, USUAL, USUAL | CELL]))
    rows, number = [], 0
    for cells in draw(st.lists(st.lists(cell, max_size=6), max_size=9)):
        is_placed = cell is USUAL or draw(st.booleans())
        number += draw(st.integers(1, 4)) if is_placed else 1
        written, column = [], -1
        for attributes, content in cells:
            says_place = cell is USUAL or draw(st.booleans())
            column += draw(st.integers(1, 30)) if says_place else 1
            letters = openpyxl.utils.get_column_letter(column + 1)
            place = f' r="{letters}{number}"' if says_place else ""
            written.append(f"{blank}<p:c{place}{attributes}>{content}</p:c>")
        place = f' r="{number}" spans="1:9"' if is_placed else ""
        rows.append(f"{blank}<p:row{place}>{''.join(written)}{blank}</p:row>")
    texts = "".join(f"<p:si>{draw(RUNS)}</p:si>{blank}" for _ in range(4))
    prefix, namespace = draw(st.sampled_from(["", "x"])), draw(st.sampled_from([MAIN, STRICT]))
    return Parts("".join(rows), texts, namespace, prefix, draw(st.booleans()))


@settings(max_examples=400, deadline=None)
@given(parts=books(), chunk=st.sampled_from([50, 150, 64_000]))
def test_both_readers_find_the_same_cells(
    tmp_path_factory: pytest.TempPathFactory, parts: Parts, chunk: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "same.xlsx"
    path.write_bytes(write_book(parts))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xml_reading, "_CHUNK", chunk)
        found = read_book(path)

    assert found == read_with_calamine(path)


CONTENT = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**9), 10**9),
    st.floats(-1e9, 1e9),
    st.dates(dt.date(1900, 3, 1), dt.date(2900, 1, 1)),
    st.datetimes(dt.datetime(1901, 1, 1), dt.datetime(2900, 1, 1)).map(  # noqa: DTZ001
        lambda at: at.replace(microsecond=0)
    ),
    st.integers(0, 86_400 * 999).map(lambda seconds: dt.timedelta(seconds=seconds)),
    TEXT.filter(lambda text: not text.startswith("=")),
)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.lists(CONTENT, max_size=8), max_size=8))
def test_a_workbook_of_openpyxl_is_read_alike(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[object]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "alike.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in rows:
        sheet.append(row)
    sheet.merge_cells("A1:B2")
    book.save(path)

    assert read_book(path) == read_with_calamine(path)


def test_sheets_come_in_the_order_of_the_workbook_with_hidden_ones(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("乙", 0).sheet_state = "hidden"
    book.create_chartsheet("图")
    book.create_sheet("甲").append(["x"])
    book.save(tmp_path / "a.xlsx")
    sheets = list_xlsx_sheets(tmp_path / "a.xlsx")

    assert [sheet.name for sheet in sheets] == ["乙", "Sheet", "图", "甲"]
    assert [fold(sheet.read_rows()) for sheet in sheets] == [{}, {}, {}, {1: ["x"]}]


def test_the_last_row_and_the_widest_are_told(tmp_path: Path) -> None:
    rows = '<p:row r="1"><p:c t="b"><p:v>1</p:v></p:c></p:row><p:row r="70"><p:c r="C70">'
    path = tmp_path / "a.xlsx"
    path.write_bytes(write_book(Parts(f"{rows}<p:v>1</p:v></p:c></p:row>")))
    sheet = list_xlsx_sheets(path)[0]

    assert sheet.find_last_row() == 70
    assert list(read_book(path)) == [number for number, _ in sheet.read_rows()] == [1, 70]
    assert sheet.width == 3


def test_texts_are_found_again_when_they_are_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_texts, "_MOST_HELD", 500)
    places = [*range(0, 1000, 7), *range(999, 0, -13), 5, 999]
    cells = "".join(f'<p:row><p:c t="s"><p:v>{place}</p:v></p:c></p:row>' for place in places)
    texts = "".join(f"<p:si><p:t>文本{place}</p:t></p:si>" for place in range(1000))
    path = tmp_path / "a.xlsx"
    path.write_bytes(write_book(Parts(cells, texts)))

    assert [row[0] for row in read_book(path).values()] == [f"文本{place}" for place in places]


@pytest.mark.parametrize(
    "rows",
    [
        '<p:row r="3"/><p:row r="2"/>',
        '<p:row r="2"/><p:row r="2"/>',
        '<p:row r="1048577"/>',
        '<p:row r="99999999999999999999"/>',
        '<p:row r="x"/>',
        '<p:row><p:c r="AAAA1"><p:v>1</p:v></p:c></p:row>',
        '<p:row><p:c r="1"><p:v>1</p:v></p:c></p:row>',
        '<p:row><p:c t="s"><p:v>1</p:v></p:c></p:row>',
        '<p:row><p:c t="s"><p:v>-1</p:v></p:c></p:row>',
        '<p:row><p:c t="s"><p:v>x</p:v></p:c></p:row>',
        '<p:row><p:c t="n"><p:v>x</p:v></p:c></p:row>',
        '<p:row><p:c t="other"><p:v>1</p:v></p:c></p:row>',
        "<p:row>",
        '<p:row x="' + "x" * 2_000_000 + '"/>',
        "<p:row><p:c><p:f>" + "x" * 2_000_000 + "</p:f></p:c></p:row>",
        '<p:row><p:c t="inlineStr"><p:is>'
        + f"<p:r><p:t>{'x' * 1000}</p:t></p:r>" * 1100
        + "</p:is></p:c></p:row>",
    ],
)
def test_a_sheet_that_no_spreadsheet_wrote_is_refused(tmp_path: Path, rows: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(write_book(Parts(rows, "<p:si><p:t>zero</p:t></p:si>")))

    with pytest.raises(InvalidInput) as refused:
        read_book(path)
    assert refused.value.code == "file_unreadable"


def test_a_document_type_is_refused_in_every_part(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(write_book(Parts("", head='<!DOCTYPE x [<!ENTITY y "z">]>')))

    with pytest.raises(InvalidInput):
        read_book(path)


def test_columns_beyond_those_of_any_table_are_passed_by(tmp_path: Path) -> None:
    far = '<p:row><p:c r="A1"><p:v>1</p:v></p:c><p:c r="XFD1"><p:v>2</p:v></p:c></p:row>'
    path = tmp_path / "a.xlsx"
    path.write_bytes(
        write_book(Parts(far + "<p:row>" + "<p:c><p:v>3</p:v></p:c>" * 999 + "</p:row>"))
    )

    assert {number: len(row) for number, row in read_book(path).items()} == {1: 1, 2: 300}


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_damaged_file_is_refused_or_read(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    rows = "".join(
        f'<p:row r="{n}"><p:c t="s"><p:v>{n % 2}</p:v></p:c></p:row>' for n in range(1, 40)
    )
    whole = write_book(Parts(rows, "<p:si><p:t>a</p:t></p:si><p:si><p:t>b</p:t></p:si>"))
    damaged = bytearray(whole)
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), min_size=1, max_size=4)):
        damaged[place] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "damaged.xlsx"
    path.write_bytes(damaged[: data.draw(st.integers(len(whole) // 2, len(whole)))])

    with suppress(InvalidInput):
        for sheet in list_xlsx_sheets(path):
            sheet.find_last_row()
            fold(sheet.read_rows())


def test_parts_that_lie_before_the_beginning_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = bytearray(write_book(Parts("")))
    # The end says where the list of parts begins: further on than it does.
    place = len(book) - 6
    offset = int.from_bytes(book[place : place + 4], "little")
    book[place : place + 4] = (offset + 1000).to_bytes(4, "little")
    path.write_bytes(book)

    with pytest.raises(InvalidInput) as refused:
        list_xlsx_sheets(path)

    assert refused.value.code == "file_unreadable"


def test_a_large_workbook_takes_little_memory(tmp_path: Path) -> None:
    count = 60_000
    texts = "".join(f"<p:si><p:t>{place}{'文' * 300}</p:t></p:si>" for place in range(count))
    rows = "".join(f'<p:row><p:c t="s"><p:v>{n}</p:v></p:c></p:row>' for n in range(count))
    path = tmp_path / "large.xlsx"
    path.write_bytes(write_book(Parts(rows, texts)))
    script = (
        "import resource, sys; from pathlib import Path\n"
        "from services.achievements.store.xlsx_sheets import list_xlsx_sheets\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "for sheet in list_xlsx_sheets(Path(sys.argv[1])):\n"
        "    sheet.find_last_row(); print(sum(len(row[0]) for _, row in sheet.read_rows()))\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, timeout=60
    )
    letters, megabytes = done.stdout.split()

    assert int(letters) > count * 300, done.stderr
    assert int(megabytes) < 16
