"""Instruments, researchers, expenditure, platforms, awards, organisations: the same habits."""

import pytest
from sqlalchemy import text

from tests.db.achievements.conftest import ENTERPRISE, UNIVERSITY, Registry, make_item

EXPENDITURE = {
    "year": 2025,
    "total_yuan": "1000000.00",
    "personnel_yuan": "500000.00",
    "direct_input_yuan": "200000.00",
    "depreciation_yuan": "100000.00",
    "intangible_amortization_yuan": "50000.00",
    "design_yuan": "50000.00",
    "equipment_trial_yuan": "50000.00",
    "outsourced_yuan": "30000.00",
    "other_yuan": "20000.00",
}
KINDS = {
    "instruments": {"name": "场发射扫描电子显微镜", "original_value_yuan": "3200000.00"},
    "researchers": {"name": "王小云", "orcid": "0000-0002-1694-233X", "fields": ["密码学"]},
    "rd-expenditures": EXPENDITURE,
    "platforms": {"kind": "key_laboratory", "name": "济南市重点实验室", "floor_area_m2": "1200.5"},
    "awards": {
        "scheme": "shandong_st_progress", "level": "first", "title": "关键技术",
        "awarded_on": "2024-03-01",
    },
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_written_read_listed_and_upserted_alike(
    registry: Registry, kind: str
) -> None:
    body = KINDS[kind]
    made = registry.enterprise.post(f"/v1/{kind}", json=body | {"source_id": "k 1"})
    again = registry.enterprise.put(f"/v1/{kind}/by-source/k%201", json=body)
    new = registry.enterprise.put(f"/v1/{kind}/by-source/k2", json=body)
    batch = registry.enterprise.post(
        f"/v1/{kind}/batches", json={"items": [body | {"source_id": "k3"}, {"source_id": "k4"}]}
    )

    assert made.status_code == 201, made.text
    assert (again.status_code, again.json()["result"]) == (200, "unchanged")
    assert (new.status_code, new.json()["result"]) == (201, "created")
    assert [item["result"] for item in batch.json()["items"]] == ["created", "failed"]
    read = registry.enterprise.get(made.headers["Location"])
    assert read.json() == made.json()
    assert read.headers["ETag"] == '"1"'
    listed = registry.enterprise.get(f"/v1/{kind}", params={"organization": ENTERPRISE}).json()
    assert [item["source_id"] for item in listed["items"]] == ["k3", "k2", "k 1"]
    history = registry.enterprise.get(f"{made.headers['Location']}/history").json()
    assert [line["act"] for line in history["items"]] == ["created"]


def test_instruments_are_found_by_words_and_pages_join_up(registry: Registry) -> None:
    for n in range(3):
        registry.university.put(f"/v1/instruments/by-source/m{n}", json={"name": f"质谱仪{n}"})
    first = registry.public.get("/v1/instruments", params={"q": "质谱仪", "limit": 2}).json()
    second = registry.public.get(
        "/v1/instruments", params={"q": "质谱仪", "limit": 2, "cursor": first["next_cursor"]}
    ).json()

    names = [item["name"] for item in first["items"] + second["items"]]
    assert sorted(names) == ["质谱仪0", "质谱仪1", "质谱仪2"]


def test_expenditure_sums_to_the_fen_and_is_for_its_owner(registry: Registry) -> None:
    wrong = registry.university.post(
        "/v1/rd-expenditures",
        json=EXPENDITURE | {"source_id": "w", "other_yuan": "20000.01"},
    )
    made = registry.university.post("/v1/rd-expenditures", json=EXPENDITURE | {"source_id": "r"})
    place = made.headers["Location"]

    assert wrong.json()["errors"][0]["code"] == "sum_mismatch"
    assert registry.enterprise.get(place).status_code == 404
    assert registry.officer.get(place).status_code == 200
    assert registry.public.get(place).status_code == 401


def test_researchers_are_shown_to_members_only(registry: Registry) -> None:
    registry.university.put("/v1/researchers/by-source/w", json={"name": "赵某"})

    assert registry.public.get("/v1/researchers").status_code == 401
    assert registry.bank.get("/v1/researchers", params={"q": "赵某"}).json()["items"]


def test_an_organisation_describes_itself_and_an_officer_any(registry: Registry) -> None:
    registry.university.put("/v1/achievements/by-source/o", json=make_item(source_id="o"))
    met = registry.public.get(f"/v1/organizations/{UNIVERSITY}")
    assert (met.json()["name"], met.json()["in_district"]) == ("山东某大学", None)

    place, body = "/v1/organizations/91370102MA3D000200", {"name": "泉韵", "kind": "enterprise"}
    assert registry.university.put(place, json=body).status_code == 403
    assert registry.officer.put(place, json=body).status_code == 201
    changed = body | {"in_district": True, "is_industrial": True}
    assert registry.officer.put(place, json=changed).status_code == 428
    done = registry.officer.put(place, json=changed, headers={"If-Match": '"1"'})
    assert (done.status_code, done.headers["ETag"]) == (200, '"2"')
    contradiction = changed | {"above_designated_size_since": "2024-01-01"}
    wrong = registry.officer.put(place, json=contradiction, headers={"If-Match": '"2"'})
    assert wrong.json()["errors"][0]["code"] == "contradiction"
    with registry.database.read() as session:
        count = session.execute(
            text(
                "SELECT count(*) FROM events WHERE type = 'achievements.organization-registered'"
                " AND subject = '91370102MA3D000200'"
            )
        ).scalar_one()
    assert count == 2


@pytest.mark.parametrize("uscc", ["123", "914403001922038217", "%00", "x" * 300])
def test_an_organisation_needs_a_right_uscc(registry: Registry, uscc: str) -> None:
    assert registry.public.get(f"/v1/organizations/{uscc}").status_code == 422


def test_the_overview_counts_what_plain_sql_counts(registry: Registry) -> None:
    registry.university.put(
        "/v1/achievements/by-source/hid", json=make_item(source_id="hid", visibility="private")
    )
    everything = registry.officer.get("/v1/analytics/overview").json()
    public = registry.public.get("/v1/analytics/overview").json()

    with registry.database.read() as session:
        for kind in ("achievements", "instruments", "researchers", "rd_expenditures", "awards"):
            count = session.execute(text(f"SELECT count(*) FROM {kind}")).scalar_one()
            assert everything[kind] == count
        total = session.execute(
            text("SELECT coalesce(sum(total_yuan), 0.00) FROM rd_expenditures")
        ).scalar_one()
    assert everything["rd_total_yuan"] == str(total)
    assert everything["rows"]["rd_expenditures"] == "/v1/rd-expenditures"
    assert public["rows"]["rd_expenditures"] is None
    assert public["achievements"] == everything["achievements"] - 1
    assert public["rd_total_yuan"] == "0.00"


def test_the_gateway_learns_what_a_case_needs(registry: Registry) -> None:
    made = registry.university.put(
        "/v1/achievements/by-source/case", json=make_item(source_id="case", visibility="private")
    ).json()
    known = registry.service.get(f"/internal/achievements/{made['id']}").json()

    assert known["owner"] == {"uscc": UNIVERSITY, "name": "山东某大学", "kind": "university"}
    assert known["transfer_ways"] == ["license", "equity"]
    assert registry.service.get("/internal/achievements/none").status_code == 404


def test_the_description_names_every_operation(registry: Registry) -> None:
    described = registry.public.get("/openapi.json").json()

    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], (method, path)
            assert operation["tags"], (method, path)
            assert operation["x-roles"], (method, path)
