"""private_key_jwt (RFC 7523 §2.2): a client proves itself by a signature, not by a secret.

Several keys stand side by side, so a client rotates without a gap: register the new one, sign with
it, retire the old one. Each assertion is good once, for at most ten minutes, at this endpoint only.
"""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from gateway.schemas.client_keys import KeyAnswer, KeyEnd, KeyRequest, KeysAnswer, describe_key
from gateway.store.client_keys import add_key, list_keys, lock_key, use_assertion
from gateway.store.clients import find_client
from gateway.tables import Client
from kit.auth import ISSUER, Principal, Role
from kit.clock import now
from kit.db import ReadSession, WriteSession
from kit.errors import InvalidInput, RuleBroken, invalid, no_such
from kit.settings import Mode, Settings
from kit.text import Text

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ALGORITHMS = ["ES256", "RS256", "PS256", "Ed25519", "EdDSA"]
_LONGEST = timedelta(minutes=10)
_LEEWAY = timedelta(seconds=30)
_MOST_KEYS = 10
_PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}
_CURVES = {("EC", "P-256"), ("OKP", "Ed25519"), ("RSA", None)}
_NAMES = {"EC": ("crv", "kty", "x", "y"), "RSA": ("e", "kty", "n"), "OKP": ("crv", "kty", "x")}


def register_key(session: WriteSession, caller: Principal, request: KeyRequest) -> KeyAnswer:
    """登记公钥: from now on assertions signed with its private half are accepted."""
    jwk, kid = _read_public_key(request.jwk)
    standing = [key for key in list_keys(session, caller.client_id) if key.retired_at is None]
    if len(standing) >= _MOST_KEYS:
        raise RuleBroken(
            "too_many_keys",
            Text("最多登记10把公钥，请先停用旧的", "ten keys at most; retire an old one first"),
        )
    if find_client(session, caller.client_id) is None:
        raise no_such("客户端", "client", caller.client_id)
    at = now()
    values = {"client_id": caller.client_id, "kid": kid, "jwk": jwk, "added_at": at}
    if not add_key(session, values):
        raise RuleBroken(
            "key_known", Text("该公钥已登记过", "this key was registered before"), kid=kid
        )
    return KeyAnswer(kid=kid, jwk=jwk, added_at=at, retired_at=None, retire_reason=None)


def show_keys(session: ReadSession, caller: Principal) -> KeysAnswer:
    """The client's own keys."""
    return KeysAnswer(items=[describe_key(key) for key in list_keys(session, caller.client_id)])


def retire_key(session: WriteSession, caller: Principal, kid: str, request: KeyEnd) -> KeyAnswer:
    """停用公钥: assertions under it are refused from now on."""
    key = lock_key(session, caller.client_id, kid)
    if key is None:
        raise no_such("公钥", "key", kid)
    if key.retired_at is None:
        key.retired_at, key.retire_reason = now(), request.reason
    return describe_key(key)


def authenticate_assertion(
    session: WriteSession, settings: Settings, client_id: str | None, assertion: str
) -> Principal | None:
    """Who signed the assertion; None where anything about it does not hold."""
    claimed = _read_issuer(assertion)
    if claimed is None or (client_id is not None and client_id != claimed):
        return None
    client = find_client(session, claimed)
    if client is None or _is_closed(client, settings):
        return None
    keys = [key.jwk for key in list_keys(session, claimed) if key.retired_at is None]
    claims = _verify(assertion, keys)
    ends = None if claims is None else _check_claims(claims, claimed, settings)
    if claims is None or ends is None:
        return None
    if not use_assertion(session, claimed, str(claims["jti"]), ends + _LEEWAY, now()):
        return None
    return Principal(client.id, Role(client.role), client.uscc, client.org_name, client.org_kind)


def _is_closed(client: Client, settings: Settings) -> bool:
    demo = client.is_demo and settings.mode is Mode.PRODUCTION
    return demo or client.revoked_at is not None


def _read_issuer(assertion: str) -> str | None:
    """Whose assertion it says it is; nothing is believed before the signature holds."""
    parts = assertion.split(".")
    if len(parts) != 3:
        return None
    try:
        payload = orjson.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return None
    issuer = payload.get("iss") if isinstance(payload, dict) else None
    return issuer if isinstance(issuer, str) and "\x00" not in issuer else None


def _verify(assertion: str, keys: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The claims, where one of the client's keys signed them."""
    for key in keys:
        try:
            return jwt.decode(assertion, _import(key), algorithms=_ALGORITHMS).claims
        except (JoseError, ValueError, TypeError, UnicodeError):
            continue
    return None


def _import(jwk: dict[str, Any]) -> ECKey | RSAKey | OKPKey:
    kinds: dict[str, type[ECKey] | type[RSAKey] | type[OKPKey]] = {
        "EC": ECKey,
        "RSA": RSAKey,
        "OKP": OKPKey,
    }
    return kinds[jwk["kty"]].import_key(jwk)


def _check_claims(claims: dict[str, Any], client_id: str, settings: Settings) -> datetime | None:
    """When the assertion ends; None where its claims do not hold (RFC 7523 §3)."""
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    jti, expires = claims.get("jti"), claims.get("exp")
    right = (
        claims.get("sub") == client_id
        and claims.get("iss") == client_id
        and bool(set(map(str, audiences)) & list_audiences(settings))
        and isinstance(jti, str)
        and 0 < len(jti) <= 200
    )
    if not right:
        return None
    ends, at = _read_instant(expires), now()
    begins = _read_instant(claims.get("nbf", 0))
    if ends is None or begins is None or begins > at + _LEEWAY:
        return None
    return ends if at - _LEEWAY < ends <= at + _LONGEST + _LEEWAY else None


def _read_instant(seconds: object) -> datetime | None:
    """A NumericDate (RFC 7519 §2); None where it is none, or lies outside every calendar."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def list_audiences(settings: Settings) -> set[str]:
    """Names of this endpoint: what the settings say, never what a request says of itself."""
    hosts = {settings.host, "127.0.0.1", "localhost"}
    bases = {f"http://{host}:{settings.port}" for host in hosts}
    if settings.gateway_url is not None:
        bases.add(settings.gateway_url.rstrip("/"))
    return {ISSUER, *bases, *(f"{base}/v1/oauth/token" for base in bases)}


def _read_public_key(raw: dict[str, Any]) -> tuple[dict[str, Any], str]:
    if _PRIVATE & raw.keys():
        raise invalid(
            "/jwk",
            "key_private",
            Text("这是私钥：请只提交公钥，并更换这把密钥", "a private key: send the public half"),
        )
    kind = str(raw.get("kty"))
    if (kind, raw.get("crv")) not in _CURVES or (kind == "RSA" and len(str(raw.get("n"))) < 342):
        raise _unusable()
    jwk = {name: raw.get(name) for name in _NAMES[kind]}
    try:
        kid = _import(jwk).thumbprint()
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise _unusable() from error
    return {**jwk, "kid": kid}, kid


def _unusable() -> InvalidInput:
    return invalid(
        "/jwk",
        "key_unusable",
        Text(
            "须为 EC P-256、Ed25519 或不短于2048位的 RSA 公钥 (JWK)",
            "a public JWK: EC P-256, Ed25519, or RSA from 2048 bits",
        ),
    )
