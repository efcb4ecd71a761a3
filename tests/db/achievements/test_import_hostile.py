"""Files that mean harm, or are no tables: little memory, a clear answer."""

import csv
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests.db.achievements.conftest import Registry
from tests.db.achievements.importing import HEADERS, make_row, make_workbook, rows_of, run, send


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("a.pdf", b"%PDF-1.7", 415),
        ("a.xlsx", b"PK\x03\x04 not a zip", 422),
        ("a.xlsx", b"hello", 415),
    ],
)
def test_a_file_nobody_can_read_is_refused_at_once(
    registry: Registry, name: str, content: bytes, status: int
) -> None:
    assert send(registry.university, name, content).status_code == status


def test_a_zip_bomb_is_refused_unopened(registry: Registry) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 300_000_000)
    answer = send(registry.university, "bomb.xlsx", stream.getvalue())

    assert answer.status_code == 413
    assert answer.json()["code"] == "file_unpacks_too_large"


def test_a_cell_at_the_far_corner_of_a_sheet_costs_nothing(registry: Registry) -> None:
    book = openpyxl.load_workbook(io.BytesIO(make_workbook([make_row(93)])))
    sheet = book.active
    assert sheet is not None
    sheet["XFD1048576"] = "x"
    stream = io.BytesIO()
    book.save(stream)
    done = run(registry, "wide.xlsx", stream.getvalue())

    assert done["counts"]["created"] == 1, done  # type: ignore[index]
    assert done["counts"]["read"] == 1  # type: ignore[index]


def test_a_table_without_the_needed_columns_fails_with_their_names(registry: Registry) -> None:
    done = run(registry, "无.xlsx", make_workbook([["a"]], ["备注"]))

    assert done["state"] == "failed"
    assert done["problem"]["code"] == "header_not_found"  # type: ignore[index]
    assert "title" in done["problem"]["missing"]  # type: ignore[index]


def repack(book: bytes, **parts: bytes) -> bytes:
    """A workbook with some of its parts replaced (by the end of their names)."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            short = name.rpartition("/")[2].partition(".")[0]
            new.writestr(name, parts.get(short, old.read(name)))
    return stream.getvalue()


def test_an_entity_in_a_workbook_reads_no_file_and_swells_nothing(registry: Registry) -> None:
    book = make_workbook([make_row(90)])
    sheet = zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml")
    inside = b'<row r="5"><c r="A5" t="inlineStr"><is><t>%s</t></is></c></row></sheetData>'
    for entity in (b'<!ENTITY x SYSTEM "file:///etc/passwd">', b'<!ENTITY x "swollen">'):
        evil = b"<!DOCTYPE worksheet [" + entity + b"]>" + sheet.partition(b"?>")[2]
        evil = evil.replace(b"</sheetData>", inside % b"&x;")
        done = run(registry, "xxe.xlsx", repack(book, sheet1=evil))

        assert done["state"] in ("completed", "failed")
        shown = str(done) + str(rows_of(registry, done))
        assert "root:" not in shown
        assert "swollen" not in shown


def test_a_workbook_that_lies_of_its_size_is_refused(registry: Registry) -> None:
    book = bytearray(make_workbook([make_row(91)]))
    # The uncompressed size of every entry in the central directory, 24 bytes after its mark.
    at = book.find(b"PK\x01\x02")
    while at != -1:
        book[at + 24 : at + 28] = (10).to_bytes(4, "little")
        at = book.find(b"PK\x01\x02", at + 4)
    done = run(registry, "lies.xlsx", bytes(book))

    assert done["state"] == "failed"
    assert done["problem"]["code"] == "file_unreadable"  # type: ignore[index]


def test_a_formula_goes_in_as_text_or_its_last_value_and_comes_out_disarmed(
    registry: Registry,
) -> None:
    row = make_row(92, 成果简介='=HYPERLINK("http://evil")', **{"成果名称*": "@SUM(A1)题名"})
    done = run(registry, "f.csv", "\n".join(map(make_line, [HEADERS, row])).encode())
    exported = registry.university.get("/v1/exports/achievements.csv").content.decode("utf-8-sig")
    cells = [cell for line in csv.reader(io.StringIO(exported)) for cell in line]

    assert done["counts"]["created"] == 1, rows_of(registry, done)  # type: ignore[index]
    assert not [cell for cell in cells if cell[:1] in {"=", "+", "-", "@"}]


def make_line(cells: list[object]) -> str:
    stream = io.StringIO()
    csv.writer(stream).writerow(cells)
    return stream.getvalue().strip()


def test_endless_columns_cost_nothing(registry: Registry) -> None:
    wide = ",".join(["编号", "名称", "完成单位", *(f"列{n}" for n in range(20_000))])
    done = run(registry, "w.csv", f"{wide}\nw-1,宽表,山东某大学{',x' * 20_000}\n".encode())

    assert done["counts"]["created"] == 1, done  # type: ignore[index]


@pytest.mark.parametrize("name", ["big.csv", "big.ndjson"])
def test_200_mb_in_one_line_cost_little_memory(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with path.open("wb") as file:
        file.write(b'{"source_id": "' if name.endswith("n") else "编号,名称\n".encode())
        file.seek(200_000_000)
        file.write(b'"}')
    script = (
        "import resource, sys; from pathlib import Path\n"
        "from services.achievements.rules.kinds import ImportKind\n"
        "from services.achievements.rules.uploads import FileFormat\n"
        "from services.achievements.usecases.import_rows import read_file\n"
        "from kit.errors import DomainError\n"
        "path = Path(sys.argv[1]); kind = FileFormat(path.suffix[1:])\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try:\n"
        "    print([row.row.faults[0].code for row in"
        " read_file(ImportKind.ACHIEVEMENTS, kind, path).rows])\n"
        "except DomainError as error:\n"
        "    print(error.code)\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, timeout=60
    )
    said, megabytes = done.stdout.split("\n")[:2]

    assert said in ("['json_invalid']", "file_unreadable", "header_not_found"), done.stderr
    assert int(megabytes) < 50
