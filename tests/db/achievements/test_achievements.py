"""Achievements over HTTP: one, upsert, change, many at once, doubles."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from tests.db.achievements.conftest import UNIVERSITY, Registry, make_item, upsert

PATH = "/v1/achievements"


def test_a_registered_achievement_is_read_back(registry: Registry) -> None:
    made = registry.university.post(PATH, json=make_item(source_id="one"))

    assert made.status_code == 201, made.text
    read = registry.public.get(made.headers["Location"])
    assert read.json() == made.json()
    assert read.headers["ETag"] == made.headers["ETag"] == '"1"'
    assert {name: read.json()[name] for name in make_item()} == make_item(source_id="one")


def test_a_way_of_transfer_that_is_said_twice_is_one_way(registry: Registry) -> None:
    ways = ["license", "equity", "license"]

    made = registry.university.post("/v1/achievements", json=make_item(transfer_ways=ways))

    assert made.status_code == 201, made.text
    assert made.json()["transfer_ways"] == ["license", "equity"]


def test_a_source_id_that_is_taken_is_refused(registry: Registry) -> None:
    first = registry.university.post(PATH, json=make_item(source_id="taken"))
    second = registry.university.post(PATH, json=make_item(source_id="taken", trl=7))

    assert second.status_code == 409
    assert second.json()["code"] == "source_id_taken"
    assert second.json()["id"] == first.json()["id"]
    assert registry.public.get(first.headers["Location"]).json()["trl"] == 6


def test_an_upsert_creates_then_leaves_alone_then_updates(registry: Registry) -> None:
    created = upsert(registry.university, "up")
    unchanged = upsert(registry.university, "up")
    updated = upsert(registry.university, "up", trl=8)

    assert [r.status_code for r in (created, unchanged, updated)] == [201, 200, 200]
    results = [r.json()["result"] for r in (created, unchanged, updated)]
    assert results == ["created", "unchanged", "updated"]
    assert updated.headers["ETag"] == '"2"'
    lines = registry.public.get(f"{PATH}/{created.json()['id']}/history").json()["items"]
    assert [line["act"] for line in lines] == ["created", "updated"]
    assert lines[1]["changes"] == {"trl": {"from": 6, "to": 8}}
    assert lines[1]["organization_uscc"] == UNIVERSITY


def test_the_address_and_the_body_must_name_the_same_source_id(registry: Registry) -> None:
    answer = registry.university.put(f"{PATH}/by-source/a", json=make_item(source_id="b"))

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/source_id"


def test_parallel_upserts_of_one_source_id_make_one_row(registry: Registry) -> None:
    def send(turn: int) -> int:
        return upsert(registry.university, "race", trl=turn % 9 + 1).status_code

    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(send, range(48)))

    assert set(statuses) <= {200, 201}
    assert statuses.count(201) == 1
    with registry.database.read() as session:
        count = session.execute(
            text("SELECT count(*) FROM achievements WHERE source_id = 'race'")
        ).scalar_one()
    assert count == 1


def test_parallel_batches_of_the_same_rows_do_not_lock_each_other_out(registry: Registry) -> None:
    def send(turn: int) -> int:
        order = range(60) if turn % 2 else range(59, -1, -1)
        items = [make_item(source_id=f"knot-{n}", trl=turn % 9 + 1) for n in order]
        return registry.university.post(f"{PATH}/batches", json={"items": items}).status_code

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(send, range(12))) == {207}


def test_a_change_needs_the_version_that_was_read(registry: Registry) -> None:
    made = upsert(registry.university, "patch").json()
    place = f"{PATH}/{made['id']}"

    missing = registry.university.patch(place, json={"trl": 7})
    stale = registry.university.patch(place, json={"trl": 7}, headers={"If-Match": '"9"'})
    done = registry.university.patch(
        place, json={"trl": 7, "abstract": None, "reason": "复核"}, headers={"If-Match": '"1"'}
    )
    empty = registry.university.patch(place, json={"title": None}, headers={"If-Match": "*"})

    assert [r.status_code for r in (missing, stale, done, empty)] == [428, 412, 200, 422]
    assert done.json()["trl"] == 7
    assert done.json()["abstract"] is None
    assert done.json()["keywords"] == made["keywords"]
    history = registry.public.get(f"{place}/history").json()["items"]
    assert history[-1]["reason"] == "复核"


def test_only_its_owner_changes_an_achievement(registry: Registry) -> None:
    made = upsert(registry.university, "mine").json()
    place, any_version = f"{PATH}/{made['id']}", {"If-Match": "*"}

    assert registry.enterprise.patch(place, json={"trl": 1}, headers=any_version).status_code == 403
    assert registry.bank.post(PATH, json=make_item()).status_code == 403
    assert registry.public.post(PATH, json=make_item()).status_code == 401


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"title": ""}, "/title", "string_too_short"),
        ({"title": "。。。"}, "/title", "title_empty"),
        ({"trl": 10}, "/trl", "less_than_equal"),
        ({"trl": "6"}, "/trl", "int_type"),
        ({"trl": 6.5}, "/trl", "int_type"),
        ({"asking_price_yuan": "-1.00"}, "/asking_price_yuan", "greater_than_equal"),
        ({"asking_price_yuan": 5}, "/asking_price_yuan", "money_format"),
        ({"completed_on": "2024-13-01"}, "/completed_on", "date_parsing"),
        ({"completed_on": 20240301}, "/completed_on", "date_parsing"),
        ({"completed_on": "2999-01-01"}, "/completed_on", "date_in_future"),
        ({"visibility": "secret"}, "/visibility", "enum"),
        ({"field": "New IT"}, "/field", "string_pattern_mismatch"),
        ({"industry": "Z1"}, "/industry", "string_pattern_mismatch"),
        ({"organizations": []}, "/organizations", "too_short"),
        (
            {"organizations": [{"uscc": "123700004955000144", "name": "某大学"}]},
            "/organizations/0/uscc",
            "uscc_check",
        ),
        (
            {"contributors": [{"name": "张三", "orcid": "0000-0002-1825-0098"}]},
            "/contributors/0/orcid",
            "orcid_check",
        ),
        (
            {"intellectual_property": [{"kind": "invention_patent", "number": "201710601862.4"}]},
            "/intellectual_property/0/number",
            "patent_number_check",
        ),
        (
            {"intellectual_property": [{"kind": "utility_model", "number": "201710601862.3"}]},
            "/intellectual_property/0/number",
            "patent_kind_mismatch",
        ),
        ({"nonsense": 1}, "/nonsense", "extra_forbidden"),
        ({"abstract": "长" * 20_001}, "/abstract", "string_too_long"),
    ],
)
def test_a_wrong_achievement_is_refused_with_place_and_reason(
    registry: Registry, changes: dict[str, object], pointer: str, code: str
) -> None:
    answer = registry.university.post(PATH, json=make_item(source_id="bad", **changes))

    assert answer.status_code == 422, answer.text
    assert {"pointer": pointer, "code": code} in [
        {"pointer": error["pointer"], "code": error["code"]} for error in answer.json()["errors"]
    ]


@pytest.mark.parametrize(
    "body", [b'{"trl": NaN}', b'{"title": "a\\u0000b"}', b'{"title": "\\ud800"}', b"{", b"[]"]
)
def test_what_is_not_readable_json_is_refused(registry: Registry, body: bytes) -> None:
    answer = registry.university.post(
        PATH, content=body, headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == 422


def test_a_thousand_with_ten_bad_ones_stores_990(registry: Registry) -> None:
    items: list[object] = [
        make_item(source_id=f"many-{n}", title=f"批量成果{n}") for n in range(1000)
    ]
    bad: dict[int, object] = {
        3: make_item(source_id="many-3", trl=0),
        99: make_item(source_id="many-99", title=""),
        100: {},
        222: "not an object",
        333: None,
        444: make_item(source_id="many-444", asking_price_yuan="-5.00"),
        555: make_item(source_id="many-555", visibility="nobody"),
        666: make_item(
            source_id="many-666",
            intellectual_property=[{"kind": "invention_patent", "number": "201710601862.4"}],
        ),
        777: make_item(source_id="many-777", organizations=[{"uscc": "1", "name": "x"}]),
        888: make_item(source_id="many-888", completed_on="soon"),
    }
    for place, item in bad.items():
        items[place] = item

    answer = registry.university.post(f"{PATH}/batches", json={"items": items})

    assert answer.status_code == 207, answer.text
    lines = answer.json()["items"]
    assert [line["index"] for line in lines if line["problem"]] == sorted(bad)
    assert all(line["problem"]["errors"][0]["code"] for line in lines if line["problem"])
    assert all(line["problem"]["request_id"] for line in lines if line["problem"])
    assert answer.json()["counts"]["created"] == 990
    with registry.database.read() as session:
        stored = session.execute(
            text("SELECT count(*) FROM achievements WHERE source_id LIKE 'many-%'")
        ).scalar_one()
        events = session.execute(
            text(
                "SELECT count(*) FROM events WHERE type = 'achievements.achievements-registered'"
                " AND (data->>'count')::int = 990"
            )
        ).scalar_one()
    assert (stored, events) == (990, 1)


def test_a_batch_of_1001_is_refused_whole(registry: Registry) -> None:
    items = [make_item(source_id=f"x-{n}") for n in range(1001)]

    assert registry.university.post(f"{PATH}/batches", json={"items": items}).status_code == 422


def test_a_nul_in_one_item_of_a_batch_harms_no_other(registry: Registry) -> None:
    items = [
        make_item(source_id="nul-0"),
        make_item(source_id="nul-1", title="a\x00b"),
        make_item(source_id="nul-2", title="a\\u0000b"),
        make_item(source_id="nul-3", contributors=[{"n\x00me": "x"}]),
    ]

    lines = registry.university.post(f"{PATH}/batches", json={"items": items}).json()["items"]
    alone = registry.university.post(PATH, json=items[1])

    assert [line["result"] for line in lines] == ["created", "failed", "created", "failed"]
    assert lines[1]["problem"]["errors"][0]["code"] == "text_invalid"
    assert alone.status_code == 422


def test_a_row_repeated_in_a_batch_counts_once(registry: Registry) -> None:
    items = [make_item(source_id="twice"), make_item(source_id="twice", trl=9)]
    answer = registry.university.post(f"{PATH}/batches", json={"items": items}).json()

    assert [line["result"] for line in answer["items"]] == ["created", "duplicate"]
    assert answer["items"][1]["problem"]["code"] == "row_repeated"


def test_a_problem_inside_a_batch_speaks_english_on_request(registry: Registry) -> None:
    answer = registry.university.post(
        f"{PATH}/batches", json={"items": [{}]}, headers={"Accept-Language": "en"}
    ).json()

    assert answer["items"][0]["problem"]["errors"][0]["message"] == "Field required"


def test_doubles_are_named_with_their_certainty(registry: Registry) -> None:
    first = upsert(
        registry.university, "d1", title="双胞胎 成果！", intellectual_property=[]
    ).json()
    upsert(registry.enterprise, "d2", title="双胞胎成果", intellectual_property=[])

    doubles = registry.public.get(f"{PATH}/{first['id']}/duplicates").json()["items"]

    assert [(d["certainty"], d["because"]) for d in doubles] == [("probable", "title")]


def test_an_idempotency_key_makes_one_achievement(registry: Registry) -> None:
    headers = {"Idempotency-Key": "k-1"}
    first = registry.university.post(PATH, json=make_item(source_id="idem"), headers=headers)
    again = registry.university.post(PATH, json=make_item(source_id="idem"), headers=headers)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
