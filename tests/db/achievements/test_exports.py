"""What is entered once goes out in every shape: tables, lines, national forms."""

import csv
import io
import json

import pytest
from python_calamine import CalamineWorkbook

from tests.db.achievements.conftest import Registry, make_item
from tests.db.achievements.test_other_kinds import EXPENDITURE, KINDS

_INSTRUMENT = {
    "name": "=cmd|'/c calc'!A0",
    "model": "+1",
    "original_value_yuan": "3200000.00",
    "is_shared": True,
    "form": {
        "internal_number": "内-7",
        "postcode": "250100",
        "service_year": 2025,
        "service_hours": 1200,
        "service_income_yuan": "80000.00",
    },
}


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def read_xlsx(content: bytes) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


@pytest.mark.parametrize("kind", [*KINDS, "achievements", "organizations", "contracts"])
@pytest.mark.parametrize("form", ["xlsx", "csv", "ndjson"])
def test_every_kind_goes_out_in_every_format(registry: Registry, kind: str, form: str) -> None:
    if kind in KINDS:
        registry.enterprise.put(f"/v1/{kind}/by-source/x1", json=KINDS[kind])
    name = kind.replace("-", "_")

    answer = registry.enterprise.get(f"/v1/exports/{name}.{form}")

    assert answer.status_code == 200, answer.text
    if form == "xlsx":
        assert read_xlsx(answer.content)[0]
    if form == "csv":
        assert answer.content.startswith(b"\xef\xbb\xbf")
    if form == "ndjson" and kind in KINDS:
        listed = registry.enterprise.get(f"/v1/{kind}", params={"source_id": "x1"}).json()
        lines = [json.loads(line) for line in answer.text.splitlines()]
        item = listed["items"][0]
        mine = next(line for line in lines if line["id"] == item["id"])
        # What is worked out for the answer, and a number's zeros, are no part of the record.
        worked_out = {"version", "score", "highlights", "intensity", "jump", "floor_area_m2"}
        assert {name: mine[name] for name in mine.keys() & item.keys() - worked_out} == {
            name: value for name, value in item.items() if name not in worked_out
        }


def test_no_cell_starts_a_formula(registry: Registry) -> None:
    registry.university.put("/v1/instruments/by-source/formula", json=_INSTRUMENT)

    table = read_csv(registry.university.get("/v1/exports/instruments.csv").content)
    book = registry.university.get("/v1/exports/instruments.xlsx").content

    cells = [cell for row in table + read_xlsx(book) for cell in row if isinstance(cell, str)]
    assert "'=cmd|'/c calc'!A0" in cells
    assert not [cell for cell in cells if cell[:1] in {"=", "+", "-", "@"}]


def test_the_instrument_form_has_its_33_fields(registry: Registry) -> None:
    registry.university.put("/v1/instruments/by-source/f33", json=_INSTRUMENT)

    answer = registry.university.get(
        "/v1/exports/instruments.csv", params={"form": "large_instrument"}
    )

    table = read_csv(answer.content)
    assert len(table[0]) == 33
    row = dict(zip(table[0], next(row for row in table if row[0] == "f33"), strict=True))
    assert (row["所在单位"], row["邮编"], row["年对外服务机时"]) == ("山东某大学", "250100", "1200")


def test_form_107_counts_in_thousands_and_lists_projects(registry: Registry) -> None:
    project = {
        "name": "固态电池", "started": "2025-01", "finished": "2025-12", "participants": 8,
        "person_months": 60, "spent_yuan": "400500.00", "government_yuan": "100000.00",
    }  # fmt: skip
    form = {"projects": [project], "outsourced_universities_yuan": "30000.00"}
    wrong = registry.university.put(
        "/v1/rd-expenditures/by-source/f",
        json=EXPENDITURE | {"form": {"projects": [project | {"finished": "2024-12"}]}},
    )
    registry.university.put("/v1/rd-expenditures/by-source/f", json=EXPENDITURE | {"form": form})

    one = registry.university.get(
        "/v1/exports/rd_expenditures.csv", params={"form": "rd_107_1", "year": 2025}
    )
    two = registry.university.get(
        "/v1/exports/rd_expenditures.csv", params={"form": "rd_107_2", "year": 2025}
    )

    assert (wrong.status_code, wrong.json()["errors"][0]["code"]) == (422, "dates_reversed")
    projects = read_csv(one.content)
    assert [projects[1][3], *projects[1][-2:]] == ["固态电池", "401", "100"]
    assert read_csv(two.content)[1][3:5] == ["1000", "500"]
    refused = registry.university.get("/v1/exports/awards.csv", params={"form": "rd_107_2"})
    assert refused.status_code == 422


