"""Tables from suppliers: xlsx and csv, heads in two languages, a receipt that names rows."""

import io
from datetime import date

import httpx
import pytest
from openpyxl import Workbook

from kit.auth import mint_token
from kit.keys import signing_key
from tests.db.credit.conftest import AUDITOR, ENTERPRISE, OFFICER, City

HEADS = ["统一社会信用代码", "事项代码", "值", "来源", "生效日期", "数据编号", "附加:rank"]


def upload(city: City, name: str, content: bytes) -> httpx.Response:
    token = mint_token(OFFICER, signing_key(city.settings), seconds=600)
    return httpx.post(
        f"{city.address}/v1/credit-facts/files",
        files={"file": (name, content)},
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
        trust_env=False,
    )


def workbook(*rows: list[object]) -> bytes:
    book, stream = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in [HEADS, *rows]:
        sheet.append(row)
    book.save(stream)
    return stream.getvalue()


def test_a_workbook_is_taken_row_by_row_with_a_receipt(city: City) -> None:
    content = workbook(
        [ENTERPRISE.uscc, "staff_total", 80.0, "人社局", date(2026, 6, 30), "xlsx-1", None],
        [ENTERPRISE.uscc, "st_award", "provincial_first", "科技厅", "2025-03-01", "xlsx-2", 1],
        [None, None, None, None, None, None, None],
        [ENTERPRISE.uscc, "staff_total", "many", "人社局", "2026-06-30", "xlsx-3", None],
        ["91370102MA3D00012", "staff_total", 3, "人社局", "2026-06-30", "xlsx-4", None],
    )

    first, second = upload(city, "facts.xlsx", content), upload(city, "facts.xlsx", content)
    read = city.call(AUDITOR, "GET", first.headers["location"]).json()
    failed = [(each["row"], each["field"]) for each in read["failures"]]
    award = city.call(ENTERPRISE, "GET", f"/v1/enterprises/{ENTERPRISE.uscc}/facts?item=st_award")

    assert first.status_code == 201, first.text
    assert (read["created"], read["unchanged"], read["failed"]) == (2, 0, 2)
    assert (second.json()["created"], second.json()["unchanged"]) == (0, 2)
    assert failed == [(5, "value"), (6, "uscc")]
    assert read["file_name"] == "facts.xlsx"
    assert award.json()["items"][0]["details"] == {"rank": "1"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk"])
def test_a_csv_in_either_encoding_is_read(city: City, encoding: str) -> None:
    line = f"{ENTERPRISE.uscc},leading_enterprise,领军企业{encoding},科技局,2026-01-01,{encoding},"
    content = "\r\n".join([",".join(HEADS), line]).encode(encoding)

    taken = upload(city, "facts.csv", content)

    assert taken.status_code == 201, taken.text
    assert taken.json()["created"] == 1, taken.text


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("facts.pdf", b"%PDF-1.7", 415),
        ("facts.xlsx", b"PK\x03\x04not a zip", 422),
        ("facts.csv", "统一社会信用代码,甲\n1,2".encode(), 422),
        ("facts.csv", b"uscc,item,value,source,valid_from", 422),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    city: City, name: str, content: bytes, code: int
) -> None:
    refused = upload(city, name, content)

    assert refused.status_code == code, refused.text
    assert refused.json()["detail"]
