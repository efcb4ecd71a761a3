"""Files that mean harm, or are no tables: little memory, a clear answer."""

import io
import time
import zipfile

import openpyxl
import pytest

from tests.db.achievements.conftest import Registry
from tests.db.achievements.importing import (
    make_workbook,
    run,
    send,
)


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
    started = time.perf_counter()
    answer = send(registry.university, "bomb.xlsx", stream.getvalue())

    assert answer.status_code == 413
    assert answer.json()["code"] == "file_unpacks_too_large"
    assert time.perf_counter() - started < 2


def test_a_sheet_of_two_cells_at_its_far_corners_is_refused_unopened(registry: Registry) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "成果名称"
    sheet["XFD1048576"] = "x"
    stream = io.BytesIO()
    book.save(stream)
    done = run(registry, "wide.xlsx", stream.getvalue())

    assert done["state"] == "failed"
    assert done["problem"]["code"] == "file_unpacks_too_large"  # type: ignore[index]


def test_a_table_without_the_needed_columns_fails_with_their_names(registry: Registry) -> None:
    done = run(registry, "无.xlsx", make_workbook([["a"]], ["备注"]))

    assert done["state"] == "failed"
    assert done["problem"]["code"] == "header_not_found"  # type: ignore[index]
    assert "title" in done["problem"]["missing"]  # type: ignore[index]
