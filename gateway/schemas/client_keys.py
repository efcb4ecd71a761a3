"""Clients' public keys on the wire."""

from datetime import datetime
from typing import Any

from pydantic import ConfigDict, Field

from gateway.tables.client_keys import ClientKey
from kit.pages import Page
from kit.schemas import AnswerModel, WireModel


class KeyRequest(WireModel):
    """登记公钥: a public JWK (RFC 7517), EC P-256, RSA from 2048 bits, or Ed25519."""

    jwk: dict[str, str | list[str] | bool]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "jwk": {
                        "kty": "EC",
                        "crv": "P-256",
                        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
                    }
                }
            ]
        }
    )


class KeyEnd(WireModel):
    """停用公钥: why, for whoever looks into a leak later."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "年度轮换"}]})

    reason: str = Field(min_length=1, max_length=1000)


class KeyAnswer(AnswerModel):
    """A registered key; `kid` is its thumbprint (RFC 7638)."""

    kid: str
    jwk: dict[str, Any]
    added_at: datetime
    retired_at: datetime | None = Field(description="null = assertions under it are accepted")
    retire_reason: str | None


class KeysAnswer(Page[KeyAnswer]):
    """All keys of the client."""


def describe_key(key: ClientKey) -> KeyAnswer:
    """A key as it is answered."""
    return KeyAnswer(
        kid=key.kid,
        jwk=key.jwk,
        added_at=key.added_at,
        retired_at=key.retired_at,
        retire_reason=key.retire_reason,
    )