def test_the_registration_form_of_achievements(registry: Registry) -> None:
    form = {
        "registration_number": "3702024Y0001", "form_type": "applied", "nature": "original",
        "research_started": "2022-01", "research_ended": "2024-03", "discipline": "4303520",
    }  # fmt: skip
    item = make_item(source_id="reg", keywords=["甲", "乙", "丙", "丁"], form=form)
    made = registry.university.put("/v1/achievements/by-source/reg", json=item)

    answer = registry.university.get(
        "/v1/exports/achievements.csv", params={"form": "achievement_registration"}
    )

    assert made.status_code in (200, 201), made.text
    assert form.items() <= made.json()["form"].items()
    table = read_csv(answer.content)
    row = next(r for r in table if "3702024Y0001" in r)
    found = dict(zip(table[0], row, strict=True))
    assert (found["成果类别"], found["关键词"]) == ("应用技术", "甲、乙、丙")


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("instruments", {"state": "under_repair"}),
        ("researchers", {"title": "教授"}),
        ("rd-expenditures", {"revenue_yuan": "5000000.00"}),
        ("platforms", {"level": "municipal"}),
        ("awards", {"certificate_number": "J-1"}),
    ],
)
def test_every_kind_is_patched_with_its_version(
    registry: Registry, kind: str, change: dict[str, str]
) -> None:
    made = registry.university.put(f"/v1/{kind}/by-source/patched", json=KINDS[kind])
    place, match = f"/v1/{kind}/{made.json()['id']}", {"If-Match": '"1"'}

    unnamed = registry.university.patch(place, json=change)
    foreign = registry.officer.patch(place, json=change, headers=match)
    done = registry.university.patch(place, json=change | {"reason": "更正"}, headers=match)
    late = registry.university.patch(place, json=change, headers=match)

    assert [unnamed.status_code, foreign.status_code, late.status_code] == [428, 403, 412]
    assert done.status_code == 200, done.text
    assert change.items() <= done.json().items()
    lines = registry.university.get(f"{place}/history").json()["items"]
    assert (lines[-1]["reason"], list(lines[-1]["changes"])) == ("更正", list(change))


def test_what_is_classified_or_under_embargo_or_hidden_stays_where_it_is(
    registry: Registry,
) -> None:
    secret = make_item(source_id="secret", visibility="classified")
    later = make_item(source_id="later", embargo_until="2099-01-01")
    part = make_item(source_id="part", hidden_fields=["asking_price_yuan", "abstract"])
    made = [
        registry.university.put(f"/v1/achievements/by-source/{item['source_id']}", json=item)
        for item in (secret, later, part)
    ]
    ids = [answer.json()["id"] for answer in made]

    def sees(client: str) -> list[int]:
        caller = getattr(registry, client)
        return [caller.get(f"/v1/achievements/{record_id}").status_code for record_id in ids]

    assert sees("university") == [200, 200, 200]
    assert sees("officer") == [404, 200, 200]
    assert sees("public") == [404, 404, 200]
    shown = registry.public.get(f"/v1/achievements/{ids[2]}").json()
    assert (shown["asking_price_yuan"], shown["abstract"]) == (None, None)
    assert registry.officer.get(f"/v1/achievements/{ids[2]}").json()["asking_price_yuan"]
    exported = registry.enterprise.get("/v1/exports/achievements.ndjson").text
    assert ids[0] not in exported
    assert ids[1] not in exported
