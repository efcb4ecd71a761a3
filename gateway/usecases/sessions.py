"""Tokens: client credentials (RFC 6749 §4.4) become a signed token (RFC 9068)."""

import hashlib
import hmac
import secrets
import threading
import time
from typing import Any

from gateway.rules.secrets import hash_secret, matches_secret
from gateway.store.clients import find_client
from gateway.tables import Client
from kit.auth import ALGORITHM, Principal, Role, mint_token
from kit.db import ReadSession
from kit.directory import SERVICE_CLIENT
from kit.keys import service_secret, signing_key
from kit.settings import Mode, Settings

TOKEN_SECONDS = 3600
_PLATFORM_USCC = "11370102004200018N"


class SecretMemory:
    """Secrets that were right a short while ago.

    A scrypt hash costs 50 ms of a core on purpose, so that a stolen table is of little use. Paid
    at every token request it would let twenty requests a second fill a core; so a secret that was
    right counts as right for ten minutes, under a key of this process, never in clear.
    """

    _SECONDS = 600.0
    _MOST = 10_000

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._until: dict[bytes, float] = {}
        self._lock = threading.Lock()

    def check(self, secret: str, kept: str) -> bool:
        """Whether the secret matches the kept hash."""
        mark = hmac.digest(self._key, f"{kept}\x00{secret}".encode(), hashlib.sha256)
        if self._until.get(mark, 0.0) > time.monotonic():
            return True
        if not matches_secret(secret, kept):
            return False
        with self._lock:
            if len(self._until) >= self._MOST:
                self._until.clear()
            self._until[mark] = time.monotonic() + self._SECONDS
        return True


_memory = SecretMemory()
# Checked for unknown clients too, so that the time of an answer does not tell which ids exist.
_NOBODY = hash_secret(secrets.token_urlsafe(16))


def authenticate_client(
    session: ReadSession, settings: Settings, client_id: str, secret: str
) -> Principal | None:
    """Who the client is, if its secret is right."""
    if client_id == SERVICE_CLIENT:
        right = hmac.compare_digest(secret.encode(), service_secret(settings).encode())
        return _platform() if right else None
    client = find_client(session, client_id)
    closed = (
        client is None
        or client.revoked_at is not None
        or (client.is_demo and settings.mode is Mode.PRODUCTION)
    )
    if client is None or closed:
        matches_secret(secret, _NOBODY)
        return None
    return _principal_of(client) if _memory.check(secret, client.secret_hash) else None


def issue_token(settings: Settings, principal: Principal) -> str:
    """A token signed with the gateway's key."""
    return mint_token(principal, signing_key(settings), seconds=TOKEN_SECONDS)


def list_public_keys(settings: Settings) -> dict[str, Any]:
    """The key set (RFC 7517) that tokens are verified with; never the private half."""
    key = signing_key(settings)
    public = {name: key.as_dict(private=False)[name] for name in ("kty", "crv", "x", "y")}
    return {"keys": [{**public, "kid": key.thumbprint(), "use": "sig", "alg": ALGORITHM}]}


def _principal_of(client: Client) -> Principal:
    return Principal(client.id, Role(client.role), client.uscc, client.org_name, client.org_kind)


def _platform() -> Principal:
    return Principal(SERVICE_CLIENT, Role.SERVICE, _PLATFORM_USCC, "六融平台", "platform")
