"""A filled national form goes in as a file, and comes out again as it was."""

import csv
import io

import httpx
import pytest

from tests.db.achievements.conftest import ENTERPRISE, UNIVERSITY, Registry, make_item
from tests.db.achievements.importing import PATH, find, rows_of, run

USCCS = {"university": UNIVERSITY, "enterprise": ENTERPRISE}
ACHIEVEMENT = {
    "registration_number": "3702024Y0001",
    "recommended_by": "济南市科学技术局",
    "registered_on": "2024-05-06",
    "research_started": "2022-01",
    "research_ended": "2024-03",
    "secrecy": "非密",
    "form_type": "applied",
    "nature": "original",
    "outcome_form": "新工艺",
    "outcome_level": "国内领先",
    "stage": "middle",
    "evaluation_way": "会议评价",
    "evaluated_by": "某评价机构",
    "evaluated_on": "2024-04-01",
    "project_source": "省重点研发计划",
    "invested_yuan": "1200000.00",
    "discipline": "43040",
    "application_state": "小批量应用",
}
INSTRUMENT = {
    "internal_number": "20240017",
    "research_fields": "材料断口形貌",
    "accessories": "能谱仪",
    "certification": "CMA",
    "postcode": "250100",
    "open_hours": "工作日 8:30-17:30",
    "service_year": 2024,
    "service_hours": 820,
    "service_income_yuan": "36000.00",
    "known_users": "某研究院",
    "results": "论文两篇",
    "picture": "sem.jpg",
    "remark": "须提前预约",
}
RD = {
    "outsourced_institutes_yuan": "1000.00",
    "outsourced_universities_yuan": "2000.00",
    "outsourced_enterprises_yuan": "3000.00",
    "outsourced_abroad_yuan": "4000.00",
}


def export(registry: Registry, whose: str, kind: str, form: str) -> bytes:
    caller: httpx.Client = getattr(registry, whose)
    of = {"form": form, "organization": USCCS[whose]}
    answer = caller.get(f"/v1/exports/{kind}.csv", params=of)
    assert answer.status_code == 200, answer.text
    return answer.content


def send_as(registry: Registry, caller: httpx.Client, kind: str, content: bytes) -> None:
    sent = caller.post(
        PATH,
        data={"kind": kind, "money_unit": "yuan"},
        files={"file": (f"{kind}.csv", content)},
    )
    registry.finish_import(sent.json()["id"])
    done = caller.get(f"{PATH}/{sent.json()['id']}").json()
    rows = caller.get(f"{PATH}/{done['id']}/rows").json()["items"]
    assert done["counts"]["created"] == 1, (done, rows)


def without(content: bytes, *headers: str) -> list[dict[str, str]]:
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    return [{name: row[name] for name in row if name not in headers} for row in rows]


def test_a_filled_registration_form_comes_out_as_it_went_in(registry: Registry) -> None:
    form = "achievement_registration"
    body = make_item(source_id="F-1", form=ACHIEVEMENT)
    assert registry.university.put("/v1/achievements/by-source/F-1", json=body).status_code == 201
    filled = export(registry, "university", "achievements", form)

    send_as(registry, registry.enterprise, "achievements", filled)

    mine = {"organization": ENTERPRISE}
    again = registry.enterprise.get("/v1/exports/achievements.ndjson", params=mine).json()
    assert again["source_id"] == ACHIEVEMENT["registration_number"]
    told = {name: value for name, value in ACHIEVEMENT.items() if name != "registration_number"}
    assert again["form"] == told
    assert export(registry, "enterprise", "achievements", form) == filled


def test_the_33_fields_of_an_instrument_come_out_as_they_went_in(registry: Registry) -> None:
    body = {
        "source_id": "F-2", "name": "扫描电镜", "model": "SU8220", "is_shared": True,
        "original_value_yuan": "3200000.00", "purpose": "形貌观察", "form": INSTRUMENT,
    }  # fmt: skip
    assert registry.university.put("/v1/instruments/by-source/F-2", json=body).status_code == 201
    filled = export(registry, "university", "instruments", "large_instrument")

    send_as(registry, registry.enterprise, "instruments", filled)

    again = export(registry, "enterprise", "instruments", "large_instrument")
    assert without(again, "所在单位") == without(filled, "所在单位")
    assert len(without(filled)[0]) == 33


def test_the_outsourcing_of_107_2_comes_from_a_table(registry: Registry) -> None:
    total = {"total_yuan": "10000.00", "outsourced_yuan": "10000.00"}
    parts = ("personnel", "direct_input", "depreciation", "intangible_amortization", "design",
             "equipment_trial", "other")  # fmt: skip
    zeros = {f"{name}_yuan": "0.00" for name in parts}
    body = {"source_id": "2023", "year": 2023, **total, **zeros, "form": RD}
    made = registry.university.put("/v1/rd-expenditures/by-source/2023", json=body)
    assert made.status_code == 201, made.text
    filled = export(registry, "university", "rd_expenditures", "rd_107_2")

    send_as(registry, registry.enterprise, "rd_expenditures", filled)

    again = export(registry, "enterprise", "rd_expenditures", "rd_107_2")
    whose = ("统一社会信用代码", "单位名称")
    assert without(again, *whose) == without(filled, *whose)


@pytest.mark.parametrize(
    ("headers", "cells", "source_id", "number"),
    [
        ("批准登记号,成果名称,完成单位", "3702024Y0002,甲,某大学", "3702024Y0002", None),
        (
            "批准登记号,成果编号,成果名称,完成单位",
            "3702024Y0003,G-3,甲,某大学",
            "G-3",
            "3702024Y0003",
        ),
    ],
)
def test_a_national_number_names_the_record_where_nothing_else_does(
    registry: Registry, headers: str, cells: str, source_id: str, number: str | None
) -> None:
    done = run(registry, "n.csv", f"{headers}\n{cells}\n".encode())

    assert done["counts"]["created"] == 1, rows_of(registry, done)  # type: ignore[index]
    form = find(registry, source_id)["form"]
    assert (form or {}).get("registration_number") == number  # type: ignore[attr-defined]


def test_a_table_with_some_fields_of_a_form_leaves_the_others(registry: Registry) -> None:
    body = make_item(source_id="F-9", form=ACHIEVEMENT, intellectual_property=[])
    registry.university.put("/v1/achievements/by-source/F-9", json=body)
    table = (
        "成果编号,成果名称,完成单位,统一社会信用代码,成果水平\n"
        f"F-9,{body['title']},山东某大学,{UNIVERSITY},国际先进\n"
    )

    run(registry, "part.csv", table.encode())

    assert find(registry, "F-9")["form"] == ACHIEVEMENT | {"outcome_level": "国际先进"}
