"""What was exported comes back in, in every format, and changes nothing."""

from collections.abc import Mapping

import pytest

from tests.db.achievements.conftest import ENTERPRISE, UNIVERSITY, Registry, make_item
from tests.db.achievements.importing import PATH, lines_of
from tests.db.achievements.test_other_kinds import EXPENDITURE, KINDS

GUARD = {"visibility": "members", "embargo_until": "2099-01-31"}
FULL: dict[str, list[Mapping[str, object]]] = {
    "achievements": [
        make_item(
            title="基于“图—文”的方法：一种（新）技术，第2版",
            abstract="=1+1 不是公式\n第二行，全角ＡＢＣ",
            keywords=["TCP/IP", "水，声", '说"好"的', "C/C++", "无"],
            organizations=[
                {"uscc": UNIVERSITY, "name": "山东某大学（威海）"},
                {"uscc": None, "name": "Acme Co., Ltd."},
                {"uscc": ENTERPRISE, "name": "济南明湖智造科技有限公司"},
            ],
            contributors=[
                {"name": "张三", "orcid": None},
                {"name": "John A. Smith (Jr)", "orcid": "0000-0002-1825-0097"},
                {"name": "李 四", "orcid": None},
            ],
            intellectual_property=[
                {"kind": "invention_patent", "number": "ZL201710601862.3", "status": "granted"},
                {"kind": "technical_secret", "number": None, "status": None},
                {"kind": "software_copyright", "number": "2020SR0123456", "status": "registered"},
                {"kind": "paper", "number": "10.1000/182", "status": None},
            ],
            form={"stage": "mature", "invested_yuan": "12.00"},
            hidden_fields=["abstract", "asking_price_yuan"],
            **GUARD,
        ),
        make_item(title="+86号", abstract=None, keywords=[], contributors=[], trl=None,
                  intellectual_property=[], transfer_ways=[], asking_price_yuan=None,
                  completed_on=None, field=None, industry=None, visibility="classified"),
    ],
    "instruments": [
        {**KINDS["instruments"], "model": "'=A1", "contact_phone": "0531-88888888",
         "contact_email": "a@b.cn", "commissioned_on": "2020-06-01", "is_shared": True,
         "form": {"postcode": "250100"}, "hidden_fields": ["contact_phone"], **GUARD},
    ],
    "researchers": [
        {**KINDS["researchers"], "fields": ["密码学", "A/B 测试"], "biography": "一\n二、三",
         "hidden_fields": ["orcid", "email"], "visibility": "private"},
    ],
    "rd-expenditures": [
        {**EXPENDITURE, "revenue_yuan": "90000000.05", "visibility": "members",
         "form": {"outsourced_abroad_yuan": "30000.00"}, "hidden_fields": ["revenue_yuan"]},
    ],
    "platforms": [
        {**KINDS["platforms"], "floor_area_m2": "1200.50", "capacity": 0, "in_district": False,
         "co_builders": [{"name": "外国某所"}, {"name": "某校", "uscc": UNIVERSITY}],
         "hidden_fields": ["address"], **GUARD},
        {**KINDS["platforms"], "co_builders": []},
    ],
    "awards": [
        {**KINDS["awards"], "winners": ["张三", "李/四"], "certificate_number": "20240301",
         "hidden_fields": ["winners"], **GUARD},
    ],
}  # fmt: skip


def send_back(registry: Registry, kind: str, name: str, content: bytes) -> dict[str, object]:
    data = {"kind": kind.replace("-", "_")}
    sent = registry.university.post(PATH, data=data, files={"file": (name, content)})
    assert sent.status_code == 202, sent.text
    registry.finish_import(sent.json()["id"])
    done = registry.university.get(f"{PATH}/{sent.json()['id']}").json()
    rows = registry.university.get(f"{PATH}/{done['id']}/rows").json()["items"]
    return {**done, "rows": rows}


@pytest.mark.parametrize("kind", FULL)
def test_an_export_of_every_kind_comes_back_unchanged_in_every_format(
    registry: Registry, kind: str
) -> None:
    for number, item in enumerate(FULL[kind]):
        body = {name: value for name, value in item.items() if name != "source_id"}
        made = registry.university.put(f"/v1/{kind}/by-source/{kind}-{number}", json=body)
        assert made.status_code == 201, made.text
    name = kind.replace("-", "_")

    for form in ("xlsx", "csv", "ndjson"):
        place = f"/v1/exports/{name}.{form}?organization={UNIVERSITY}"
        file = registry.university.get(place).content
        done = send_back(registry, kind, f"x.{form}", file)
        counts = {result: count for result, count in done["counts"].items() if count}  # type: ignore[attr-defined]
        assert counts == {"read": len(FULL[kind]), "unchanged": len(FULL[kind])}, (form, done)


def test_what_a_table_has_no_column_for_stays_as_it_is(registry: Registry) -> None:
    item = make_item(
        source_id="partial", visibility="private", embargo_until="2099-01-01",
        hidden_fields=["abstract"], form={"stage": "mature"},
    )  # fmt: skip
    before = registry.university.put("/v1/achievements/by-source/partial", json=item).json()
    table = (
        "编号,成果名称,完成单位,技术成熟度,专利号\npartial,新名称,山东某大学,7,ZL201710601862.3\n"
    )

    done = send_back(registry, "achievements", "x.csv", table.encode())

    assert done["counts"]["updated"] == 1, done  # type: ignore[index]
    after = registry.university.get(f"/v1/achievements/{before['id']}").json()
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {"title", "trl", "version", "updated_at"}


def test_a_blank_cell_empties_what_the_table_has_a_column_for(registry: Registry) -> None:
    registry.university.put(
        "/v1/achievements/by-source/blank", json=make_item(source_id="blank")
    ).raise_for_status()
    table = "编号,成果名称,完成单位,成果简介,技术成熟度\nblank,固态,山东某大学,,\n"

    send_back(registry, "achievements", "x.csv", table.encode())

    found = registry.university.get("/v1/achievements", params={"source_id": "blank"}).json()
    assert (found["items"][0]["abstract"], found["items"][0]["trl"]) == (None, None)


@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_what_belongs_to_another_is_not_taken_as_the_senders_own(
    registry: Registry, form: str
) -> None:
    item = make_item(source_id=f"foreign-{form}", intellectual_property=[])
    registry.enterprise.put(f"/v1/achievements/by-source/foreign-{form}", json=item)
    place = f"/v1/exports/achievements.{form}?organization={ENTERPRISE}"
    file = registry.university.get(place).content

    done = send_back(registry, "achievements", f"x.{form}", file)

    assert done["counts"]["created"] == 0  # type: ignore[index]
    assert {e["code"] for row in done["rows"] for e in row["errors"]} == {"owner_foreign"}  # type: ignore[attr-defined]


def test_a_line_says_all_there_is(registry: Registry) -> None:
    item = make_item(source_id="line", hidden_fields=["abstract"])
    registry.university.put("/v1/achievements/by-source/line", json=item).raise_for_status()
    short = {name: item[name] for name in ("source_id", "title", "organizations")}

    send_back(registry, "achievements", "x.ndjson", lines_of(short))

    found = registry.university.get("/v1/achievements", params={"source_id": "line"}).json()
    assert (found["items"][0]["trl"], found["items"][0]["hidden_fields"]) == (None, None)


def test_chinese_commas_separate_columns_where_nothing_else_does(registry: Registry) -> None:
    table = "编号，成果名称，完成单位\ncomma，手敲的表，山东某大学\n"

    done = send_back(registry, "achievements", "x.csv", table.encode())

    assert done["counts"]["created"] == 1, done  # type: ignore[index]
