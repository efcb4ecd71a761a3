"""Who is calling: tokens that every process verifies itself, roles, and what a route demands.

A token is a JWT (RFC 7519, RFC 9068) signed with ES256 by the gateway. Claims: `sub` client id,
`role`, `org` {uscc, name, kind}, `iss`, `iat`, `exp`.
"""

import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

import httpx
from fastapi import Depends, Request, Security
from fastapi.dependencies.models import Dependant
from fastapi.security import HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet
from starlette.concurrency import run_in_threadpool

from kit.clock import now
from kit.errors import Forbidden, Unauthenticated, Unavailable
from kit.keys import public_keys
from kit.settings import Settings
from kit.text import Text

ISSUER = "liurong"
ALGORITHM = "ES256"
_CACHE_SIZE = 10_000
_LEEWAY = 5


class Role(StrEnum):
    """What a caller is; a caller acts for one organisation."""

    UNIVERSITY = "university"
    INSTITUTE = "institute"
    HOSPITAL = "hospital"
    ENTERPRISE = "enterprise"
    BANK = "bank"
    INSURER = "insurer"
    FUND = "fund"
    BROKER = "broker"
    EXCHANGE = "exchange"
    OFFICER = "officer"
    AUDITOR = "auditor"
    SERVICE = "service"

    @property
    def zh(self) -> str:
        """What it is called in Chinese."""
        return _ROLES_IN_CHINESE[self]


_ROLES_IN_CHINESE: Mapping[Role, str] = {
    Role.UNIVERSITY: "高校",
    Role.INSTITUTE: "科研院所",
    Role.HOSPITAL: "医院",
    Role.ENTERPRISE: "企业",
    Role.BANK: "银行",
    Role.INSURER: "保险机构",
    Role.FUND: "投资基金",
    Role.BROKER: "服务机构",
    Role.EXCHANGE: "技术交易机构",
    Role.OFFICER: "科技局经办人",
    Role.AUDITOR: "审计员",
    Role.SERVICE: "平台内部服务",
}

HOLDERS_OF_RESEARCH = (Role.UNIVERSITY, Role.INSTITUTE, Role.HOSPITAL, Role.ENTERPRISE)
"""Organisations that own achievements, instruments and expenditure."""

INSTITUTIONS = (Role.BANK, Role.INSURER, Role.FUND)
"""Financial institutions that look at credit profiles and take part in cases."""


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller: a client that acts in a role for one organisation."""

    client_id: str
    role: Role
    uscc: str
    org_name: str
    org_kind: str

    @property
    def sees_all(self) -> bool:
        """The district bureau and the auditor read everything."""
        return self.role in (Role.OFFICER, Role.AUDITOR, Role.SERVICE)


def mint_token(principal: Principal, key: ECKey, *, seconds: int) -> str:
    """A signed token for a caller (the gateway alone has the key)."""
    issued = int(now().timestamp())
    claims = {
        "iss": ISSUER,
        "sub": principal.client_id,
        "role": principal.role.value,
        "org": {
            "uscc": principal.uscc,
            "name": principal.org_name,
            "kind": principal.org_kind,
        },
        "iat": issued,
        "exp": issued + seconds,
    }
    header = {"alg": ALGORITHM, "kid": key.thumbprint(), "typ": "at+jwt"}
    return jwt.encode(header, claims, key, algorithms=[ALGORITHM])


class KeyRing:
    """The public keys that tokens are verified with, and a cache of verified tokens.

    Keys come from this machine's files, or from the gateway's JWKS where it lives elsewhere;
    a token signed with an unknown key makes the ring look once more, at most every 5 seconds.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._keys: KeySet | None = None
        self._fetched_at = 0.0
        self._lock = threading.Lock()
        self._verified: dict[str, tuple[Principal, float]] = {}

    def recall(self, token: str) -> Principal | None:
        """The caller of a token that was verified before and has not ended."""
        known = self._verified.get(token)
        if known is None or known[1] <= time.time():
            return None
        return known[0]

    def verify(self, token: str) -> Principal:
        """Who the token proves; raises Unauthenticated."""
        claims = self._read_claims(token)
        ends = float(claims["exp"])
        if claims.get("iss") != ISSUER or ends + _LEEWAY <= now().timestamp():
            raise _bad_token()
        principal = _principal_of(claims)
        if len(self._verified) >= _CACHE_SIZE:
            self._verified.clear()
        self._verified[token] = (principal, ends)
        return principal

    def _read_claims(self, token: str) -> dict[str, Any]:
        for fresh in (False, True):
            keys = self._load_keys(fresh=fresh)
            if keys is None:
                continue
            try:
                claims: dict[str, Any] = jwt.decode(token, keys, algorithms=[ALGORITHM]).claims
            except (JoseError, ValueError, UnicodeError):
                continue
            if {"exp", "sub", "role", "org"} <= claims.keys():
                return claims
        raise _bad_token()

    def _load_keys(self, *, fresh: bool) -> KeySet | None:
        with self._lock:
            recently = time.monotonic() - self._fetched_at < 5
            if self._keys is None or (fresh and not recently):
                self._keys = self._fetch_keys()
                self._fetched_at = time.monotonic()
            return self._keys

    def _fetch_keys(self) -> KeySet | None:
        if self._settings.gateway_url is None:
            return public_keys(self._settings)
        try:
            answer = httpx.get(
                f"{self._settings.gateway_url}/.well-known/jwks.json", timeout=5, trust_env=False
            )
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise Unavailable(
                "keys_unavailable",
                Text(
                    "暂时无法取得网关的公钥，请稍后重试",
                    "the gateway's keys cannot be had just now",
                ),
            ) from error
        return KeySet.import_key_set(answer.json())


