"""Lists, versions and keys of the subsidies' things are as everywhere."""

import pytest

from tests.db.subsidies.conftest import ENTERPRISE, OFFICER, open_bureau
from tests.db.subsidies.paying import HEADER, PATH, allot, bring_to_payment, hand_in, open_due, step

LISTS = {
    "/v1/subsidy-applications": "opened_at",
    "/v1/entitlements": "opened_at",
    "/v1/budgets": "opened_at",
    "/v1/disbursements": "made_at",
    "/v1/city-payments": "payment_ref",
}


@pytest.fixture(scope="module")
def paying(server, tmp_path_factory):
    """A bureau with three applications in payment, one batch each."""
    with open_bureau(server, tmp_path_factory.mktemp("habits")) as bureau:
        allot(bureau, "1000000.00")
        for rule in ("award", "rd_platform"):
            allot(bureau, "1.00", rule)
        for _ in range(3):
            bring_to_payment(bureau)
        yield bureau


def read_all(bureau, path, sort):
    """Every item, two at a time."""
    items, cursor = [], ""
    while cursor is not None:
        page = bureau.call(OFFICER, "GET", f"{path}?limit=2&sort={sort}{cursor}").json()
        items += page["items"]
        cursor = f"&cursor={page['next_cursor']}" if page["next_cursor"] else None
    return items


@pytest.mark.parametrize(("path", "key"), LISTS.items())
def test_a_list_is_read_in_pages_forwards_and_backwards(paying, path, key):
    rising, falling = read_all(paying, path, key), read_all(paying, path, f"-{key}")

    assert len(rising) >= 3
    assert rising == falling[::-1]


@pytest.mark.parametrize("path", LISTS)
def test_another_sort_field_or_page_is_refused(paying, path):
    for query in ("sort=state", "limit=0", "limit=201", "cursor=x", "surprise=1"):
        answer = paying.call(OFFICER, "GET", f"{path}?{query}")
        assert answer.status_code == 422, query


@pytest.mark.parametrize("path", LISTS)
def test_each_thing_has_an_etag_and_answers_head(paying, path):
    item = paying.call(OFFICER, "GET", path).json()["items"][0]
    place = f"{path}/{item.get('id') or item['payment_ref']}"

    read = paying.call(OFFICER, "GET", place)
    head = paying.call(OFFICER, "HEAD", place)

    assert read.headers["ETag"].startswith('"')
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] == read.headers["ETag"]


def test_a_batch_has_a_new_version_after_the_banks_file(paying):
    batch = paying.call(OFFICER, "GET", "/v1/disbursements").json()["items"][0]
    place = f"/v1/disbursements/{batch['id']}"

    before = paying.call(OFFICER, "GET", place).headers["ETag"]
    answer = hand_in(paying, batch, HEADER)
    after = paying.call(OFFICER, "GET", place).headers["ETag"]

    assert answer.status_code == 201, answer.text
    assert before != after


def test_a_key_makes_a_draft_once_and_a_step_needs_the_version(bureau):
    entitlement = open_due(bureau)
    body, key = {"entitlement_id": entitlement}, {"Idempotency_Key": "draft-1"}

    first = bureau.call(ENTERPRISE, "POST", PATH, body, **key)
    again = bureau.call(ENTERPRISE, "POST", PATH, body, **key)
    other = bureau.call(ENTERPRISE, "POST", PATH, {"entitlement_id": "another"}, **key)
    without = bureau.call(ENTERPRISE, "POST", PATH, body)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert other.status_code == 422
    assert without.json()["code"] == "applied_before"
    decisions = f"{first.headers['Location']}/decisions"
    act = {"act": "submit"}
    assert bureau.call(ENTERPRISE, "POST", decisions, act).status_code == 428
    assert bureau.call(ENTERPRISE, "POST", decisions, act, If_Match='"9"').status_code == 412
    done = bureau.call(ENTERPRISE, "POST", decisions, act, If_Match=first.headers["ETag"])
    assert done.json()["state"] == "submitted"
    refused = step(bureau, ENTERPRISE, first.json()["id"], "submit")
    assert (refused.status_code, refused.json()["allowed"]) == (
        409,
        ["return", "review", "refuse", "withdraw"],
    )
