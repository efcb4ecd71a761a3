"""What somebody may not see is behind no door: each visibility, each role, every way out.

Every field of every achievement holds a word of its own. What a caller gets from all doors together
must hold the words he may see, and never one that he may not.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import text

from kit.clock import today
from kit.identifiers import patent_check
from services.achievements.rules.visibility import HideableField
from tests.db.achievements.conftest import UNIVERSITY, Registry, make_item

PATH = "/v1/achievements"
VIEWERS = ("public", "bank", "enterprise", "university", "officer", "auditor")
OVERSEERS = ("officer", "auditor")
LEVELS = ("public", "members", "private", "classified")


@dataclass(frozen=True)
class Thing:
    """An achievement with the word of each of its fields."""

    id: str
    visibility: str
    embargoed: bool
    hidden: frozenset[str]
    words: dict[str, str]

    def words_for(self, viewer: str) -> set[str]:
        """What the rules promise this viewer of it."""
        if viewer == "university":
            return set(self.words.values())
        if viewer in OVERSEERS:
            return set() if self.visibility == "classified" else set(self.words.values())
        levels = ("public",) if viewer == "public" else ("public", "members")
        if self.visibility not in levels or self.embargoed:
            return set()
        return {word for field, word in self.words.items() if field not in self.hidden}


def make_thing(registry: Registry, number: int, dice: random.Random) -> Thing:
    visibility = LEVELS[number % 4]
    embargo = [None, timedelta(days=5), timedelta(days=-5)][number // 4 % 3]
    hidden = set(dice.sample(list(HideableField), dice.choice([0, 2, 6])))
    digits = f"20191{number:07}"
    words = {
        "title": f"ztitle{number}x",
        "abstract": f"zabstract{number}x",
        "keywords": f"zkeyword{number}x",
        "contributors": f"zperson{number}x",
        "intellectual_property": f"{digits}.{patent_check(digits)}",
        "asking_price_yuan": f"{7_000_000 + number}.31",
        "form": f"zform{number}x",
    }
    body = make_item(
        source_id=f"door-{number}",
        title=f"门禁样本 {words['title']}",
        abstract=f"摘要 {words['abstract']}",
        keywords=[words["keywords"]],
        contributors=[{"name": words["contributors"]}, {"name": "门禁共同作者"}],
        intellectual_property=[
            {"kind": "invention_patent", "number": words["intellectual_property"]}
        ],
        asking_price_yuan=words["asking_price_yuan"],
        form={"evaluated_by": words["form"]},
        visibility=visibility,
        embargo_until=None if embargo is None else (today() + embargo).isoformat(),
        hidden_fields=sorted(hidden) or None,
    )
    made = registry.university.put(f"{PATH}/by-source/door-{number}", json=body)
    embargoed = embargo is not None and embargo.days > 0
    id_ = made.raise_for_status().json()["id"]
    return Thing(id_, visibility, embargoed, frozenset(hidden), words)


def make_twin(registry: Registry, number: int, thing: Thing) -> str:
    """Another organisation's public record of what may be the same, by title and people only."""
    body = make_item(
        source_id=f"twin-{number}",
        title=f"门禁样本二{number}",
        intellectual_property=[
            {"kind": "invention_patent", "number": thing.words["intellectual_property"]}
        ]
        if thing.visibility == "public" and not thing.embargoed and not thing.hidden
        else [],
        contributors=[{"name": "门禁共同作者"}],
    )
    made = registry.enterprise.put(f"{PATH}/by-source/twin-{number}", json=body)
    return str(made.raise_for_status().json()["id"])


@pytest.fixture(scope="module")
def things(registry: Registry) -> list[Thing]:
    dice = random.Random(11)
    made = [make_thing(registry, number, dice) for number in range(16)]
    for number, thing in enumerate(made):
        make_twin(registry, number, thing)
    registry.officer.post("/v1/duplicate-candidates/scans").raise_for_status()
    return made


