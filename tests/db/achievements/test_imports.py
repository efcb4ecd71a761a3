"""File imports: whatever the file looks like, good rows go in and bad ones are named."""

import json

import pytest

from tests.db.achievements.conftest import UNIVERSITY, Registry, make_item
from tests.db.achievements.importing import (
    PATH,
    find,
    make_row,
    make_workbook,
    rows_of,
    run,
    send,
)
from tests.db.achievements.old_excel import make_xls


def test_an_excel_file_as_people_write_it_goes_in(registry: Registry) -> None:
    done = run(registry, "成果.xlsx", make_workbook([make_row(n) for n in range(3)]))

    assert done["state"] == "completed"
    assert done["counts"] == {
        "read": 3, "created": 3, "updated": 0, "unchanged": 0, "failed": 0, "duplicates": 0,
    }  # fmt: skip
    item = find(registry, "X-1")
    assert item["asking_price_yuan"] == "500000.00"
    assert item["completed_on"] == "2024-03-01"
    assert [person["name"] for person in item["contributors"]] == ["张三", "李四", "王五"]  # type: ignore[attr-defined]
    assert [org["uscc"] for org in item["organizations"]] == [UNIVERSITY, "91370102MA3D000125"]  # type: ignore[attr-defined]
    assert item["field"] == "new-materials"
    assert item["transfer_ways"] == ["license", "equity"]


def test_the_same_file_again_changes_nothing(registry: Registry) -> None:
    content = make_workbook([make_row(n, 技术成熟度=3) for n in range(20, 25)])
    run(registry, "a.xlsx", content)
    again = run(registry, "a.xlsx", content)

    assert again["counts"]["unchanged"] == 5  # type: ignore[index]


def test_bad_rows_are_listed_by_row_column_code_and_message(registry: Registry) -> None:
    rows = [
        make_row(30),
        make_row(31, **{"成果名称*": None}),
        make_row(32, 技术成熟度=12),
        make_row(33, 统一社会信用代码=123700004955000143),
        make_row(34, 专利号="ZL201710601862.4"),
        make_row(35, 完成时间="不详的某天"),
        make_row(36, 转化方式="赠送"),
        make_row(30),
    ]
    done = run(registry, "坏.xlsx", make_workbook(rows))

    assert done["counts"] == {
        "read": 8, "created": 1, "updated": 0, "unchanged": 0, "failed": 6, "duplicates": 1,
    }  # fmt: skip
    failed = {row["row"]: row["errors"] for row in rows_of(registry, done)}
    assert {row: errors[0]["code"] for row, errors in failed.items()} == {
        5: "missing",
        6: "less_than_equal",
        7: "digits_lost",
        8: "patent_number_check",
        9: "date_format",
        10: "enum",
    }
    assert failed[5][0]["pointer"] == "/title"
    assert rows_of(registry, done, "duplicate")[0]["row"] == 11


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8-sig", ","), ("gb18030", ","), ("utf-8", "\t"), ("gbk", ";"), ("utf-16", "\t")],
)
def test_csv_in_any_usual_dress(registry: Registry, encoding: str, delimiter: str) -> None:
    source_id = f"csv-{encoding}-{ord(delimiter)}"
    lines = [
        ["编号", "名称", "完成单位", "完成日期", "转让价格（元）"],
        [source_id, "新型传感器的研制", "山东某大学", "2024.3", "12万元"],
        [source_id + "b", "９１３７型传感器", "山东某大学", "2023/7/1", "1200.50"],
    ]
    content = "\r\n".join(delimiter.join(line) for line in lines).encode(encoding)
    done = run(registry, "数据.csv", content)

    assert done["counts"]["created"] == 2, rows_of(registry, done)  # type: ignore[index]
    assert find(registry, source_id)["asking_price_yuan"] == "120000.00"
    assert find(registry, source_id + "b")["title"] == "9137型传感器"


def test_ndjson_lines_are_judged_one_by_one(registry: Registry) -> None:
    good = json.dumps(make_item(source_id="nd-1"), ensure_ascii=False)
    bad = json.dumps(make_item(source_id="nd-2", trl=99))
    nul = '{"source_id": "nd-3", "title": "a\\u0000b", "organizations": [{"name": "x"}]}'
    done = run(registry, "a.ndjson", "\n".join([good, bad, "{oops", "", nul, "[]"]).encode())

    assert done["counts"]["created"] == 1  # type: ignore[index]
    assert [row["row"] for row in rows_of(registry, done)] == [2, 3, 5, 6]


def test_progress_comes_as_server_sent_events(registry: Registry) -> None:
    done = run(registry, "e.xlsx", make_workbook([make_row(60)]))
    answer = registry.university.get(f"{PATH}/{done['id']}/events")

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text.startswith("event: completed\ndata: {")


