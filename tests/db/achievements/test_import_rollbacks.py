"""Imports taken back."""

from sqlalchemy import text

from tests.db.achievements.conftest import Registry, make_item
from tests.db.achievements.importing import (
    PATH,
    find,
    lines_of,
    run,
)


def list_everything(registry: Registry) -> list[object]:
    with registry.database.read() as session:
        rows = session.execute(
            text(
                "SELECT to_jsonb(t) - 'version' - 'document' FROM achievements t"
                " WHERE source_id LIKE 'back-%' ORDER BY source_id"
            )
        )
        keys = session.execute(
            text(
                "SELECT k.key, k.achievement_id FROM duplicate_keys k JOIN achievements t"
                " ON t.id = k.achievement_id WHERE source_id LIKE 'back-%' ORDER BY 1, 2"
            )
        )
        return [*rows.scalars(), *map(tuple, keys)]


def test_a_rollback_restores_the_state_before(registry: Registry) -> None:
    old = [make_item(source_id=f"back-{n}", title=f"回退前的旧题名{n}") for n in range(3)]
    run(registry, "old.ndjson", lines_of(*old))
    before = list_everything(registry)
    new = [make_item(source_id=f"back-{n}", title=f"之后的{n}", trl=None) for n in range(1, 6)]
    done = run(registry, "new.ndjson", lines_of(*new))

    back = registry.university.post(f"{PATH}/{done['id']}/rollback")

    assert (done["counts"]["created"], done["counts"]["updated"]) == (3, 2)  # type: ignore[index]
    assert (back.status_code, back.json()["state"]) == (200, "rolled_back"), back.text
    assert list_everything(registry) == before
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
