"""Files to import, and the way to send them."""

import io
import json

import httpx
import openpyxl

from tests.db.achievements.conftest import UNIVERSITY, Registry

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


def lines_of(*items: dict[str, object]) -> bytes:
    return "\n".join(json.dumps(item, ensure_ascii=False) for item in items).encode()
