"""Word vectors of an operator: off by default; on, they find what shares no word with a demand."""

import uuid
from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import text

from kit.directory import Directory
from kit.errors import Unavailable
from kit.jobs import Work
from kit.word_vectors import VECTORS, WORDS
from services.achievements.usecases.match_news import match_arrivals, match_published
from services.achievements.usecases.word_vectors import keep_vectors, start_vectors
from tests.db.achievements.conftest import ENTERPRISE, make_item
from tests.db.achievements.test_demands import decide, draft

# Words of one line mean nearly the same; the model is made on the spot.
_MEANINGS = (
    ("马铃薯", "洋芋", "土豆"),
    ("脱毒", "无毒", "去病毒"),
    ("种苗", "薯苗", "原种"),
    ("齿轮", "轴承", "减速机"),
    ("修复", "再制造", "翻新"),
)


def write_model(folder, meanings=_MEANINGS, dimensions=16):
    dice = np.random.default_rng(7)
    folder.mkdir(exist_ok=True)
    rows = []
    for words in meanings:
        meaning = dice.normal(size=dimensions)
        rows += [meaning + dice.normal(size=dimensions) * 0.1 for _ in words]
    (folder / WORDS).write_text("\n".join(word for words in meanings for word in words), "utf-8")
    np.save(folder / VECTORS, np.array(rows, np.float16))
    return folder


@pytest.fixture
def off(registry):
    work = Work(registry.database, Directory(registry.settings), registry.settings)
    yield work
    keep_vectors(work)


@pytest.fixture
def on(off, tmp_path):
    settings = off.settings.model_copy(update={"word_vectors": write_model(tmp_path / "model")})
    return replace(off, settings=settings)


def has_pgvector(registry):
    with registry.database.read() as session:
        found = text("SELECT count(*) FROM pg_available_extensions WHERE name = 'vector'")
        return bool(session.execute(found).scalar_one())


def vectors_kept(registry):
    with registry.database.read() as session:
        if not session.execute(text("SELECT to_regclass('search_vectors')")).scalar_one():
            return None
        return session.execute(text("SELECT count(*) FROM search_vectors")).scalar_one()


def register(registry, title):
    item = make_item(
        source_id=f"V-{uuid.uuid4().hex[:8]}",
        title=title,
        abstract=None,
        keywords=[],
        field=None,
        intellectual_property=[],
    )
    return registry.university.post("/v1/achievements", json=item).json()


def publish(registry, title):
    body = {"title": title, "problem": title, "keywords": [], "field": None}
    return decide(registry.enterprise, draft(registry, **body), "published").json()


def matches_of(registry, demand):
    answer = registry.enterprise.get(f"/v1/demands/{demand['id']}/matches")
    assert answer.status_code == 200, answer.text
    return {item["thing_id"]: item for item in answer.json()["items"]}


def test_what_shares_no_word_is_found_by_its_meaning_and_says_so(registry, on, off):
    thing = register(registry, "马铃薯脱毒种苗")
    other = register(registry, "齿轮修复")
    demand = publish(registry, "洋芋无毒原种")

    keep_vectors(on)

    if not has_pgvector(registry):
        assert thing["id"] not in matches_of(registry, demand)
        return
    found = matches_of(registry, demand)
    assert thing["id"] in found
    assert other["id"] not in found
    assert len(found[thing["id"]]["reasons"]) >= 2
    assert any("语义相近度" in one["text"] for one in found[thing["id"]]["reasons"])
    back = registry.university.get(f"/v1/achievements/{thing['id']}/matches").json()["items"]
    assert demand["id"] in [item["thing_id"] for item in back]

    keep_vectors(off)
    assert vectors_kept(registry) is None
    assert thing["id"] not in matches_of(registry, demand)


def test_what_arrives_has_its_vector_before_it_is_matched(registry, on):
    if not has_pgvector(registry):
        with pytest.raises(Unavailable):
            start_vectors(on)
        return
    keep_vectors(on)
    demand = publish(registry, "土豆去病毒薯苗")
    match_published(on, demand_id=demand["id"])
    thing = register(registry, "洋芋无毒原种")
    with registry.database.read() as session:
        document = session.execute(
            text("SELECT document FROM achievements WHERE id = :id"), {"id": thing["id"]}
        ).scalar_one()

    match_arrivals(on, kind="achievements", first=document, last=document)

    told = registry.enterprise.get("/v1/notices", params={"code": "match_found", "limit": 200})
    assert demand["id"] in " ".join(item["link"] for item in told.json()["items"])


def test_a_changed_text_has_a_new_vector_and_a_hidden_one_none(registry, on):
    if not has_pgvector(registry):
        with pytest.raises(Unavailable):
            start_vectors(on)
        return
    thing = register(registry, "减速机翻新")
    keep_vectors(on)
    before = vectors_kept(registry)
    path = f"/v1/achievements/{thing['id']}"
    headers = {"If-Match": registry.university.get(path).headers["etag"]}
    body = {"title": "无名", "abstract": "马铃薯脱毒种苗", "hidden_fields": ["abstract"]}
    assert registry.university.patch(path, json=body, headers=headers).status_code == 200

    keep_vectors(on)

    assert vectors_kept(registry) == before
    with registry.database.read() as session:
        found = text(
            "SELECT vector IS NULL FROM search_vectors v JOIN achievements a USING (document)"
            " WHERE a.id = :id"
        )
        assert session.execute(found, {"id": thing["id"]}).scalar_one()


def test_another_model_takes_the_place_of_the_first(registry, on, tmp_path):
    keep_vectors(on)
    kept = vectors_kept(registry)
    other = write_model(tmp_path / "other", _MEANINGS[:2], dimensions=8)
    changed = replace(on, settings=on.settings.model_copy(update={"word_vectors": other}))

    keep_vectors(changed)

    assert vectors_kept(registry) == kept


def test_a_broken_model_leaves_matching_as_it_was(registry, on):
    thing = register(registry, "马铃薯脱毒种苗")
    demand = publish(registry, "马铃薯脱毒种苗")
    (on.settings.word_vectors / VECTORS).write_bytes(b"nothing")

    keep_vectors(on)
    match_published(on, demand_id=demand["id"])

    assert thing["id"] in matches_of(registry, demand)
    assert demand["owner_uscc"] == ENTERPRISE
