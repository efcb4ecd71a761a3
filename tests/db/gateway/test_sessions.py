"""Tokens, and the pages that need none."""

import base64

import httpx
import pytest

from gateway.main import create_app
from gateway.usecases import sessions
from kit.keys import UnsafeStart
from kit.settings import Mode, Settings
from tests.serving import serve

FORM = {"grant_type": "client_credentials", "client_id": "demo-bank", "client_secret": "demo"}


def test_a_token_says_who_its_bearer_is(gateway):
    me = gateway.call("demo-bank").get("/v1/me").json()

    assert me == {
        "client_id": "demo-bank",
        "role": "bank",
        "organization": {
            "uscc": "91370102MA3D00039W",
            "name": "历下某银行科技支行",
            "kind": "bank",
        },
    }


def test_client_and_secret_may_come_by_http_basic(gateway):
    basic = base64.b64encode(b"demo-bank:demo").decode()

    answer = gateway.call(Authorization=f"Basic {basic}").post(
        "/v1/oauth/token", data={"grant_type": "client_credentials"}
    )

    assert answer.status_code == 200
    assert answer.json()["token_type"] == "Bearer"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"client_id": "liurong-service"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"client_id": ""}, 400, "invalid_request"),
    ],
)
def test_a_wrong_token_request_is_refused_as_oauth_says(gateway, change, status, error):
    answer = gateway.call().post("/v1/oauth/token", data=FORM | change)

    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["error_description"]
    assert answer.json()["code"] == error


def test_a_secret_that_was_right_is_not_hashed_anew_for_every_token(gateway, monkeypatch):
    hashed = []
    slow = sessions.matches_secret
    monkeypatch.setattr(
        sessions, "matches_secret", lambda *given: hashed.append(given) or slow(*given)
    )
    monkeypatch.setattr(sessions, "_memory", sessions.SecretMemory())
    client = gateway.call()

    right = [client.post("/v1/oauth/token", data=FORM) for _ in range(5)]
    wrong = [client.post("/v1/oauth/token", data=FORM | {"client_secret": "x"}) for _ in range(2)]

    assert {answer.status_code for answer in right} == {200}
    assert {answer.status_code for answer in wrong} == {401}
    assert len(hashed) == 1 + 2


def test_the_keys_are_public_and_the_private_half_is_not(gateway):
    (key,) = gateway.call().get("/.well-known/jwks.json").json()["keys"]

    assert key["alg"] == "ES256"
    assert "d" not in key


def test_the_front_page_shows_the_demo_clients(gateway):
    page = gateway.call().get("/")

    assert page.headers["content-type"].startswith("text/html")
    assert "demo-university" in page.text
    assert "https://" not in page.text


def test_a_problem_code_has_a_page(gateway):
    client = gateway.call()

    assert "须先有有效的信用结果" in client.get("/problems/credit_required").text
    assert client.get("/problems/nonsense").status_code == 404


def test_public_lists_are_complete(gateway):
    client = gateway.call()

    stages = client.get("/v1/stages").json()["items"]
    reasons = client.get("/v1/reason-codes").json()["items"]
    holders = gateway.call("demo-bank").get("/v1/institutions").json()["items"]

    assert [stage["stage"] for stage in stages] == [
        "credit",
        "evaluation",
        "insurance",
        "loan",
        "investment",
        "trade",
    ]
    assert {reason["act"] for reason in reasons} == {"reject", "close"}
    assert {holder["stage"] for holder in holders} == {stage["stage"] for stage in stages}


def test_errors_are_problems_everywhere(gateway):
    client = gateway.call()

    missing, wrong_method = client.get("/v1/nothing"), client.delete("/v1/stages")

    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    assert (wrong_method.status_code, wrong_method.json()["code"]) == (405, "method_not_allowed")
    assert wrong_method.headers["allow"] == "GET, HEAD"
    assert client.head("/v1/stages").status_code == 200


def test_production_knows_no_demo_client(gateway, tmp_path):
    settings = gateway.settings.model_copy(update={"mode": Mode.PRODUCTION, "data_dir": tmp_path})
    with serve(create_app(settings)) as address:
        answer = httpx.post(f"{address}/v1/oauth/token", data=FORM, trust_env=False)
        page = httpx.get(address, trust_env=False)

    assert answer.status_code == 401
    assert "demo-university" not in page.text


def test_production_refuses_to_start_with_a_default_secret(gateway):
    settings = Settings(
        mode=Mode.PRODUCTION,
        database_url=gateway.settings.database_url,
        service_secret="changeme",
    )

    with pytest.raises(UnsafeStart):
        create_app(settings)
