"""Bodies of the wrong kind, names said twice, uploads sent again: how the border reads them."""

import pytest

from kit.auth import Role
from kit.settings import Settings
from tests.db.kit.a_house import make_app, make_house
from tests.serving import call_as, make_principal, serve

BANK = make_principal(Role.BANK, "91370102MA3D00039W")
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(scope="module")
def bank(server, tmp_path_factory):
    settings = Settings(database_url=server.clone("credit"), data_dir=tmp_path_factory.mktemp("d"))
    app = make_app(make_house(), settings)
    with serve(app) as address, call_as(address, settings, BANK) as client:
        yield client


@pytest.mark.parametrize("media", ["text/plain", "application/octet-stream", "application/jsonx"])
def test_a_body_that_is_not_said_to_be_json_is_not_guessed_at(bank, media):
    answer = bank.post("/v1/things", content=b'{"name": "x"}', headers={"Content-Type": media})

    assert (answer.status_code, answer.json()["code"]) == (415, "media_type_unsupported")


@pytest.mark.parametrize("media", ["application/json; charset=utf-8", "Application/vnd.a+JSON"])
def test_json_under_any_of_its_names_is_read(bank, media):
    answer = bank.post("/v1/things", content=b'{"name": "x"}', headers={"Content-Type": media})

    assert answer.status_code == 201


@pytest.mark.parametrize(
    "body", [b'{"name": "a", "name": "b"}', b'{"n\\u0061me": "a", "name": "b"}']
)
def test_a_name_said_twice_is_refused(bank, body):
    headers = {"Content-Type": "application/json"}
    chinese = bank.post("/v1/things", content=body, headers=headers)
    english = bank.post("/v1/things", content=body, headers=headers | ENGLISH)

    assert chinese.status_code == 422
    assert chinese.json()["detail"] == "不是合法的 JSON：同一对象中有重复的名称"
    assert english.json()["detail"] == "not valid JSON: a name twice in one object"


def test_the_same_name_in_two_objects_is_no_name_said_twice(bank):
    thing = {"name": "x", "size": {"width": 1}}

    assert bank.post("/v1/things", json=thing).json() == thing


def test_pointers_stand_in_the_body_whatever_branches_were_tried(bank):
    answer = bank.post("/v1/things", json={"name": "x", "size": {"width": "wide"}}).json()

    assert {fault["pointer"] for fault in answer["errors"]} == {"/size", "/size/width"}


def test_the_instance_is_a_uri_reference(bank):
    answer = bank.get("/v1/things/%E6%88%90%20%00")

    assert answer.json()["instance"] == "/v1/things/%E6%88%90%20%00"


def test_a_problem_says_its_language_and_an_old_token_to_fetch_another(bank):
    answer = bank.get("/v1/nothing", headers=ENGLISH)
    stranger = bank.post("/v1/things", headers={"Authorization": "Bearer forged"})

    assert answer.headers["Content-Language"] == "en"
    assert stranger.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


def test_who_has_this_version_already_is_told_so(bank):
    tag = bank.get("/v1/things/1").headers["ETag"]

    same = bank.get("/v1/things/1", headers={"If-None-Match": f'"0", W/{tag}'})
    other = bank.get("/v1/things/1", headers={"If-None-Match": '"0"'})

    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", tag)
    assert other.status_code == 200


def send_picture(bank, key, content=b"picture", **parts):
    return bank.post(
        "/v1/things/pictures",
        files={"picture": ("a.png", content)},
        data={"title": "A", **parts},
        headers={"Idempotency-Key": key},
    )


def test_an_upload_sent_again_under_its_key_has_one_effect(bank):
    before = bank.get("/v1/things").json()

    first, again = send_picture(bank, "upload-1"), send_picture(bank, "upload-1")
    other = send_picture(bank, "upload-1", b"another")

    assert (first.status_code, first.json()) == (201, 7)
    assert (again.json(), again.headers["Idempotency-Replayed"]) == (7, "true")
    assert (other.status_code, other.json()["errors"][0]["code"]) == (
        422,
        "idempotency_key_reused",
    )
    assert bank.get("/v1/things").json() == before + 1


def test_parts_of_an_upload_that_nobody_reads_are_named(bank):
    unknown = send_picture(bank, "upload-2", colour="red").json()
    doubled = send_picture(bank, "upload-3", title=["A", "B"]).json()

    assert [(one["pointer"], one["code"]) for one in unknown["errors"]] == [
        ("/colour", "extra_forbidden")
    ]
    assert [(one["pointer"], one["code"]) for one in doubled["errors"]] == [
        ("/title", "sent_twice")
    ]
