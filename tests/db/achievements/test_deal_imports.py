"""Demands and contracts come in by file as the other kinds do, and what is settled stays."""

import csv
import io

import httpx
import pytest

from tests.db.achievements.conftest import ENTERPRISE, UNIVERSITY, Registry, make_item
from tests.db.achievements.test_contracts import decide, make_contract

OTHER = "12370000495500022X"
CONTRACT_HEADERS = [
    "合同编号", "项目名称", "合同类别", "卖方名称", "卖方统一社会信用代码", "卖方性质",
    "买方名称", "买方统一社会信用代码", "买方机构类型", "合同成交额（万元）", "技术交易额（万元）",
    "签订日期", "计划来源", "所涉成果的平台编号",
]  # fmt: skip


def make_row(number: int, **changes: object) -> list[str]:
    values: dict[str, object] = {
        "合同编号": f"HT-{number}", "项目名称": f"湖泊蓝藻预警{number}号", "合同类别": "开发",
        "卖方名称": "山东某大学", "卖方统一社会信用代码": UNIVERSITY, "卖方性质": "022",
        "买方名称": "济南明湖智造科技有限公司", "买方统一社会信用代码": ENTERPRISE,
        "买方机构类型": "企业", "合同成交额": "50", "技术交易额": "45", "签订日期": "2025.3",
        "计划来源": "省级计划", "成果": "",
    }  # fmt: skip
    return [str(value) for value in (values | changes).values()]


def write(headers: list[str], rows: list[list[str]]) -> bytes:
    stream = io.StringIO()
    csv.writer(stream).writerows([headers, *rows])
    return stream.getvalue().encode()


def send(
    registry: Registry, caller: httpx.Client, kind: str, file: bytes, **form: str
) -> dict[str, object]:
    data = {"kind": kind} | form
    sent = caller.post("/v1/imports", data=data, files={"file": ("a.csv", file)})
    assert sent.status_code == 202, sent.text
    registry.finish_import(sent.json()["id"])
    done: dict[str, object] = caller.get(sent.headers["Location"]).json()
    return done


def faults_of(caller: httpx.Client, done: dict[str, object]) -> dict[str, str]:
    rows = caller.get(f"/v1/imports/{done['id']}/rows").json()["items"]
    return {row["source_id"]: row["errors"][0]["code"] for row in rows}


def counted(done: dict[str, object], *names: str) -> list[int]:
    counts = done["counts"]
    assert isinstance(counts, dict)
    return [counts[name] for name in names]


def find(registry: Registry, source_id: str) -> dict[str, object]:
    found = registry.university.get("/v1/contracts", params={"source_id": source_id}).json()
    item: dict[str, object] = found["items"][0]
    return item


def test_contracts_of_a_file_are_drafts_with_their_form(registry: Registry) -> None:
    file = write(CONTRACT_HEADERS, [make_row(1), make_row(2, 合同类别="技术许可")])
    done = send(registry, registry.university, "contracts", file)
    again = send(registry, registry.university, "contracts", file)

    assert counted(done, "created", "failed") == [2, 0], done
    assert counted(again, "unchanged", "created") == [2, 0]
    kept = find(registry, "HT-1")
    assert (kept["state"], kept["type"], kept["total_yuan"]) == (
        "draft", "development", "500000.00",
    )  # fmt: skip
    assert kept["seller"] == {"uscc": UNIVERSITY, "name": "山东某大学", "kind": "university"}
    form = kept["form"]
    assert isinstance(form, dict)
    assert (form["plan_source"], form["seller_nature"]) == ("省级计划", "022")
    assert registry.enterprise.get(f"/v1/contracts/{kept['id']}").status_code == 200


def test_a_contract_of_others_or_of_an_unknown_achievement_is_left_out(registry: Registry) -> None:
    hidden = make_item(source_id="hidden", visibility="private")
    private = registry.enterprise.post("/v1/achievements", json=hidden).json()["id"]
    foreign = make_contract(source_id="theirs")
    theirs = registry.enterprise.post("/v1/contracts", json=foreign).json()["id"]
    rows = [
        make_row(10),
        make_row(11, 卖方统一社会信用代码=OTHER),
        make_row(12, 成果="019c0000-0000-7000-8000-000000000001"),
        make_row(13, 成果=private),
        make_row(14, 合同类别="赠送"),
        make_row(15, 技术交易额="60"),
        make_row(16, 合同编号=theirs),
        make_row(17, 卖方性质=""),
        make_row(10),
    ]
    done = send(registry, registry.university, "contracts", write(CONTRACT_HEADERS, rows))

    assert counted(done, "created", "failed", "duplicates") == [1, 7, 1]
    assert faults_of(registry.university, done) == {
        "HT-11": "not_a_side",
        "HT-12": "not_found",
        "HT-13": "not_found",
        "HT-14": "enum",
        "HT-15": "technology_above_total",
        theirs: "kept_by_other_side",
        "HT-17": "missing",
    }


