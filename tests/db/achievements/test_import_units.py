"""The unit of bare amounts is confirmed once, without sending the file again, and remembered."""

from collections.abc import Iterator

import pytest

from tests.db.achievements.conftest import Registry
from tests.db.achievements.importing import PATH, find, run

MAPPING = "/v1/import-mappings/achievements"


@pytest.fixture(autouse=True)
def no_mapping(registry: Registry) -> Iterator[None]:
    yield
    registry.university.put(MAPPING, json={"columns": []})


def make_file(name: str, amount: str, header: str = "转让价格") -> bytes:
    return f"编号,名称,完成单位,{header}\n{name},一种泵,山东某大学,{amount}\n".encode()


def confirm(registry: Registry, done: dict[str, object], **body: object) -> dict[str, object]:
    said = registry.university.post(f"{PATH}/{done['id']}/unit-confirmations", json=body)
    assert said.status_code == 202, said.text
    registry.finish_import(said.json()["id"])
    return dict(registry.university.get(said.headers["Location"]).json())


def test_a_confirmed_unit_reads_the_file_again_and_is_remembered(registry: Registry) -> None:
    asked = run(registry, "c.csv", make_file("c-1", "50"))
    done = confirm(registry, asked, money_unit="ten_thousand_yuan")
    later = run(registry, "d.csv", make_file("c-2", "7"))

    assert (asked["unclear_units"], done["unclear_units"]) == (["转让价格"], [])
    assert (done["repeats"], done["filename"]) == (asked["id"], "c.csv")
    assert find(registry, "c-1")["asking_price_yuan"] == "500000.00"
    assert later["counts"]["created"] == 1  # type: ignore[index]
    assert find(registry, "c-2")["asking_price_yuan"] == "70000.00"
    column = {"header": "转让价格", "field": "asking_price_yuan", "scale": 10000}
    assert registry.university.get(MAPPING).json()["columns"] == [column]


def test_a_remembered_unit_gives_way_to_what_a_file_or_its_sender_says(registry: Registry) -> None:
    confirm(registry, run(registry, "e.csv", make_file("e-1", "5")), money_unit="ten_thousand_yuan")

    run(registry, "f.csv", make_file("e-2", "5", header="转让价格（元）"))
    run(registry, "g.csv", make_file("e-3", "5"), money_unit="yuan")

    assert find(registry, "e-1")["asking_price_yuan"] == "50000.00"
    assert find(registry, "e-2")["asking_price_yuan"] == "5.00"
    assert find(registry, "e-3")["asking_price_yuan"] == "5.00"


def test_a_unit_can_be_confirmed_for_one_file_alone(registry: Registry) -> None:
    tried = run(registry, "h.csv", make_file("h-1", "50"), dry_run=True)
    done = confirm(registry, tried, money_unit="yuan", remember=False, dry_run=False)

    assert (tried["dry_run"], done["dry_run"]) == (True, False)
    assert find(registry, "h-1")["asking_price_yuan"] == "50.00"
    assert registry.university.get(MAPPING).json()["columns"] == []


def test_what_needs_no_unit_or_belongs_to_others_is_not_confirmed(registry: Registry) -> None:
    clear = run(registry, "i.csv", make_file("i-1", "50万元", header="转让价格（元）"))
    unclear = run(registry, "j.csv", make_file("j-1", "50"))
    body = {"money_unit": "yuan"}

    refused = registry.university.post(f"{PATH}/{clear['id']}/unit-confirmations", json=body)
    foreign = registry.enterprise.post(f"{PATH}/{unclear['id']}/unit-confirmations", json=body)
    unknown = registry.university.post(
        f"{PATH}/{unclear['id']}/unit-confirmations", json={"money_unit": "dollar"}
    )

    assert (refused.status_code, refused.json()["code"]) == (409, "units_known")
    assert foreign.status_code == 404
    assert unknown.status_code == 422


def test_a_corrected_header_without_a_unit_does_not_name_one(registry: Registry) -> None:
    columns = [{"header": "拟卖多少", "field": "asking_price_yuan"}]
    registry.university.put(MAPPING, json={"columns": columns})

    asked = run(registry, "k.csv", make_file("k-1", "50", header="拟卖多少"))

    assert asked["unclear_units"] == ["拟卖多少"]
    assert asked["counts"]["failed"] == 1  # type: ignore[index]
