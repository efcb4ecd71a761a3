"""private_key_jwt: a client proves itself by its key, once per proof, and rotates without a gap."""

import secrets
import time

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def _register(gateway, key):
    answer = gateway.call("demo-bank").post("/v1/me/keys", json={"jwk": key.as_dict(private=False)})
    assert answer.status_code == 201, answer.text
    return answer.json()["kid"]


def _sign(key, algorithm="ES256", **overrides):
    claims = {
        "iss": "demo-bank",
        "sub": "demo-bank",
        "aud": "liurong",
        "exp": int(time.time()) + 120,
        "jti": secrets.token_hex(8),
    } | overrides
    return jwt.encode({"alg": algorithm}, claims, key, algorithms=[algorithm])


def _ask(gateway, assertion, **more):
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": TYPE,
        "client_assertion": assertion,
    }
    return gateway.call().post("/v1/oauth/token", data=form | more)


KEY = ECKey.generate_key("P-256")


@pytest.fixture
def key(gateway):
    body = {"jwk": KEY.as_dict(private=False)}
    assert gateway.call("demo-bank").post("/v1/me/keys", json=body).status_code in (201, 409)
    return KEY


def test_a_signed_assertion_gives_a_token(gateway, key):
    answer = _ask(gateway, _sign(key), client_id="demo-bank")

    assert answer.status_code == 200, answer.text
    token = answer.json()["access_token"]
    me = gateway.call(Authorization=f"Bearer {token}").get("/v1/me").json()
    assert me["client_id"] == "demo-bank"


@pytest.mark.parametrize(
    ("make", "algorithm"),
    [
        (lambda: RSAKey.generate_key(2048), "RS256"),
        (lambda: RSAKey.generate_key(2048), "PS256"),
        (lambda: OKPKey.generate_key("Ed25519"), "Ed25519"),
    ],
)
def test_other_kinds_of_keys_serve_as_well(gateway, make, algorithm):
    other = make()
    _register(gateway, other)

    assert _ask(gateway, _sign(other, algorithm)).status_code == 200


def test_an_assertion_is_good_once(gateway, key):
    assertion = _sign(key)

    assert _ask(gateway, assertion).status_code == 200
    assert _ask(gateway, assertion).status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "https://other.example/v1/oauth/token"},
        {"exp": int(time.time()) - 60},
        {"exp": int(time.time()) + 3600},
        {"sub": "demo-fund"},
        {"iss": "demo-fund", "sub": "demo-fund"},
        {"jti": ""},
        {"jti": None},
        {"nbf": int(time.time()) + 600},
        {"exp": 1e300},
        {"nbf": 1e300},
        {"exp": "soon"},
    ],
)
def test_a_wrong_claim_is_refused(gateway, key, wrong):
    assert _ask(gateway, _sign(key, **wrong)).status_code == 401


@pytest.mark.parametrize("secret", ["demo", "wrong"])
def test_a_secret_beside_an_assertion_is_refused(gateway, key, secret):
    answer = _ask(gateway, _sign(key), client_secret=secret)

    assert answer.status_code == 400, answer.text
    assert answer.json()["error"] == "invalid_request"


def test_another_key_and_rubbish_are_refused(gateway, key):
    stranger = ECKey.generate_key("P-256")

    for assertion in (_sign(stranger), "a.b.c", "x", "eyJhbGciOiJub25lIn0.e30."):
        assert _ask(gateway, assertion).status_code == 401
    assert _ask(gateway, _sign(key), client_id="demo-fund").status_code == 401
    assert _ask(gateway, _sign(key), client_assertion_type="else").status_code == 401


def test_a_key_is_rotated_without_a_gap(gateway):
    old, new = ECKey.generate_key("P-256"), ECKey.generate_key("P-256")
    old_kid = _register(gateway, old)
    assert _ask(gateway, _sign(old)).status_code == 200

    _register(gateway, new)
    both = [_ask(gateway, _sign(each)).status_code for each in (old, new)]
    end = f"/v1/me/keys/{old_kid}/ends"
    without_reason = gateway.call("demo-bank").post(end, json={})
    retired = gateway.call("demo-bank").post(end, json={"reason": "年度轮换"})

    assert both == [200, 200]
    assert without_reason.status_code == 422
    assert retired.json()["retired_at"] is not None
    assert retired.json()["retire_reason"] == "年度轮换"
    assert _ask(gateway, _sign(old)).status_code == 401
    assert _ask(gateway, _sign(new)).status_code == 200


def test_a_private_or_weak_key_is_not_registered(gateway):
    for jwk in (
        ECKey.generate_key("P-256").as_dict(private=True),
        ECKey.generate_key("P-384").as_dict(private=False),
        {"kty": "oct", "k": "c2VjcmV0"},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
    ):
        assert gateway.call("demo-bank").post("/v1/me/keys", json={"jwk": jwk}).status_code == 422
