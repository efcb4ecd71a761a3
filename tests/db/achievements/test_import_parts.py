"""Uploaded files as they are kept: packed, and read back byte for byte."""

import pytest
import zstandard
from sqlalchemy import text

from services.achievements.store.imports import PART_BYTES, add_part, copy_parts, list_parts
from tests.db.achievements.conftest import Registry, make_item
from tests.db.achievements.importing import lines_of, send


def kept_bytes(registry: Registry, import_id: str) -> int:
    with registry.database.read() as session:
        query = text("SELECT sum(length(content)) FROM import_parts WHERE import_id = :id")
        return int(session.execute(query, {"id": import_id}).scalar_one())


def test_a_table_of_texts_takes_a_fraction_of_its_place(registry: Registry) -> None:
    content = lines_of(*(make_item(source_id=f"p-{n}", abstract="制备" * 400) for n in range(900)))
    import_id = send(registry.university, "a.ndjson", content).json()["id"]

    with registry.database.read() as session:
        parts = list(list_parts(session, import_id))

    assert len(parts) == -(-len(content) // PART_BYTES) > 1
    assert b"".join(parts) == content
    assert kept_bytes(registry, import_id) < len(content) / 5


def test_a_file_that_was_kept_before_files_were_packed_is_imported(registry: Registry) -> None:
    content = lines_of(make_item(source_id="plain-1"), make_item(source_id="plain-2"))
    import_id = send(registry.university, "a.ndjson", content).json()["id"]
    with registry.database.write() as session:
        session.execute(
            text("UPDATE import_parts SET content = :raw, is_packed = false WHERE import_id = :id"),
            {"raw": content, "id": import_id},
        )
    registry.finish_import(import_id)

    done = registry.university.get(f"/v1/imports/{import_id}").json()

    assert (done["state"], done["counts"]["created"]) == ("completed", 2)


@pytest.mark.parametrize("content", [b"", b"\x00", zstandard.compress(b"packed already")])
def test_parts_of_any_content_come_back_and_are_copied(registry: Registry, content: bytes) -> None:
    with registry.database.write() as session:
        add_part(session, f"odd-{content[:1]!r}", 0, content)
        copy_parts(session, f"copy-{content[:1]!r}", f"odd-{content[:1]!r}")
        assert list(list_parts(session, f"copy-{content[:1]!r}")) == [content]
        session.rollback()
