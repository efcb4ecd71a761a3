"""File imports: whatever the file looks like, good rows go in and bad ones are named."""

import io
import json
import time
import zipfile
from collections.abc import Callable

import httpx
import openpyxl
import pytest
from sqlalchemy import text

from kit.db import WriteSession
from services.achievements.rules.kinds import ImportKind
from services.achievements.usecases import import_pieces
from services.achievements.usecases import import_runs as importing
from tests.db.achievements.conftest import UNIVERSITY, Registry, make_item

PATH = "/v1/imports"
HEADERS = [
    "成果编号", "成果名称*", "成果简介", "关键词", "技术领域", "技术成熟度", "完成单位",
    "统一社会信用代码", "主要完成人", "专利号", "转化方式", "意向价格（万元）", "完成时间",
]  # fmt: skip


def make_row(number: int, **changes: object) -> list[object]:
    values = {
        "成果编号": f"X-{number}",
        "成果名称*": f"导入成果{number}号",
        "成果简介": "一种新型材料的制备方法",
        "关键词": "材料；制备",
        "技术领域": "新材料",
        "技术成熟度": 6,
        "完成单位": "山东某大学、济南明湖智造科技有限公司",
        "统一社会信用代码": f"{UNIVERSITY}、91370102MA3D000125",
        "主要完成人": "张三、李四（组长）;王五",
        "专利号": "ZL201710601862.3",
        "转化方式": "许可、作价入股",
        "意向价格（万元）": 50,
        "完成时间": "2024年3月",
    }
    return list((values | changes).values())


def make_workbook(rows: list[list[object]], headers: list[str] = HEADERS) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.merge_cells("A1:M1")
    sheet["A1"] = "山东某大学科技成果汇总表"
    sheet["A2"] = "填报单位：山东某大学"
    sheet.append(headers)
    for row in rows:
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def send(client: httpx.Client, name: str, content: bytes, **form: object) -> httpx.Response:
    data = {"kind": "achievements"} | {key: str(value).lower() for key, value in form.items()}
    return client.post(PATH, files={"file": (name, content)}, data=data)


def run(registry: Registry, name: str, content: bytes, **form: object) -> dict[str, object]:
    accepted = send(registry.university, name, content, **form)
    assert accepted.status_code == 202, accepted.text
    registry.finish_import(accepted.json()["id"])
    answer: dict[str, object] = registry.university.get(accepted.headers["Location"]).json()
    return answer


def rows_of(registry: Registry, done: dict[str, object], status: str = "failed") -> list[dict]:  # type: ignore[type-arg]
    answer = registry.university.get(f"{PATH}/{done['id']}/rows", params={"status": status})
    assert answer.status_code == 200, answer.text
    rows: list[dict] = answer.json()["items"]  # type: ignore[type-arg]
    return rows


