"""An achievement is nominated, recommended and awarded; the award is a record by itself."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text

from kit import clock
from kit.workdays import count_forward, get_calendar
from tests.db.achievements.conftest import UNIVERSITY, Registry, make_item

CALLS, PATH = "/v1/award-calls", "/v1/nominations"


def make_call(**changes: object) -> dict[str, object]:
    return {
        "scheme": "shandong_st_progress",
        "levels": ["first", "second"],
        "title": "2027年度省科学技术奖提名",
        "published_on": str(clock.today()),
        "working_days": 15,
        "recommend_days": 10,
        "supplement_days": 5,
    } | changes


def publish(registry: Registry, **changes: object) -> dict[str, object]:
    answer = registry.officer.post(CALLS, json=make_call(**changes))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def enter(registry: Registry, source_id: str, **changes: object) -> str:
    item = make_item(source_id=source_id, **changes)
    answer = registry.university.put(f"/v1/achievements/by-source/{source_id}", json=item)
    return str(answer.json()["id"])


def nominate(registry: Registry, call: object, achievement: str, **more: object) -> httpx.Response:
    body = {"call_id": call, "achievement_id": achievement} | more
    return registry.university.post(PATH, json=body)


def decide(client: httpx.Client, nomination: dict[str, object], decision: str, **more: object):
    return client.post(
        f"{PATH}/{nomination['id']}/decisions",
        json={"decision": decision} | more,
        headers={"If-Match": f'"{nomination["version"]}"'},
    )


def mend(registry: Registry, nomination: dict[str, object], **content: object):
    return registry.university.patch(
        f"{PATH}/{nomination['id']}",
        json=content,
        headers={"If-Match": f'"{nomination["version"]}"'},
    )


@pytest.fixture
def whole(registry: Registry, request: pytest.FixtureRequest) -> dict[str, object]:
    """A nomination that lacks nothing, still a draft."""
    call = publish(registry)
    made = nominate(registry, call["id"], enter(registry, request.node.name))
    return dict(mend(registry, made.json(), statement="国内首次公斤级制备").json())


def test_the_way_to_an_award_ends_as_a_record_that_others_hear_of(registry: Registry) -> None:
    call = publish(registry)
    made = nominate(registry, call["id"], enter(registry, "n1"), applied_level="first")
    draft = made.json()
    today = clock.today()

    assert call["due_on"] == str(count_forward(today, 15, get_calendar()).due_on)
    assert (draft["state"], draft["due_on"]) == ("draft", call["due_on"])
    assert draft["content"]["contributors"] == [{"name": "张三", "orcid": "0000-0002-1825-0097"}]
    assert draft["content"]["organizations"] == [{"name": "山东某大学", "uscc": UNIVERSITY}]
    assert [one["field"] for one in draft["lacking"]] == ["statement"]

    early = decide(registry.university, draft, "submitted")
    assert (early.status_code, early.json()["lacking"]) == (409, ["statement"])
    assert early.json()["errors"][0]["pointer"] == "/content/statement"

    filled = mend(registry, draft, statement="国内首次公斤级制备").json()
    submitted = decide(registry.university, filled, "submitted").json()
    assert submitted["due_on"] == str(count_forward(today, 10, get_calendar()).due_on)
    returned = decide(registry.officer, submitted, "returned", reason="补充应用证明").json()
    assert returned["due_on"] == str(count_forward(today, 5, get_calendar()).due_on)
    again = decide(registry.university, returned, "submitted").json()
    recommended = decide(registry.officer, again, "recommended").json()
    review = decide(registry.officer, recommended, "under_review").json()
    bare = decide(registry.officer, review, "awarded")
    assert bare.json()["errors"][0]["pointer"] == "/level"
    third = decide(registry.officer, review, "awarded", level="third", awarded_on=str(today))
    assert third.json()["errors"][0]["code"] == "level_not_offered"
    awarded = decide(registry.officer, review, "awarded", level="second", awarded_on=str(today))

    assert awarded.status_code == 200, awarded.text
    award = registry.public.get(f"/v1/awards/{awarded.json()['award_id']}").json()
    assert (award["owner_uscc"], award["level"], award["winners"]) == (
        UNIVERSITY,
        "second",
        ["张三"],
    )
    with registry.database.read() as session:
        told = session.execute(
            text("SELECT data->>'uscc' FROM events WHERE type = 'achievements.award-recorded'")
        ).scalars()
        assert list(told) == [UNIVERSITY]
    table = registry.university.get("/v1/exports/nominations.csv").content.decode("utf-8-sig")
    assert "已获奖" in table.splitlines()[1]
    assert len(registry.enterprise.get("/v1/exports/nominations.ndjson").content) == 0
    lines = registry.auditor.get(f"{PATH}/{draft['id']}/history").json()["items"]
    assert [line["act"] for line in lines] == [
        "drafted", "changed", "submitted", "returned", "submitted", "recommended",
        "under_review", "awarded",
    ]  # fmt: skip
    assert lines[3]["reason"] == "补充应用证明"


def test_who_may_take_which_step(registry: Registry, whole: dict[str, object]) -> None:
    assert registry.enterprise.get(f"{PATH}/{whole['id']}").status_code == 404
    assert decide(registry.officer, whole, "submitted").status_code == 403
    submitted = decide(registry.university, whole, "submitted").json()

    assert decide(registry.university, submitted, "recommended").status_code == 403
    assert (
        decide(registry.officer, submitted, "returned").json()["errors"][0]["pointer"] == "/reason"
    )
    assert decide(registry.officer, whole, "recommended").status_code == 412
    assert mend(registry, submitted, statement="x").json()["code"] == "nomination_not_open"
    skipped = decide(registry.officer, submitted, "awarded", level="first", awarded_on="2026-01-01")
    assert skipped.status_code == 409
    assert "recommended" in skipped.json()["allowed"]


def test_of_many_who_submit_at_once_one_does(registry: Registry, whole: dict[str, object]) -> None:
    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(
            pool.map(
                lambda _: decide(registry.university, whole, "submitted").status_code, range(8)
            )
        )

    assert statuses == [200] + [412] * 7


def test_after_the_last_working_day_nothing_is_taken(registry: Registry) -> None:
    achievement = enter(registry, "late")
    long_ago = str(clock.today() - timedelta(days=60))
    over = publish(registry, published_on=long_ago, working_days=5)

    late = nominate(registry, over["id"], achievement)

    assert (late.status_code, late.json()["due_on"]) == (409, over["due_on"])
    assert over["light"] == "red"
    version = {"If-Match": f'"{over["version"]}"'}
    longer = registry.officer.patch(
        f"{CALLS}/{over['id']}", json={"working_days": 60, "reason": "延期"}, headers=version
    )
    assert longer.status_code == 200
    made = nominate(registry, over["id"], achievement)
    assert made.status_code == 201
    filled = mend(registry, made.json(), statement="x").json()
    registry.officer.patch(
        f"{CALLS}/{over['id']}", json={"working_days": 5}, headers={"If-Match": "*"}
    )
    assert decide(registry.university, filled, "submitted").json()["code"] == "nomination_late"


def test_an_achievement_is_nominated_once_and_by_its_owner(registry: Registry) -> None:
    call = publish(registry)
    achievement = enter(registry, "once")
    secret = enter(registry, "secret", visibility="classified")
    first = nominate(registry, call["id"], achievement).json()

    second = nominate(registry, call["id"], achievement)
    foreign = registry.enterprise.post(
        PATH, json={"call_id": call["id"], "achievement_id": achievement}
    )
    hidden = nominate(registry, call["id"], secret)
    nowhere = nominate(registry, "no-such-call", achievement)

    assert (second.status_code, second.json()["code"]) == (409, "nominated_already")
    assert foreign.status_code == 403
    assert hidden.json()["errors"][0]["code"] == "classified"
    assert nowhere.json()["errors"][0]["pointer"] == "/call_id"
    decide(registry.university, first, "withdrawn")
    assert nominate(registry, call["id"], achievement).status_code == 201


def test_a_call_counts_its_nominations_and_every_count_drills(registry: Registry) -> None:
    call = publish(registry)
    for number in range(3):
        nominate(registry, call["id"], enter(registry, f"c{number}", title=f"计数成果{number}"))

    seen = registry.officer.get(f"{CALLS}/{call['id']}").json()["nominations"]
    public = registry.public.get(f"{CALLS}/{call['id']}").json()["nominations"]

    assert [(one["state"], one["count"]) for one in seen] == [("draft", 3)]
    assert len(registry.officer.get(seen[0]["rows"]).json()["items"]) == 3
    assert public == []
    found = registry.university.get(PATH, params={"q": "计数成果2"}).json()["items"]
    assert [one["content"]["title"] for one in found] == ["计数成果2"]
    assert registry.enterprise.get(PATH).json()["items"] == []
    assert registry.public.get(PATH).status_code == 401
    assert registry.university.post(CALLS, json=make_call()).status_code == 403