def all_pages(registry: Registry, viewer: str, path: str, **params: str) -> Iterator[str]:
    more: dict[str, str] = {}
    while True:
        answer = getattr(registry, viewer).get(path, params={"limit": "200", **params, **more})
        yield answer.text
        if answer.status_code != 200 or not answer.json().get("next_cursor"):
            return
        more = {"cursor": answer.json()["next_cursor"]}


def list_doors(registry: Registry, viewer: str) -> Iterator[tuple[str, str]]:
    """Every way out that holds many things, by name."""
    caller = getattr(registry, viewer)
    for sort in ("-updated_at", "asking_price_yuan"):
        yield f"list by {sort}", "".join(all_pages(registry, viewer, PATH, sort=sort))
    yield "search", "".join(all_pages(registry, viewer, PATH, q="门禁样本"))
    yield "pairs", "".join(all_pages(registry, viewer, "/v1/duplicate-candidates"))
    since, more, feed = "0", True, ""
    while more:
        page = caller.get("/v1/changes", params={"since": since, "limit": 200})
        feed, since, more = feed + page.text, page.json()["next_since"], page.json()["more"]
    yield "changes", feed
    for verb in ("ListRecords", "ListIdentifiers"):
        yield verb, caller.get("/v1/oai", params={"verb": verb, "metadataPrefix": "oai_dc"}).text
    for form in ("ndjson", "csv"):
        yield form, caller.get(f"/v1/exports/achievements.{form}").text
    yield "form", caller.get("/v1/exports/achievements.csv?form=achievement_registration").text
    for figures in ("overview", "counts", "achievements", "conversions"):
        yield figures, caller.get(f"/v1/analytics/{figures}").text


def doors_of(registry: Registry, viewer: str, thing: Thing) -> Iterator[tuple[str, str]]:
    """Every way out of one thing, and searches for what it holds."""
    caller = getattr(registry, viewer)
    for part in ("", "/history", "/duplicates"):
        yield f"get {part}", caller.get(f"{PATH}/{thing.id}{part}").text


def is_found(registry: Registry, viewer: str, thing: Thing, word: str) -> bool:
    found = getattr(registry, viewer).get(PATH, params={"q": word}).json()
    assert found["total"] == len(found["items"])
    assert sum(value["count"] for value in found["facets"]["visibility"]) == found["total"]
    return thing.id in [item["id"] for item in found["items"]]


@pytest.mark.parametrize("viewer", VIEWERS)
def test_no_door_tells_what_is_hidden_and_each_tells_what_is_not(
    registry: Registry, things: list[Thing], viewer: str
) -> None:
    promised = {word for thing in things for word in thing.words_for(viewer)}
    secret = {word for thing in things for word in thing.words.values()} - promised

    for name, said in list_doors(registry, viewer):
        assert not [word for word in secret if word in said], name
        if name in ("list by -updated_at", "changes", "ndjson"):
            if name == "ndjson" and viewer == "public":
                continue
            assert not [word for word in promised if word not in said], name
    for thing in things:
        for name, said in doors_of(registry, viewer, thing):
            assert not [word for word in secret if word in said], (name, thing)
            if name == "get ":
                assert all(word in said for word in thing.words_for(viewer)), thing


@pytest.mark.parametrize("viewer", ["public", "bank", "university", "officer"])
def test_words_find_only_what_shows_them(
    registry: Registry, things: list[Thing], viewer: str
) -> None:
    for thing in things:
        for field in ("title", "abstract", "contributors", "intellectual_property"):
            word = thing.words[field]
            # What is hidden finds nothing for anybody: its owner finds it by what is shown.
            expected = word in thing.words_for(viewer) and field not in thing.hidden
            assert is_found(registry, viewer, thing, word) is expected, (field, thing)


def test_counts_are_those_of_what_is_seen(registry: Registry, things: list[Thing]) -> None:
    for viewer in VIEWERS:
        counted = getattr(registry, viewer).get("/v1/analytics/overview").json()["achievements"]
        listed = "".join(all_pages(registry, viewer, PATH)).count('"source_id"')
        assert counted == listed, viewer