def test_expenditure_in_thousands_is_read_as_yuan(registry: Registry) -> None:
    headers = [
        "年度", "合计（千元）", "人员人工费用（千元）", "直接投入费用（千元）",
        "折旧与长期待摊（千元）", "无形资产摊销费用（千元）", "设计费用（千元）",
        "装备调试与试验（千元）", "委托外部（千元）", "其他费用（千元）",
    ]  # fmt: skip
    rows: list[list[object]] = [
        ["2024年", 100, 50, 20, 10, 5, 5, 5, 3, 2],
        [2025, 100, 50, 20, 10, 5, 5, 5, 3, 3],
    ]
    done = run(registry, "研发.xlsx", make_workbook(rows, headers), kind="rd_expenditures")

    assert done["counts"]["created"] == 1  # type: ignore[index]
    assert rows_of(registry, done)[0]["errors"][0]["code"] == "sum_mismatch"
    kept = registry.university.get("/v1/rd-expenditures").json()["items"][0]
    assert (kept["year"], kept["total_yuan"]) == (2024, "100000.00")


def test_others_do_not_see_an_import(registry: Registry) -> None:
    done = run(registry, "p.xlsx", make_workbook([make_row(70)]))

    assert registry.enterprise.get(f"{PATH}/{done['id']}").status_code == 404
    assert registry.officer.get(f"{PATH}/{done['id']}").status_code == 200
    assert send(registry.bank, "p.xlsx", b"PK\x03\x04").status_code == 403


def test_a_corrected_header_is_remembered_for_the_organisation(registry: Registry) -> None:
    content = "编号,名称,完成单位,拟卖多少\nmap-1,一种阀门,山东某大学,12.5\n".encode()
    first = run(registry, "a.csv", content)
    columns = [{"header": "拟卖多少", "field": "asking_price_yuan", "scale": 10000}]

    kept = registry.university.put("/v1/import-mappings/achievements", json={"columns": columns})
    second = run(registry, "a.csv", content)
    others = registry.enterprise.get("/v1/import-mappings/achievements").json()
    wrong = registry.university.put(
        "/v1/import-mappings/achievements", json={"columns": [{"header": "x", "field": "nonsense"}]}
    )

    assert first["counts"]["created"] == 1  # type: ignore[index]
    assert kept.json() == {"kind": "achievements", "columns": columns}, kept.text
    assert second["counts"]["updated"] == 1  # type: ignore[index]
    assert {"header": "拟卖多少", "field": "asking_price_yuan", "scale": 10000} in second["columns"]  # type: ignore[operator]
    assert find(registry, "map-1")["asking_price_yuan"] == "125000.00"
    assert others["columns"] == []
    assert (wrong.status_code, wrong.json()["errors"][0]["code"]) == (422, "field_unknown")
    registry.university.put("/v1/import-mappings/achievements", json={"columns": []})


def test_an_amount_without_a_unit_is_refused_until_somebody_names_it(registry: Registry) -> None:
    content = "编号,名称,完成单位,转让价格\nu-1,一种泵,山东某大学,50\nu-2,一种阀,山东某大学,3万元\n"
    tried = run(registry, "u.csv", content.encode(), dry_run=True)
    named = run(registry, "u.csv", content.encode(), money_unit="ten_thousand_yuan")
    wrong = send(registry.university, "u.csv", content.encode(), money_unit="dollar")

    [refused] = rows_of(registry, tried)
    assert (refused["row"], refused["errors"][0]["code"]) == (2, "unit_unclear")
    assert tried["counts"]["created"] == 1  # type: ignore[index]
    assert [one["scale"] for one in tried["columns"]] == [1, 1, 1, None]  # type: ignore[attr-defined]
    assert named["counts"]["created"] == 2  # type: ignore[index]
    assert find(registry, "u-1")["asking_price_yuan"] == "500000.00"
    assert find(registry, "u-2")["asking_price_yuan"] == "30000.00"
    assert wrong.status_code == 422


def test_a_workbook_of_old_excel_goes_in(registry: Registry) -> None:
    table: list[list[object]] = [
        ["某大学成果一览"],
        ["编号", "名称", "完成单位", "技术成熟度", "完成日期"],
        ["xls-1", "旧格式中的成果", "山东某大学", 6, 45352],
    ]
    done = run(registry, "旧.xls", make_xls(table))

    assert (done["format"], done["counts"]["created"]) == ("xls", 1), done  # type: ignore[index]
    item = find(registry, "xls-1")
    assert (item["trl"], item["completed_on"]) == (6, "2024-03-01")
