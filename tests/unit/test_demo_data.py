"""The demo data: fictitious, readable, and told the same way every time."""

from collections import Counter

from kit.identifiers import check_uscc
from liurong.demo import read_demo_calls


def test_every_call_says_who_calls_what() -> None:
    calls = list(read_demo_calls())

    assert len(calls) > 30
    assert {call.method for call in calls} == {"PUT", "POST"}
    assert all(call.client_id.startswith("demo-") for call in calls)
    assert all(call.path.startswith("/v1/") for call in calls)


def test_the_same_call_has_the_same_key_and_no_two_calls_share_one() -> None:
    keys = [call.idempotency_key for call in read_demo_calls()]

    assert keys == [call.idempotency_key for call in read_demo_calls()]
    assert Counter(keys).most_common(1)[0][1] == 1


def test_all_organisations_have_valid_codes() -> None:
    paths = [call.path for call in read_demo_calls() if call.method == "PUT"]

    assert len(paths) >= 30
    for path in paths:
        check_uscc(path.rsplit("/", 1)[-1])


def test_achievements_leave_the_callers_own_keys_alone() -> None:
    items = [
        item
        for call in read_demo_calls()
        if call.path == "/v1/achievements/batches"
        for item in call.body["items"]
    ]

    assert len(items) >= 20
    assert all(item["source_id"].startswith("DEMO-") for item in items)


def test_demands_are_told_with_their_publication() -> None:
    drafts = [
        item["source_id"]
        for call in read_demo_calls()
        if call.path == "/v1/demands/batches"
        for item in call.body["items"]
    ]
    found = [call.find for call in read_demo_calls() if call.find is not None]
    published = [find for find in found if find.startswith("/v1/demands")]

    assert len(drafts) >= 4
    assert published == [f"/v1/demands?source_id={source_id}" for source_id in drafts]


def test_both_listings_are_drafted_and_listed() -> None:
    drafts = [call.body["title"] for call in read_demo_calls() if call.path == "/v1/listings"]
    listed = [call.find for call in read_demo_calls() if call.body == {"decision": "listed"}]
    pairs = zip(drafts, listed, strict=True)

    assert len(drafts) == 2
    assert all(find is not None and find.split("q=")[1] in title for title, find in pairs)
