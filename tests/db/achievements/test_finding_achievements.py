"""Achievements found over HTTP: by words, filters and order, by those who may see them."""

import pytest

from tests.db.achievements.conftest import ENTERPRISE, Registry, upsert

PATH = "/v1/achievements"


@pytest.mark.parametrize(
    "words",
    ["钙钛矿太阳能电池", "perovskite solar", "李四光", "济南泉韵", "PEROVSKITE", "效率 稳定性"],
)
def test_an_achievement_is_found_by_its_words(registry: Registry, words: str) -> None:
    made = upsert(
        registry.university,
        "sun",
        title="钙钛矿太阳能电池的效率与稳定性",
        abstract="Perovskite solar cells with long life",
        contributors=[{"name": "李四光"}],
        organizations=[{"name": "济南泉韵生物医药有限公司"}],
    ).json()

    found = registry.public.get(PATH, params={"q": words}).json()

    assert found["items"][0]["id"] == made["id"]
    assert found["items"][0]["score"] > 0


def test_a_patent_is_found_with_and_without_its_prefix(registry: Registry) -> None:
    upsert(
        registry.university,
        "pat",
        intellectual_property=[{"kind": "invention_patent", "number": "ZL202110000004.X"}],
    )

    for words in ("ZL202110000004.X", "202110000004.X", "202110000004"):
        found = registry.public.get(PATH, params={"q": words}).json()["items"]
        assert found[0]["source_id"] == "pat", words


def test_blanks_alone_ask_for_nothing(registry: Registry) -> None:
    blank = registry.public.get(PATH, params={"q": "  "}).json()

    assert blank["items"]
    assert blank["items"][0]["score"] is None


def test_a_changed_text_is_found_by_its_new_words_only(registry: Registry) -> None:
    upsert(registry.university, "renamed", title="磁悬浮轴承", abstract=None, keywords=[])
    upsert(registry.university, "renamed", title="离心压缩机叶轮", abstract=None, keywords=[])

    def sources(words: str) -> list[str]:
        found = registry.public.get(PATH, params={"q": words}).json()["items"]
        return [item["source_id"] for item in found]

    assert "renamed" in sources("离心压缩机叶轮")
    assert "renamed" not in sources("磁悬浮轴承")


def test_who_sees_what_in_reading_searching_and_facets(registry: Registry) -> None:
    ids = {
        level: upsert(
            registry.university, f"see-{level}", title="量子雷达探测", visibility=level
        ).json()["id"]
        for level in ("public", "members", "private")
    }
    callers = {
        "public": registry.public,
        "members": registry.bank,
        "private": registry.university,
        "officer": registry.officer,
        "auditor": registry.auditor,
    }
    sees = {"public": 1, "members": 2, "private": 3, "officer": 3, "auditor": 3}

    for name, caller in callers.items():
        found = caller.get(PATH, params={"q": "量子雷达"}).json()
        assert found["total"] == sees[name] == len(found["items"])
        assert sum(value["count"] for value in found["facets"]["visibility"]) == sees[name]
        statuses = [caller.get(f"{PATH}/{id_}").status_code for id_ in ids.values()]
        assert statuses == [200] * sees[name] + [404] * (3 - sees[name])


def test_filters_and_sorting_work_together_and_pages_join_up(registry: Registry) -> None:
    for n in range(7):
        upsert(
            registry.enterprise,
            f"page-{n}",
            title=f"分页样本{n}",
            trl=n % 3 + 1 if n else None,
            field="biomedicine",
            organizations=[{"uscc": ENTERPRISE, "name": "济南明湖智造科技有限公司"}],
        )
    for sort in ("trl", "-trl", "title", "-updated_at", "completed_on", "-asking_price_yuan"):
        params = {"field": "biomedicine", "sort": sort, "limit": 3}
        seen: list[str] = []
        cursor = None
        while True:
            page = registry.public.get(
                PATH, params=params | ({"cursor": cursor} if cursor else {})
            ).json()
            seen += [item["source_id"] for item in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert sorted(seen) == [f"page-{n}" for n in range(7)], sort

    low = registry.public.get(PATH, params={"organization": ENTERPRISE, "trl_max": 1}).json()
    assert {item["trl"] for item in low["items"]} == {1}
    ranked = registry.public.get(PATH, params={"q": "分页样本", "limit": 3}).json()
    rest = registry.public.get(
        PATH, params={"q": "分页样本", "limit": 100, "cursor": ranked["next_cursor"]}
    ).json()
    assert len(ranked["items"]) + len(rest["items"]) == 7


@pytest.mark.parametrize(
    "params",
    [
        {"limit": 0},
        {"limit": 201},
        {"cursor": "nonsense"},
        {"sort": "secret"},
        {"trl_min": "x"},
        {"unknown": 1},
        {"sort": "trl", "cursor": "WyJ4IiwieSJd"},
    ],
)
def test_a_wrong_query_is_refused(registry: Registry, params: dict[str, str]) -> None:
    assert registry.public.get(PATH, params=params).status_code == 422
