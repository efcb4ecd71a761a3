"""Public keys on the wire."""

from pydantic import Field

from kit.schemas import AnswerModel


class PublicKey(AnswerModel):
    """One key (RFC 7517)."""

    kty: str
    crv: str
    x: str
    y: str
    kid: str = Field(description="its thumbprint (RFC 7638)")
    use: str
    alg: str


class KeySetAnswer(AnswerModel):
    """JWKS: all keys that sign or signed answers; one that is to sign is here before it does."""

    keys: list[PublicKey]
