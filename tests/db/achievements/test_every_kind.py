"""Every kind by every door: one, by source, batch, file, template, search, export, history."""

import csv
import io

import pytest
from python_calamine import CalamineWorkbook

from services.achievements.rules.kinds import ImportKind
from tests.db.achievements.conftest import ENTERPRISE, Registry, make_item
from tests.db.achievements.test_other_kinds import KINDS

WORDS = {
    "achievements": "固态电池",
    "instruments": "扫描电子显微镜",
    "researchers": "密码学",
    "rd-expenditures": "2025",
    "platforms": "重点实验室",
    "awards": "关键技术",
    "demands": "热失控",
    "contracts": "电解质",
}
BODIES = KINDS | {"achievements": {k: v for k, v in make_item().items() if k != "source_id"}}
PLATFORM = {
    "level": "municipal",
    "capacity": 12,
    "in_district": True,
    "co_builders": [{"name": "济南某大学", "uscc": "12370000495500022X"}, {"name": "外国某所"}],
}
BODIES["platforms"] = BODIES["platforms"] | PLATFORM
DEMAND = {
    "title": "储能电池热失控早期预警技术",
    "problem": "现有系统只能在温度升高后报警，\n需要提前十分钟。",
    "field": "new-energy",
    "keywords": ["储能电池", "热失控"],
    "indicators": [
        {"name": "提前量", "target": "不少于10分钟、无漏报"},
        {"name": "误报率", "target": "≤0.5次/月"},
    ],
    "trl_wanted": 5,
    "budget_yuan": "1200000.00",
    "term_months": 18,
    "district": "历下区",
    "ways": ["development", "license"],
    "confidentiality": "invited",
    "invited": ["123700004955000143", "12370000495500022X"],
}
CONTRACT = {
    "title": "固态锂电池电解质专利实施许可合同",
    "type": "license",
    "seller": {"uscc": "123700004955000143", "name": "山东某大学", "kind": "university"},
    "buyer": {"uscc": ENTERPRISE, "name": "济南明湖智造科技有限公司", "kind": "enterprise"},
    "total_yuan": "500000.00",
    "technology_yuan": "450000.00",
    "equipment_yuan": "50000.00",
    "signed_on": "2024-05-02",
    "summary": "专利权人许可公司制造、销售；\n权属不变。",
    "form": {
        "registration_number": "24370102010001",
        "valid_from": "2024-05-02",
        "valid_to": "2029-05-01",
        "seller_country": "156",
        "seller_region": "370102",
        "seller_nature": "022",
        "buyer_nature": "150",
        "expected_output_yuan": "3000000.00",
        "field": "新材料",
        "plan_source": "省级计划",
    },
}
BODIES |= {"demands": DEMAND, "contracts": CONTRACT}
BODIES["awards"] = BODIES["awards"] | {"winners": ["张三", "李四"], "certificate_number": "J-1"}


@pytest.mark.parametrize("kind", WORDS)
def test_a_kind_is_written_by_every_door_and_read_by_every_other(
    registry: Registry, kind: str
) -> None:
    body, place = BODIES[kind], f"/v1/{kind}"
    made = registry.enterprise.post(place, json=body | {"source_id": "one"})
    upserted = registry.enterprise.put(f"{place}/by-source/two", json=body)
    batch = registry.enterprise.post(
        f"{place}/batches", json={"items": [body | {"source_id": "three"}]}
    )
    name = kind.replace("-", "_")
    files = {
        form: registry.enterprise.get(f"/v1/exports/{name}.{form}").content
        for form in ("csv", "xlsx", "ndjson")
    }

    assert made.status_code == upserted.status_code == 201, made.text
    assert [item["result"] for item in batch.json()["items"]] == ["created"]
    found = registry.enterprise.get(place, params={"q": WORDS[kind]}).json()["items"]
    assert {"one", "two", "three"} <= {item["source_id"] for item in found}
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(files["xlsx"])).get_sheet_by_index(0)
    lines = list(csv.reader(io.StringIO(files["csv"].decode("utf-8-sig"))))
    assert len(sheet.to_python()) == len(lines) == len(files["ndjson"].splitlines()) + 1 == 4
    acts = registry.auditor.get(f"{made.headers['Location']}/history").json()["items"]
    assert [(act["act"], act["organization_name"]) for act in acts] == [
        ("created", "济南明湖智造科技有限公司")
    ]


@pytest.mark.parametrize(
    "kind", [kind for kind in ImportKind if kind not in ("achievements", "organizations")]
)
def test_what_was_exported_comes_back_as_a_file_and_changes_nothing(
    registry: Registry, kind: ImportKind
) -> None:
    file = registry.enterprise.get(f"/v1/exports/{kind}.csv").content
    sent = registry.enterprise.post(
        "/v1/imports", data={"kind": kind.value}, files={"file": (f"{kind}.csv", file)}
    )
    registry.finish_import(sent.json()["id"])

    done = registry.enterprise.get(f"/v1/imports/{sent.json()['id']}").json()

    rows = registry.enterprise.get(f"/v1/imports/{done['id']}/rows").json()["items"]
    assert done["counts"]["unchanged"] == 3, (done, rows)
    template = registry.public.get(f"/v1/import-templates/{kind}.xlsx").content
    headers = CalamineWorkbook.from_filelike(io.BytesIO(template)).get_sheet_by_index(0)
    exported = file.decode("utf-8-sig").splitlines()[0].casefold()
    for header in headers.to_python()[0]:
        assert str(header).rstrip("*").casefold() in exported


def test_organisations_have_their_doors_too(registry: Registry) -> None:
    place, body = "/v1/organizations/91370102MA3D000200", {"name": "泉韵", "kind": "enterprise"}
    item = {"uscc": "12370000495500022X", "name": "济南某大学", "kind": "university"}

    assert registry.officer.put(place, json=body).status_code == 201
    sent = registry.officer.post("/v1/organizations/batches", json={"items": [item]})
    assert sent.json()["items"][0]["result"] == "created"
    found = registry.public.get("/v1/organizations", params={"q": "济南某"}).json()["items"]
    assert [one["uscc"] for one in found] == [item["uscc"]]
    assert registry.auditor.get(f"{place}/history").json()["items"][0]["act"] == "created"
    for form in ("csv", "xlsx", "ndjson"):
        assert registry.officer.get(f"/v1/exports/organizations.{form}").status_code == 200


def test_the_auditor_reads_all_acts_by_whom_to_what_and_when(registry: Registry) -> None:
    wanted = {"noun": "awards", "organization": ENTERPRISE, "limit": 2}
    first = registry.auditor.get("/v1/acts", params=wanted).json()
    rest = registry.auditor.get("/v1/acts", params=wanted | {"cursor": first["next_cursor"]}).json()
    later = {"since": "2999-01-01T00:00:00+08:00"}

    acts = first["items"] + rest["items"]
    assert [(act["noun"], act["act"]) for act in acts] == [("awards", "created")] * 3
    assert len({act["thing_id"] for act in acts}) == 3
    assert registry.auditor.get("/v1/acts", params=later).json()["items"] == []
    assert registry.enterprise.get("/v1/acts").status_code == 403
    assert registry.auditor.get("/v1/acts", params={"since": "2026-11-23"}).status_code == 422
