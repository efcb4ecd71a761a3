"""One request is one transaction; one idempotency key is one effect."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from kit.auth import Role
from kit.settings import Settings
from tests.db.kit.a_house import make_app, make_house
from tests.serving import call_as, make_principal, serve

BANK = make_principal(Role.BANK, "91370102MA3D00039W")


@pytest.fixture(scope="module")
def bank(server, tmp_path_factory):
    settings = Settings(database_url=server.clone("credit"), data_dir=tmp_path_factory.mktemp("d"))
    app = make_app(make_house(), settings)
    with serve(app) as address, call_as(address, settings, BANK) as client:
        yield client


def count(bank):
    return bank.get("/v1/things").json()


def test_what_is_answered_201_is_there(bank):
    before = count(bank)

    answer = bank.post("/v1/things", json={"name": "good"})

    assert answer.status_code == 201
    assert (answer.headers["Location"], answer.headers["ETag"]) == ("/v1/things/1", '"1"')
    assert count(bank) == before + 1


@pytest.mark.parametrize(
    ("name", "status"), [("refused", 409), ("crash", 500), ("broken-sql", 422)]
)
def test_what_goes_wrong_leaves_nothing(bank, name, status):
    before = count(bank)

    answer = bank.post("/v1/things", json={"name": name})

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-request-id"] == answer.json()["request_id"]
    assert count(bank) == before


def test_a_refusal_may_leave_its_trace(bank):
    before = count(bank)

    assert bank.post("/v1/things", json={"name": "refused-but-kept"}).status_code == 409
    assert count(bank) == before + 1


def test_twenty_retries_at_once_have_one_effect(bank):
    before = count(bank)

    def send(_):
        return bank.post(
            "/v1/things", json={"name": "once"}, headers={"Idempotency-Key": "twenty"}
        ).status_code

    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(send, range(20)))

    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    assert count(bank) == before + 1


def test_a_retry_gets_the_same_answer_and_another_body_is_refused(bank):
    key = {"Idempotency-Key": "retry"}
    first = bank.post("/v1/things", json={"name": "one"}, headers=key)

    again = bank.post("/v1/things", json={"name": "one"}, headers=key)
    other = bank.post("/v1/things", json={"name": "two"}, headers=key)

    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Location"] == first.headers["Location"]
    assert other.status_code == 422
    assert other.json()["errors"][0]["code"] == "idempotency_key_reused"


def test_a_key_belongs_to_a_failed_request_only_until_it_is_corrected(bank):
    key = {"Idempotency-Key": "corrected"}
    assert bank.post("/v1/things", json={"name": "refused"}, headers=key).status_code == 409

    assert bank.post("/v1/things", json={"name": "good"}, headers=key).status_code == 201


def test_a_read_cannot_write(server):
    from sqlalchemy import text
    from sqlalchemy.exc import InternalError

    from kit.db import Database

    database = Database(Settings(database_url=server.clone("credit")).database_of("credit"))
    with database.read() as session, pytest.raises(InternalError, match="read-only"):
        session.execute(text("DELETE FROM events"))
    database.close()


def test_problems_speak_both_languages_and_point_at_the_place(bank):
    body = {"name": 5, "colour": "red"}
    chinese = bank.post("/v1/things", json=body).json()
    english = bank.post("/v1/things", json=body, headers={"Accept-Language": "en"}).json()

    assert [fault["pointer"] for fault in chinese["errors"]] == ["/name", "/colour"]
    assert chinese["errors"][1]["message"] == "未知字段"
    assert english["title"] == "The input is not valid"


def test_unknown_query_parameters_and_methods_are_named(bank):
    unknown = bank.get("/v1/things", params={"page": "2"})
    wrong = bank.request("DELETE", "/v1/things")

    assert unknown.json()["errors"][0]["pointer"] == "?page"
    assert (wrong.status_code, wrong.headers["Allow"]) == (405, "GET, HEAD, POST")
    assert bank.head("/v1/things").status_code == 200


def test_too_much_is_refused_as_a_problem(bank):
    answer = bank.post(
        "/v1/things", content=b"x" * (17 << 20), headers={"Content-Type": "application/json"}
    )

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_crowd_waits_its_turn_and_nobody_is_turned_away(server, tmp_path):
    settings = Settings(database_url=server.clone("credit"), data_dir=tmp_path, threads=3)
    with serve(make_app(make_house(), settings)) as address:
        clients = [call_as(address, settings, BANK) for _ in range(40)]
        with ThreadPoolExecutor(40) as pool:
            answers = list(
                pool.map(
                    lambda number: clients[number].post(
                        "/v1/things",
                        json={"name": "good"},
                        headers={"Idempotency-Key": f"crowd-{number}"},
                    ),
                    range(40),
                )
            )
        for client in clients:
            client.close()

    assert {answer.status_code for answer in answers} == {201}


def test_who_may_not_come_in_learns_nothing_about_the_form(server, tmp_path):
    settings = Settings(database_url=server.clone("credit"), data_dir=tmp_path)
    stranger = make_principal(Role.FUND, "91370102MA3D00055J")
    with serve(make_app(make_house(), settings)) as address:
        with httpx.Client(base_url=address, trust_env=False) as nobody:
            assert nobody.post("/v1/things?x=1", content=b"{").status_code == 401
        with call_as(address, settings, stranger) as fund:
            assert fund.post("/v1/things", json={"colour": 1}).status_code == 403
