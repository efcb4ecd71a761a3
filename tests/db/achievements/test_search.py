"""Search of every kind: marked words, slips in names, facets, common words, pages."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import insert, text

from kit.db import Database
from services.achievements.rules.kinds import KIND_NUMBERS, Kind
from services.achievements.rules.postings import DOCUMENT_BITS
from services.achievements.rules.words import BEST_POSTINGS, COMMON_WORD
from services.achievements.store.segments import join_segments, list_scattered
from services.achievements.tables import SearchSegment
from tests.db.achievements.conftest import ENTERPRISE, UNIVERSITY, Registry, make_item

PATH = "/v1/achievements"


def put(registry: Registry, source_id: str, **changes: object) -> str:
    body = make_item(source_id=source_id, **changes)
    made = registry.university.put(f"{PATH}/by-source/{source_id}", json=body)
    return str(made.raise_for_status().json()["id"])


def find(registry: Registry, words: str, path: str = PATH, **params: str) -> dict[str, Any]:
    answer = registry.bank.get(path, params={"q": words, **params})
    return dict(answer.raise_for_status().json())


def sources(found: dict[str, Any]) -> Sequence[str]:
    return [item["source_id"] for item in found["items"]]


def test_the_words_found_are_marked_and_nothing_else_is_html(registry: Registry) -> None:
    put(
        registry,
        "marked",
        title="<script>alert(1)</script>电池薄膜 & Graphene film",
        abstract="前言。" * 60
        + "气相沉积制备电池，ｇｒａｐｈｅｎｅ layers <b>thin</b>。"
        + "后记。" * 60,
        keywords=["电池", "薄膜<i>"],
    )

    hit = find(registry, "电池 graphene")["items"][0]

    assert hit["highlights"]["title"] == [
        "&lt;script&gt;alert(1)&lt;/script&gt;<em>电池</em>薄膜 &amp; <em>Graphene</em> film"
    ]
    snippet = hit["highlights"]["abstract"][0]
    assert "<em>电池</em>" in snippet
    assert "<em>ｇｒａｐｈｅｎｅ</em>" in snippet
    assert snippet.startswith("…")
    assert snippet.endswith("…")
    assert "<b>" not in snippet
    assert hit["highlights"]["keywords"] == ["<em>电池</em>"]
    assert registry.bank.get(PATH).json()["items"][0]["highlights"] is None


@pytest.mark.parametrize(
    ("asked", "because"),
    [
        ("欧阳明月", "as it is"),
        ("欧阳明悦", "one letter wrong"),
        ("欧阳月明", "two swapped"),
        ("欧阳月", "one missing"),
        ("欧阳明明月", "one doubled"),
        ("Katarzyna Kowalska", "as it is"),
        ("Katarzyna Kowlaska", "two swapped"),
        ("Katarzina Kowalsky", "two letters wrong in a long name"),
        ("泉城智能装备研究院有限公司", "as it is"),
        ("泉城智能装备研究员有限公司", "one letter wrong"),
    ],
)
def test_slips_in_names_are_forgiven(registry: Registry, asked: str, because: str) -> None:
    put(
        registry,
        "names",
        title="人名检索样本",
        contributors=[{"name": "欧阳明月"}, {"name": "Katarzyna Kowalska"}],
        organizations=[
            {"uscc": UNIVERSITY, "name": "山东某大学"},
            {"name": "泉城智能装备研究院有限公司"},
        ],
    )

    found = find(registry, asked)

    assert "names" in sources(found), because
    assert any(
        "<em>" in one for pieces in found["items"][0]["highlights"].values() for one in pieces
    )


def test_another_persons_name_is_no_slip(registry: Registry) -> None:
    put(registry, "short", title="短名样本", contributors=[{"name": "钱五"}])

    assert sources(find(registry, "钱五")) == ["short"]
    assert find(registry, "赵五")["items"] == []
    assert find(registry, "慕容复兴")["items"] == []


OTHERS = [
    ("instruments", {"name": "场发射扫描电镜", "manufacturer": "某仪器厂", "is_shared": True},
     "扫描电镜", "name", {"is_shared": True}),
    ("researchers", {"name": "司马青衫", "title": "教授", "department": "材料学院"},
     "司马青杉", "name", {"title": "教授"}),
    ("platforms", {"name": "量子传感中试基地", "kind": "pilot_scale_base", "level": "municipal"},
     "量子传感", "name", {"kind": "pilot_scale_base"}),
    ("awards", {"title": "深空测控", "scheme": "shandong_st_progress", "level": "first",
                "awarded_on": "2024-03-01", "winners": ["司马青衫"]},
     "深空测控", "title", {"level": "first"}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "body", "asked", "field", "facet"), OTHERS)
def test_every_kind_is_found_marked_and_counted(
    registry: Registry,
    kind: str,
    body: dict[str, object],
    asked: str,
    field: str,
    facet: dict[str, object],
) -> None:
    registry.enterprise.put(f"/v1/{kind}/by-source/s1", json=body).raise_for_status()

    found = find(registry, asked, f"/v1/{kind}")

    assert sources(found) == ["s1"]
    assert (found["total"], found["total_is"]) == (1, "exact")
    assert "<em>" in found["items"][0]["highlights"][field][0]
    name, value = next(iter(facet.items()))
    assert found["facets"][name] == [{"value": value, "count": 1}]
    assert found["facets"]["organization"] == [{"value": ENTERPRISE, "count": 1}]


def test_hits_come_in_pages_that_join_up(registry: Registry) -> None:
    items = [
        make_item(source_id=f"page-{n}", title=f"分页检索{'样' * (n % 5)}", abstract=None)
        for n in range(25)
    ]
    registry.university.post(f"{PATH}/batches", json={"items": items}).raise_for_status()
    first = find(registry, "分页检索", limit="10")
    seen, cursor = list(sources(first)), first["next_cursor"]
    while cursor:
        page = find(registry, "分页检索", limit="10", cursor=cursor)
        assert page["total"] is page["facets"] is None
        seen, cursor = [*seen, *sources(page)], page["next_cursor"]

    assert len(seen) == len(set(seen))
    assert {f"page-{n}" for n in range(25)} <= set(seen)
    broken = registry.bank.get(PATH, params={"q": "分页检索", "cursor": "WyIxIiwieCJd"})
    assert broken.status_code == 422


def test_a_very_common_word_is_read_by_its_best_and_by_what_is_new(registry: Registry) -> None:
    put(registry, "common-old", title="泛泛之词", abstract=None, keywords=[], contributors=[])
    with registry.database.read() as session:
        document = session.execute(
            text("SELECT document FROM achievements WHERE source_id = 'common-old'")
        ).scalar_one()
    _write_common_word(registry.database, document)
    put(registry, "common-new", title="泛泛之词 之二", abstract=None, keywords=[], contributors=[])

    found = find(registry, "泛泛之词")

    assert {"common-old", "common-new"} <= set(sources(found))
    with registry.database.read() as session:
        rows = session.execute(
            text("SELECT segment, documents FROM search_segments WHERE kind = 1 AND term = '泛泛'")
        ).all()
    assert {documents for segment, documents in rows if segment == 0} == {BEST_POSTINGS}
    assert all(documents > COMMON_WORD for segment, documents in rows if segment < 0)


def _write_common_word(database: Database, document: int) -> None:
    """As if the word stood in many records: postings of one light weight under living numbers."""
    heavy, light = (document << DOCUMENT_BITS) + 1900, (document << DOCUMENT_BITS) + 5
    with database.write() as session:
        segment = {"kind": KIND_NUMBERS[Kind.ACHIEVEMENTS], "term": "泛泛"}
        postings = [heavy, *([light] * (COMMON_WORD + 10))]
        row = {"segment": document + 1_000_000, "documents": len(postings), "postings": postings}
        session.execute(insert(SearchSegment).values(segment | row))
        join_segments(session, Kind.ACHIEVEMENTS, ["泛泛"])


def test_joined_segments_find_the_same_and_forget_what_was_replaced(registry: Registry) -> None:
    for title in ("磁悬浮飞轮旧稿", "磁悬浮飞轮新稿"):
        changed = make_item(source_id="SEG-1", title=title)
        registry.university.put(f"{PATH}/by-source/SEG-1", json=changed)
    registry.university.put(
        f"{PATH}/by-source/SEG-2", json=make_item(source_id="SEG-2", title="磁悬浮飞轮")
    )

    def find(words: str) -> list[str]:
        items = registry.university.get(PATH, params={"q": words}).json()["items"]
        return [item["source_id"] for item in items]

    before = find("飞轮")
    with registry.database.write() as session:
        for terms in list(list_scattered(session, Kind.ACHIEVEMENTS, 1)):
            join_segments(session, Kind.ACHIEVEMENTS, terms)
    with registry.database.read() as session:
        held = session.execute(
            text("SELECT documents FROM search_segments WHERE kind = 1 AND term = '飞轮'")
        ).all()

    assert {"SEG-1", "SEG-2"} <= set(before)
    assert find("飞轮") == before
    assert held == [(2,)]
