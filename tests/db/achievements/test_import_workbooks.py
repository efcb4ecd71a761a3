"""Templates, and uploads that come back with their errors in red."""

import csv
import io

import openpyxl
import pytest

from services.achievements.rules.kinds import ImportKind
from tests.db.achievements.conftest import Registry, make_item
from tests.db.achievements.importing import (
    HEADERS,
    PATH,
    find,
    lines_of,
    make_row,
    make_workbook,
    rows_of,
    run,
)
from tests.db.achievements.old_excel import make_xls


def test_the_error_workbook_corrected_goes_through(registry: Registry) -> None:
    done = run(
        registry,
        "改.xlsx",
        make_workbook(
            [make_row(40), make_row(41, 专利号="ZL201710601862.4"), make_row(42, 成果简介="=1+1")]
        ),
    )
    answer = registry.university.get(f"{PATH}/{done['id']}/error-workbook")
    assert answer.status_code == 200, answer.text
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = book.worksheets[0]

    wrong = sheet["J5"]
    assert wrong.fill.fgColor.rgb == "FFFFC7CE"
    assert "校验位" in wrong.comment.text
    assert sheet["N3"].value == "导入状态"
    assert sheet["N5"].value.startswith("失败")
    assert book.sheetnames[-1] == "导入汇总"
    assert not any(
        cell.data_type == "f" for one in book.worksheets for row in one.iter_rows() for cell in row
    )

    wrong.value = "ZL201710601862.3"
    stream = io.BytesIO()
    book.save(stream)
    again = run(registry, "改.xlsx", stream.getvalue())
    assert again["counts"]["failed"] == 0, rows_of(registry, again)  # type: ignore[index]
    # Titles and merged cells above the header are still there, and what was right is unchanged.
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A1:M1"]
    assert sheet["A1"].value == "山东某大学科技成果汇总表"
    assert (again["counts"]["created"], again["counts"]["unchanged"]) == (1, 2)  # type: ignore[index]


def test_an_english_template_is_filled_in_english_and_goes_in(registry: Registry) -> None:
    path = "/v1/import-templates/achievements.xlsx"
    asked = registry.public.get(path, params={"lang": "en"})
    preferred = registry.public.get(path, headers={"Accept-Language": "en-GB"})
    book = openpyxl.load_workbook(io.BytesIO(asked.content))
    sheet = book.worksheets[0]
    filled = {
        "Source id*": "en-1",
        "Title*": "Sulphide electrolyte",
        "Field": "new-materials",
        "TRL": "6",
        "Organizations*": "山东某大学",
        "Transfer ways": "license",
        "Asking price (yuan)": "500000",
        "Completed on": "2024-03-01",
        "Visibility": "members",
    }
    headers = [str(cell.value) for cell in sheet[1]]
    sheet.append([filled.get(header) for header in headers])
    stream = io.BytesIO()
    book.save(stream)

    done = run(registry, "en.xlsx", stream.getvalue())

    again = openpyxl.load_workbook(io.BytesIO(preferred.content)).worksheets[0]
    assert headers == [str(cell.value) for cell in again[1]]
    assert asked.headers["Content-Language"] == preferred.headers["Content-Language"] == "en"
    assert sheet.title == "achievement"
    assert set(filled) <= set(headers)
    assert done["counts"]["created"] == 1, rows_of(registry, done)  # type: ignore[index]
    kept = find(registry, "en-1")
    assert (kept["trl"], kept["asking_price_yuan"]) == (6, "500000.00")
    assert (kept["transfer_ways"], kept["visibility"]) == (["license"], "members")


@pytest.mark.parametrize("kind", ImportKind)
def test_the_template_of_each_kind_can_be_sent_back(registry: Registry, kind: str) -> None:
    answer = registry.public.get(f"/v1/import-templates/{kind}.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = book.worksheets[0]
    stream = io.BytesIO()
    book.save(stream)
    done = run(registry, f"{kind}.xlsx", stream.getvalue(), kind=kind)

    assert done["state"] == "completed", done
    if kind == "achievements":
        assert len(sheet.data_validations.dataValidation) >= 3


def make_csv(rows: list[list[object]]) -> bytes:
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode()


XLS_HEADERS = ["编号", "名称", "成果简介", "完成单位", "技术成熟度"]


@pytest.mark.parametrize(
    ("name", "content", "place", "wrong"),
    [
        (
            "改.csv",
            make_csv([HEADERS, make_row(95), make_row(96, 技术成熟度=12, 成果简介="'=1+1")]),
            (2, 6),
            ("第 3 行失败", "=1+1"),
        ),
        (
            "改.ndjson",
            lines_of(make_item(source_id="n-1"), make_item(source_id="n-2", trl=12)),
            (2, None),
            ("第 2 行失败", None),
        ),
        (
            "改.xls",
            make_xls([XLS_HEADERS, ["o-1", "旧一", "-", "甲", 3], ["o-2", "旧二", "-", "甲", 12]]),
            (2, 5),
            ("第 3 行失败", None),
        ),
    ],
)
def test_what_is_no_xlsx_comes_back_as_a_workbook_of_the_rows_left_out(
    registry: Registry,
    name: str,
    content: bytes,
    place: tuple[int, int | None],
    wrong: tuple[str, str | None],
) -> None:
    done = run(registry, name, content)
    answer = registry.university.get(f"{PATH}/{done['id']}/error-workbook")
    assert answer.status_code == 200, answer.text
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = book.worksheets[0]
    heads = {cell.value: cell.column for cell in sheet[1]}
    column = place[1] or heads["trl"]
    cell, status = sheet.cell(place[0], column), sheet.cell(2, heads["导入状态"])

    assert (sheet.max_row, book.sheetnames[-1]) == (2, "导入汇总")
    assert (cell.value, cell.fill.fgColor.rgb) == ("12", "FFFFC7CE")
    assert cell.comment is not None
    assert str(status.value).startswith(wrong[0])
    if wrong[1] is not None:
        assert sheet.cell(2, heads["成果简介"]).value == f"'{wrong[1]}"

    if name.endswith(".ndjson"):
        # Its items hold more than cells can say: they are corrected line by line.
        return
    cell.value = 3
    stream = io.BytesIO()
    book.save(stream)
    again = run(registry, "改好.xlsx", stream.getvalue())
    assert again["counts"]["created"] == 1, rows_of(registry, again)  # type: ignore[index]


def test_a_row_wider_than_its_heading_keeps_its_cells_beside_the_status(registry: Registry) -> None:
    wide = [*make_row(97, 技术成熟度=12), "备用一", "备用二"]
    rows = [make_row(1000 + number) for number in range(40)]
    done = run(registry, "宽.xlsx", make_workbook([*rows, wide]))
    answer = registry.university.get(f"{PATH}/{done['id']}/error-workbook")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]

    assert [cell.value for cell in sheet[44]][13:15] == ["备用一", "备用二"]
    assert str(sheet.cell(44, 16).value).startswith("失败")
