"""Workers that are killed, and bugs: no row lost, none twice, no import that hangs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from services.achievements.usecases import import_pieces
from services.achievements.usecases import import_runs as importing
from tests.db.achievements.conftest import Registry, make_item
from tests.db.achievements.importing import (
    PATH,
    lines_of,
    run,
    send,
)

ROWS = 60


def work_under_fire(registry: Registry, folder: Path, *imports: str) -> None:
    """Work imports off by workers that are killed (-9) at ever later statements, until done."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.db.achievements.killed_workers",
         registry.settings.database_of("achievements"), *imports],
        capture_output=True, text=True, timeout=120, env=os.environ | {"TMPDIR": str(folder)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 3 * len(imports)


def count(registry: Registry, statement: str, **values: object) -> int:
    with registry.database.read() as session:
        return int(session.execute(text(statement), values).scalar_one())


def start(registry: Registry, content: bytes, **form: object) -> str:
    answer = send(registry.university, "k.ndjson", content, **form)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def test_a_killed_worker_loses_no_row_and_doubles_none(registry: Registry, tmp_path: Path) -> None:
    old = lines_of(*({"source_id": f"R-{n}", "name": "旧"} for n in range(5)))
    run(registry, "old.ndjson", old, kind="researchers")
    items = {
        mode: [make_item(source_id=f"{mode}-{n % 50}", title=f"{mode}{n}") for n in range(ROWS)]
        for mode in ("partial", "atomic")
    }
    people = lines_of(*({"source_id": f"R-{n + 3}", "name": f"人{n}"} for n in range(ROWS)))
    started = {mode: start(registry, lines_of(*rows), mode=mode) for mode, rows in items.items()}
    started["snapshot"] = start(registry, people, kind="researchers", mode="snapshot")

    work_under_fire(registry, tmp_path, *started.values())

    done = {mode: registry.university.get(f"{PATH}/{one}").json() for mode, one in started.items()}
    for mode in items:
        assert done[mode]["state"] == "completed", done[mode]
        assert done[mode]["counts"] == {
            "read": ROWS, "created": 50, "updated": 0, "unchanged": 0, "failed": 0,
            "duplicates": ROWS - 50,
        }  # fmt: skip
        assert (
            count(
                registry,
                "SELECT count(*) FROM achievements WHERE source_id LIKE :ids",
                ids=f"{mode}-%",
            )
            == 50
        )
        told = "SELECT sum((data->>'count')::int) FROM events WHERE data->'items' @@ :these"
        these = f'exists($[*] ? (@.title starts with "{mode}"))'
        assert count(registry, told, these=these) == 50
    snapshot = done["snapshot"]
    assert (snapshot["counts"]["created"], snapshot["counts"]["updated"]) == (ROWS - 2, 2)
    assert snapshot["withdrawn"] == 3
    assert count(registry, "SELECT count(*) FROM researchers") == ROWS
    for import_id, lines in zip(started.values(), (50, 50, ROWS + 3), strict=True):
        history = "SELECT count(*) FROM history WHERE import_id = :id"
        assert count(registry, history, id=import_id) == lines


def test_a_helper_reads_large_files_and_leaves_with_its_job(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_pieces, "HELPED_FROM_BYTES", 0)
    monkeypatch.setattr(import_pieces, "CHUNK", 3)
    rows = [make_item(source_id=f"helped-{n}", title=f"助手{n}") for n in range(8)]
    done = run(registry, "h.ndjson", lines_of(*rows, rows[1], make_item(trl=10)))
    again = run(registry, "h.ndjson", lines_of(*rows[:4], make_item(source_id="helped-9")))
    broken = run(registry, "h.csv", "编号,名称\n1,甲\n".encode())

    assert done["counts"] == {
        "read": 10, "created": 8, "updated": 0, "unchanged": 0, "failed": 1, "duplicates": 1,
    }  # fmt: skip
    assert (again["counts"]["unchanged"], again["counts"]["created"]) == (4, 1)  # type: ignore[index]
    assert broken["problem"]["code"] == "header_not_found"  # type: ignore[index]


def test_an_import_that_breaks_says_so_instead_of_hanging(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted = send(registry.university, "b.ndjson", json.dumps(make_item()).encode()).json()

    def break_down(*_: object) -> None:
        raise ValueError("a bug")

    monkeypatch.setattr(importing, "add_rows", break_down)
    registry.finish_import(accepted["id"])
    done = registry.university.get(f"{PATH}/{accepted['id']}").json()

    assert (done["state"], done["problem"]["code"]) == ("failed", "internal_error")
