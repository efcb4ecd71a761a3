"""Templates, and uploads that come back with their errors in red."""

import io

import openpyxl
import pytest

from services.achievements.rules.kinds import ImportKind
from tests.db.achievements.conftest import Registry
from tests.db.achievements.importing import (
    PATH,
    make_row,
    make_workbook,
    rows_of,
    run,
)


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
