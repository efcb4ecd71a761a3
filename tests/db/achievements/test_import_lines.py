"""Lines of JSON sent again: taken as read where nothing changed, and only there."""

from tests.db.achievements.conftest import Registry, make_item
from tests.db.achievements.importing import find, lines_of, run


def counts_of(done: dict[str, object]) -> tuple[int, int, int]:
    counts = done["counts"]
    assert isinstance(counts, dict)
    return counts["created"], counts["updated"], counts["unchanged"]


def test_a_line_sent_again_undoes_a_change_by_hand_once(registry: Registry) -> None:
    line = lines_of(make_item(source_id="again-1", trl=4))
    first = run(registry, "a.ndjson", line)
    same = run(registry, "a.ndjson", line)
    kept = find(registry, "again-1")
    path = f"/v1/achievements/{kept['id']}"
    patched = registry.university.patch(
        path, json={"trl": 5}, headers={"If-Match": f'"{kept["version"]}"'}
    )
    undone = run(registry, "a.ndjson", line)
    after = run(registry, "a.ndjson", line)

    assert patched.status_code == 200, patched.text
    assert [counts_of(one) for one in (first, same, undone, after)] == [
        (1, 0, 0), (0, 0, 1), (0, 1, 0), (0, 0, 1),
    ]  # fmt: skip
    assert find(registry, "again-1")["trl"] == 4


def test_a_changed_line_is_known_by_its_new_text(registry: Registry) -> None:
    old, new = (lines_of(make_item(source_id="again-2", trl=trl)) for trl in (4, 5))
    done = [run(registry, "a.ndjson", line) for line in (old, new, new, old)]

    assert [counts_of(one) for one in done] == [(1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 1, 0)]


def test_the_same_said_in_other_words_is_unchanged(registry: Registry) -> None:
    item = make_item(source_id="again-3")
    run(registry, "a.ndjson", lines_of(item))
    turned = run(registry, "a.ndjson", lines_of(dict(reversed(item.items()))))

    assert counts_of(turned) == (0, 0, 1)


def test_a_large_file_of_long_names_comes_again(registry: Registry) -> None:
    # What is said to the helper of a thousand things is longer than a pipe holds.
    items = [
        make_item(source_id=f"{n:0>190}", title=f"长编号{n}", abstract="制备" * 200)
        for n in range(3000)
    ]
    content = lines_of(*items)
    first = run(registry, "a.ndjson", content)
    again = run(registry, "a.ndjson", content)

    assert len(content) > 2_000_000
    assert counts_of(first) == (3000, 0, 0)
    assert counts_of(again) == (0, 0, 3000)