def test_other_houses_hear_of_what_is_open_only(registry: Registry, things: list[Thing]) -> None:
    with registry.database.read() as session:
        said = "".join(session.execute(text("SELECT data::text FROM events")).scalars())

    for thing in things:
        told = thing.visibility in ("public", "members") and not thing.embargoed
        assert (thing.words["title"] in said) is told
        hidden = "intellectual_property" in thing.hidden or not told
        # A twin that is public names the same patent in its own right.
        if thing.hidden or not told or thing.visibility != "public":
            assert (thing.words["intellectual_property"] in said) is not hidden


def test_what_becomes_open_is_told_then_and_its_past_stays_closed(registry: Registry) -> None:
    def put(**changes: object) -> dict[str, object]:
        body = make_item(source_id="opens", intellectual_property=[], **changes)
        made = registry.university.put(f"{PATH}/by-source/opens", json=body)
        return dict(made.raise_for_status().json())

    put(title="zopens 初稿", abstract="zsecretdraft", visibility="classified")
    put(title="zopens 初稿", abstract="zsecretdraft2", visibility="private")
    put(title="zopens 定稿", abstract="zpublished", visibility="public")
    opened = put(title="zopens 定稿", abstract="zpublished2", visibility="public")
    place = f"{PATH}/{opened['id']}/history"

    lines = registry.public.get(place).json()["items"]
    by_owner = registry.university.get(place).text
    by_officer = registry.officer.get(place).text

    assert [line["changes"] for line in lines[:3]] == [None, None, None]
    assert lines[3]["changes"] == {"abstract": {"from": "zpublished", "to": "zpublished2"}}
    assert "zsecretdraft" in by_owner
    assert "zsecretdraft2" in by_officer
    assert '"zsecretdraft"' not in by_officer
    with registry.database.read() as session:
        said = "".join(session.execute(text("SELECT data::text FROM events")).scalars())
    assert said.count("zopens 定稿") == 1


def test_a_rejected_row_is_read_by_its_sender_only(registry: Registry) -> None:
    row = make_item(source_id="import-secret", title="zimportsecret", visibility="classified")
    sent = registry.university.post(
        "/v1/imports",
        data={"kind": "achievements"},
        files={"file": ("rows.ndjson", json.dumps(row | {"trl": 12}).encode())},
    ).json()
    registry.finish_import(sent["id"])
    place = f"/v1/imports/{sent['id']}"

    assert "zimportsecret" in registry.university.get(f"{place}/rows").text
    assert registry.officer.get(place).status_code == 200
    for part in ("rows", "error-workbook"):
        answer = registry.officer.get(f"{place}/{part}")
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_a_record_that_stands_for_another_is_named_to_who_may_see_it(registry: Registry) -> None:
    patent = [{"kind": "invention_patent", "number": "ZL97101765.4"}]
    ids = {
        level: registry.university.put(
            f"{PATH}/by-source/stand-{level}",
            json=make_item(
                source_id=f"stand-{level}",
                title=f"替身{level}",
                visibility=level,
                intellectual_property=patent,
            ),
        ).json()["id"]
        for level in ("public", "private")
    }
    registry.officer.post("/v1/duplicate-candidates/scans").raise_for_status()
    pages = map(json.loads, all_pages(registry, "university", "/v1/duplicate-candidates"))
    pairs = [pair for page in pages for pair in page["items"]]
    both = set(ids.values())
    pair = next(one for one in pairs if {one["first"]["id"], one["second"]["id"]} == both)
    registry.university.post(
        f"/v1/duplicate-candidates/{pair['id']}/decisions",
        json={"decision": "merged", "keep": ids["private"]},
        headers={"If-Match": "*"},
    ).raise_for_status()

    def named(viewer: str) -> object:
        return getattr(registry, viewer).get(f"{PATH}/{ids['public']}").json()["merged_into"]

    assert [named(viewer) for viewer in ("public", "officer", "university")] == [
        None, ids["private"], ids["private"],
    ]  # fmt: skip
    assert ids["private"] not in registry.public.get(f"{PATH}/{ids['public']}/history").text
    assert UNIVERSITY in registry.public.get(f"{PATH}/{ids['public']}").text