def _principal_of(claims: dict[str, Any]) -> Principal:
    organization = claims["org"]
    try:
        return Principal(
            client_id=claims["sub"],
            role=Role(claims["role"]),
            uscc=organization["uscc"],
            org_name=organization["name"],
            org_kind=organization["kind"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _bad_token() from error


def _bad_token() -> Unauthenticated:
    return Unauthenticated(
        "token_invalid",
        Text(
            "令牌无效或已过期，请重新获取", "the token is not valid or has expired; take a new one"
        ),
    )


_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="bearer",
    description="令牌取自 POST /v1/oauth/token (client credentials)",
)


async def find_principal(request: Request) -> Principal | None:
    """The caller of a request, verified once; None where no token was shown."""
    if "principal" in request.scope:
        found: Principal | None = request.scope["principal"]
        return found
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    principal: Principal | None = None
    if scheme:
        if scheme.lower() != "bearer" or not token:
            raise _bad_token()
        ring: KeyRing = request.app.state.key_ring
        principal = ring.recall(token) or await run_in_threadpool(ring.verify, token)
    request.scope["principal"] = principal
    return principal


async def maybe_principal(
    request: Request,
    _credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)] = None,
) -> Principal | None:
    """The caller, if any: for what is public but shows more to some."""
    return await find_principal(request)


class Allow:
    """A dependency that lets only some roles in; the API description reads its `roles`."""

    def __init__(self, *roles: Role) -> None:
        self.roles = roles

    async def __call__(
        self,
        request: Request,
        _credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)] = None,
    ) -> Principal:
        principal = await find_principal(request)
        if principal is None:
            raise Unauthenticated(
                "token_required",
                Text(
                    "请先取得令牌：POST /v1/oauth/token，并放在 Authorization: Bearer 中",
                    "take a token at POST /v1/oauth/token and send it as Authorization: Bearer",
                ),
            )
        if self.roles and principal.role not in self.roles:
            raise Forbidden(
                "role_not_allowed",
                Text(
                    f"{principal.role.zh}不能执行此操作",
                    f"the role {principal.role} may not do this",
                ),
                roles=[role.value for role in self.roles],
            )
        return principal


def guards_of(dependant: Dependant) -> Iterator[Allow]:
    """What a route demands of its caller, however deep among its dependencies."""
    for part in dependant.dependencies:
        if isinstance(part.call, Allow):
            yield part.call
        yield from guards_of(part)


def allow(*roles: Role) -> Any:
    """`caller: Annotated[Principal, allow(Role.BANK)]`: these roles and no others."""
    return Depends(Allow(*roles))


Caller = Annotated[Principal, Depends(Allow())]
"""Anyone with a token."""

MaybeCaller = Annotated[Principal | None, Depends(maybe_principal)]
"""Anyone; None without a token."""
