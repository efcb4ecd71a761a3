"""Imports taken back."""

import io
import json
import zipfile

from sqlalchemy import text

from tests.db.achievements.conftest import Registry, make_item
from tests.db.achievements.importing import (
    PATH,
    find,
    lines_of,
    run,
)

EXPORTS = ("achievements.csv", "achievements.ndjson", "achievements.xlsx")


def export_everything(registry: Registry) -> list[object]:
    """What an export holds, to the byte; of a workbook its parts, for a zip holds the hour."""
    answers = [registry.university.get(f"/v1/exports/{name}").content for name in EXPORTS]
    book = zipfile.ZipFile(io.BytesIO(answers.pop()))
    return [*answers, *((name, book.read(name)) for name in book.namelist())]


def list_keys(registry: Registry) -> list[tuple[object, ...]]:
    with registry.database.read() as session:
        return [
            tuple(row)
            for row in session.execute(text("SELECT * FROM duplicate_keys ORDER BY 1, 2"))
        ]


def list_told(registry: Registry, kind: str, title: str) -> list[dict[str, object]]:
    with registry.database.read() as session:
        rows = session.execute(
            text("SELECT data FROM events WHERE type = :kind AND data::text LIKE :title"),
            {"kind": f"achievements.{kind}", "title": f"%{title}%"},
        )
        return list(rows.scalars())


def test_a_rollback_restores_the_state_before(registry: Registry) -> None:
    old = [make_item(source_id=f"back-{n}", title=f"回退前的旧题名{n}") for n in range(3)]
    run(registry, "old.ndjson", lines_of(*old))
    before, keys = export_everything(registry), list_keys(registry)
    new = [make_item(source_id=f"back-{n}", title=f"之后的{n}", trl=None) for n in range(1, 6)]
    done = run(registry, "new.ndjson", lines_of(*new))

    back = registry.university.post(f"{PATH}/{done['id']}/rollback")

    assert (done["counts"]["created"], done["counts"]["updated"]) == (3, 2)  # type: ignore[index]
    assert (back.status_code, back.json()["state"]) == (200, "rolled_back"), back.text
    assert export_everything(registry) == before
    assert list_keys(registry) == keys
    [told] = list_told(registry, "achievements-withdrawn", "之后的")
    assert (told["because"], told["count"]) == ("rolled_back", 3)
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


def test_what_a_snapshot_leaves_out_is_told_and_told_anew_when_it_is_back(
    registry: Registry,
) -> None:
    items = [make_item(source_id=f"snap-{n}", title=f"快照成果{n}") for n in range(4)]
    run(registry, "a.ndjson", lines_of(*items))
    owned = registry.university.get("/v1/exports/achievements.ndjson").text.splitlines()
    kept = [json.loads(line)["source_id"] for line in owned if "snap-3" not in line]
    rest = [make_item(source_id=one, trl=3) for one in kept]
    done = run(registry, "b.ndjson", lines_of(*rest), mode="snapshot")
    [lost] = list_told(registry, "achievements-withdrawn", "快照成果3")

    back = registry.university.post(f"{PATH}/{done['id']}/rollback")

    assert (done["withdrawn"], lost["because"], lost["count"]) == (1, "not_in_snapshot", 1)
    assert back.status_code == 200, back.text
    assert len(list_told(registry, "achievements-registered", "快照成果3")) == 2


def test_instruments_and_awards_taken_back_are_told_too(registry: Registry) -> None:
    award = {"scheme": "shandong_st_progress", "level": "first", "title": "撤回的奖"}
    item = award | {"source_id": "w-1", "awarded_on": "2024-03-01"}
    done = run(registry, "a.ndjson", lines_of(item), kind="awards")
    registry.university.post(f"{PATH}/{done['id']}/rollback")
    [told] = list_told(registry, "records-withdrawn", "w-1")

    assert (told["kind"], told["because"]) == ("awards", "rolled_back")
