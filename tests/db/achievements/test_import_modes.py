"""Imports as a trial, all or none, or as all there is."""

from tests.db.achievements.conftest import Registry, make_item
from tests.db.achievements.importing import PATH, lines_of, make_row, make_workbook, rows_of, run


def test_a_dry_run_counts_but_writes_nothing(registry: Registry) -> None:
    rows = [make_row(50), make_row(51, 技术成熟度=99)]
    done = run(registry, "试.xlsx", make_workbook(rows), dry_run=True)

    assert done["counts"]["created"] == 1  # type: ignore[index]
    assert done["counts"]["failed"] == 1  # type: ignore[index]
    found = registry.university.get("/v1/achievements", params={"source_id": "X-50"}).json()
    assert found["items"] == []


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