def test_what_was_submitted_is_changed_by_no_file(registry: Registry) -> None:
    send(registry, registry.university, "contracts", write(CONTRACT_HEADERS, [make_row(20)]))
    draft = find(registry, "HT-20")
    changed = write(CONTRACT_HEADERS, [make_row(20, 技术交易额="40")])
    as_draft = send(registry, registry.university, "contracts", changed)
    decide(registry.university, find(registry, "HT-20"), "submitted")  # type: ignore[arg-type]
    later = write(CONTRACT_HEADERS, [make_row(20, 技术交易额="30")])
    refused = send(registry, registry.university, "contracts", later)
    same = send(registry, registry.university, "contracts", changed)

    assert draft["technology_yuan"] == "450000.00"
    assert counted(as_draft, "updated") == [1]
    assert faults_of(registry.university, refused) == {"HT-20": "contract_not_draft"}
    assert counted(same, "unchanged", "failed") == [1, 0]
    kept = find(registry, "HT-20")
    assert (kept["state"], kept["technology_yuan"]) == ("submitted", "400000.00")


@pytest.mark.parametrize("mode", ["partial", "atomic"])
def test_a_file_of_contracts_is_taken_back_until_something_stands_on_it(
    registry: Registry, mode: str
) -> None:
    number = 30 if mode == "partial" else 35
    before = write(CONTRACT_HEADERS, [make_row(number)])
    send(registry, registry.university, "contracts", before)
    rows = [make_row(number, 技术交易额="1"), make_row(number + 1)]
    done = send(
        registry, registry.university, "contracts", write(CONTRACT_HEADERS, rows), mode=mode
    )
    back = registry.university.post(f"/v1/imports/{done['id']}/rollback")
    again = send(registry, registry.university, "contracts", write(CONTRACT_HEADERS, rows))
    decide(registry.university, find(registry, f"HT-{number + 1}"), "submitted")  # type: ignore[arg-type]
    too_late = registry.university.post(f"/v1/imports/{again['id']}/rollback")

    assert counted(done, "updated", "created") == [1, 1]
    assert back.status_code == 200, back.text
    assert (too_late.status_code, too_late.json()["code"]) == (409, "import_built_upon")
    assert find(registry, f"HT-{number}")["technology_yuan"] == "10000.00"


def test_a_snapshot_withdraws_drafts_only(registry: Registry) -> None:
    rows = [
        ["D-1", "湖水预警", "怎样提前"],
        ["D-2", "泉水流量", "怎样测量"],
        ["D-3", "雨量", "怎样报"],
    ]
    headers = ["需求编号", "需求名称", "要解决的问题"]
    first = send(registry, registry.enterprise, "demands", write(headers, rows))
    place = "/v1/demands"
    published = registry.enterprise.get(place, params={"source_id": "D-1"}).json()["items"][0]
    answer = registry.enterprise.post(
        f"{place}/{published['id']}/decisions",
        json={"decision": "published"},
        headers={"If-Match": f'"{published["version"]}"'},
    )
    left = send(
        registry, registry.enterprise, "demands", write(headers, rows[1:2]), mode="snapshot"
    )

    assert counted(first, "created") == [3]
    assert answer.status_code == 200, answer.text
    assert left["state"] == "completed", left
    kept = registry.enterprise.get(place).json()["items"]
    assert {one["source_id"] for one in kept} == {"D-1", "D-2"}


def test_indicators_stand_one_on_a_line(registry: Registry) -> None:
    headers = ["需求编号", "需求名称", "要解决的问题", "指标", "预算（万元）", "期限", "合作方式"]
    rows = [
        [
            "I-1",
            "预警",
            "怎样",
            "提前量：≥10 分钟、无漏报\n误报: 0.5 次/月",
            "50",
            "18个月",
            "开发、许可",
        ],
        ["I-2", "预警", "怎样", "要准", "50", "18", "技术开发"],
    ]
    done = send(registry, registry.enterprise, "demands", write(headers, rows))

    assert faults_of(registry.enterprise, done) == {"I-2": "indicator_format"}
    found = registry.enterprise.get("/v1/demands", params={"source_id": "I-1"}).json()["items"][0]
    assert found["indicators"] == [
        {"name": "提前量", "target": "≥10 分钟、无漏报"},
        {"name": "误报", "target": "0.5 次/月"},
    ]
    assert (found["budget_yuan"], found["term_months"]) == ("500000.00", 18)