def find(registry: Registry, source_id: str) -> dict[str, object]:
    found = registry.university.get("/v1/achievements", params={"source_id": source_id}).json()
    item: dict[str, object] = found["items"][0]
    return item


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
    assert again["counts"]["created"] == 1  # type: ignore[index]


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("utf-8-sig", ","), ("gb18030", ","), ("utf-8", "\t"), ("gbk", ";")]
)
def test_csv_in_any_usual_dress(registry: Registry, encoding: str, delimiter: str) -> None:
    source_id = f"csv-{encoding}-{ord(delimiter)}"
    lines = [
        ["编号", "名称", "完成单位", "完成日期", "转让价格"],
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


def test_a_dry_run_counts_but_writes_nothing(registry: Registry) -> None:
    rows = [make_row(50), make_row(51, 技术成熟度=99)]
    done = run(registry, "试.xlsx", make_workbook(rows), dry_run=True)

    assert done["counts"]["created"] == 1  # type: ignore[index]
    assert done["counts"]["failed"] == 1  # type: ignore[index]
    found = registry.university.get("/v1/achievements", params={"source_id": "X-50"}).json()
    assert found["items"] == []


def test_a_killed_import_goes_on_where_it_was(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [json.dumps(make_item(source_id=f"kill-{n % 1100}")) for n in range(1200)]
    accepted = send(registry.university, "k.ndjson", "\n".join(lines).encode()).json()
    calls = 0
    keep: Callable[..., object] = importing.add_rows

    def die(session: WriteSession, import_id: str, rows: object) -> object:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise KeyboardInterrupt
        return keep(session, import_id, rows)

    monkeypatch.setattr(import_pieces, "CHUNK", 500)
    monkeypatch.setattr(importing, "add_rows", die)
    with pytest.raises(KeyboardInterrupt):
        registry.finish_import(accepted["id"])
    half = registry.university.get(f"{PATH}/{accepted['id']}").json()
    registry.finish_import(accepted["id"])
    done = registry.university.get(f"{PATH}/{accepted['id']}").json()

    assert half["counts"]["read"] == 500
    assert done["state"] == "completed"
    assert (done["counts"]["created"], done["counts"]["duplicates"]) == (1100, 100)
    with registry.database.read() as session:
        history = session.execute(
            text("SELECT count(*) FROM history WHERE import_id = :id"), {"id": accepted["id"]}
        ).scalar_one()
    assert history == 1100


def test_an_import_that_breaks_says_so_instead_of_hanging(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted = send(registry.university, "b.ndjson", json.dumps(make_item()).encode()).json()

    def break_down(*_: object) -> None:
        raise ValueError("a bug")

    monkeypatch.setattr(importing, "add_rows", break_down)
    registry.finish_import(accepted["id"])
    done = registry.university.get(f"{PATH}/{accepted['id']}").json()

    assert (done["state"], done["problem"]["code"]) == ("failed", "internal_error")


def test_progress_comes_as_server_sent_events(registry: Registry) -> None:
    done = run(registry, "e.xlsx", make_workbook([make_row(60)]))
    answer = registry.university.get(f"{PATH}/{done['id']}/events")

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text.startswith("event: completed\ndata: {")


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


def lines_of(*items: dict[str, object]) -> bytes:
    return "\n".join(json.dumps(item, ensure_ascii=False) for item in items).encode()


def list_everything(registry: Registry) -> list[object]:
    with registry.database.read() as session:
        rows = session.execute(
            text(
                "SELECT to_jsonb(t) - 'version' - 'document' FROM achievements t"
                " WHERE source_id LIKE 'back-%' ORDER BY source_id"
            )
        )
        keys = session.execute(
            text(
                "SELECT k.key, k.achievement_id FROM duplicate_keys k JOIN achievements t"
                " ON t.id = k.achievement_id WHERE source_id LIKE 'back-%' ORDER BY 1, 2"
            )
        )
        return [*rows.scalars(), *map(tuple, keys)]


def test_a_rollback_restores_the_state_before(registry: Registry) -> None:
    old = [make_item(source_id=f"back-{n}", title=f"回退前的旧题名{n}") for n in range(3)]
    run(registry, "old.ndjson", lines_of(*old))
    before = list_everything(registry)
    new = [make_item(source_id=f"back-{n}", title=f"之后的{n}", trl=None) for n in range(1, 6)]
    done = run(registry, "new.ndjson", lines_of(*new))

    back = registry.university.post(f"{PATH}/{done['id']}/rollback")

    assert (done["counts"]["created"], done["counts"]["updated"]) == (3, 2)  # type: ignore[index]
    assert (back.status_code, back.json()["state"]) == (200, "rolled_back"), back.text
    assert list_everything(registry) == before
    found = registry.university.get("/v1/achievements", params={"q": "回退前的旧题名"}).json()
    assert {f"back-{n}" for n in range(3)} <= {item["source_id"] for item in found["items"]}
    again = registry.university.post(f"{PATH}/{done['id']}/rollback")
    assert (again.status_code, again.json()["code"]) == (409, "import_not_reversible")


def test_a_rollback_is_refused_where_later_changes_stand_on_it(registry: Registry) -> None:
    done = run(registry, "a.ndjson", lines_of(make_item(source_id="stands-1", title="被修改的")))
    item = find(registry, "stands-1")
    changed = make_item(source_id="stands-1", title="后来又改了")
    registry.university.put("/v1/achievements/by-source/stands-1", json=changed)

    refused = registry.university.post(f"{PATH}/{done['id']}/rollback")

    assert (refused.status_code, refused.json()["code"]) == (409, "import_built_upon")
    assert refused.json()["things"] == [
        {"id": item["id"], "source_id": "stands-1", "because": "changed"}
    ]
    assert find(registry, "stands-1")["title"] == "后来又改了"


def test_nobody_takes_back_the_import_of_another(registry: Registry) -> None:
    done = run(registry, "a.ndjson", lines_of(make_item(source_id="mine-1")))

    assert registry.enterprise.post(f"{PATH}/{done['id']}/rollback").status_code == 404


def test_all_or_none_takes_none_where_one_row_is_wrong(registry: Registry) -> None:
    items = [make_item(source_id=f"all-{n}") for n in range(3)]
    bad = run(
        registry, "a.ndjson", lines_of(*items, make_item(source_id="all-x", trl=99)), mode="atomic"
    )
    none = registry.university.get("/v1/achievements", params={"source_id": "all-1"}).json()
    good = run(registry, "a.ndjson", lines_of(*items), mode="atomic")

    assert (bad["state"], bad["problem"]["code"]) == ("failed", "rows_refused")  # type: ignore[index]
    assert (bad["counts"]["created"], bad["counts"]["failed"]) == (0, 1)  # type: ignore[index]
    assert rows_of(registry, bad)[0]["row"] == 4
    assert none["items"] == []
    assert (good["state"], good["counts"]["created"]) == ("completed", 3)  # type: ignore[index]


def send_instruments(registry: Registry, *numbers: int, **form: object) -> dict[str, object]:
    items = [{"source_id": f"I-{n}", "name": f"质谱仪{n}"} for n in numbers]
    return run(registry, "i.ndjson", lines_of(*items), kind="instruments", **form)


def test_a_snapshot_withdraws_what_it_no_longer_names_and_can_be_taken_back(
    registry: Registry,
) -> None:
    send_instruments(registry, *range(5))
    before = registry.university.get("/v1/instruments", params={"limit": 200}).json()["items"]

    tried = send_instruments(registry, 0, 1, 2, mode="snapshot", dry_run=True)
    done = send_instruments(registry, 0, 1, 2, mode="snapshot")
    left = registry.university.get("/v1/instruments", params={"limit": 200}).json()["items"]
    back = registry.university.post(f"{PATH}/{done['id']}/rollback")
    restored = registry.university.get("/v1/instruments", params={"limit": 200}).json()["items"]

    assert (tried["withdrawn"], done["withdrawn"]) == (len(before) - 3, len(before) - 3)
    assert {item["source_id"] for item in left} == {"I-0", "I-1", "I-2"}
    assert back.status_code == 200, back.text
    without = [{k: v for k, v in item.items() if k != "version"} for item in restored]
    assert without == [{k: v for k, v in item.items() if k != "version"} for item in before]


def test_a_snapshot_cut_short_withdraws_nothing(registry: Registry) -> None:
    send_instruments(registry, *range(60))
    refused = send_instruments(registry, 0, mode="snapshot")
    meant = send_instruments(registry, 0, mode="snapshot", most_withdrawals=59)

    assert (refused["state"], refused["problem"]["code"]) == ("failed", "too_many_withdrawals")  # type: ignore[index]
    assert refused["withdrawn"] == 0
    assert (meant["state"], meant["withdrawn"]) == ("completed", 59)


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
