"""Client secrets: kept as scrypt hashes (RFC 7914), each with its own salt."""

import hashlib
import hmac
import secrets

_N, _R, _P = 2**14, 8, 1
_MEMORY = 64 * 1024 * 1024


def hash_secret(secret: str) -> str:
    """`scrypt$<salt>$<hash>`, hexadecimal; slow on purpose (about 50 ms)."""
    salt = secrets.token_bytes(16)
    return f"scrypt${salt.hex()}${_stretch(secret, salt).hex()}"


def matches_secret(secret: str, kept: str) -> bool:
    """Whether the secret is the one that was kept; takes the same time either way."""
    _, salt, digest = kept.split("$")
    return hmac.compare_digest(_stretch(secret, bytes.fromhex(salt)), bytes.fromhex(digest))


def _stretch(secret: str, salt: bytes) -> bytes:
    return hashlib.scrypt(secret.encode(), salt=salt, n=_N, r=_R, p=_P, maxmem=_MEMORY)
