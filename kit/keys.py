"""Keys: the pair that signs tokens, made at first start, and the secret services share."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from joserfc.jwk import ECKey, KeySet

from kit.settings import Mode, Settings

_SIGNING_KEY = "signing-key.pem"
_SERVICE_SECRET = "service-secret"  # noqa: S105 a file name
DEFAULT_SECRETS = frozenset({"demo", "secret", "changeme", "liurong", "password"})


class UnsafeStart(Exception):
    """A production start with a default or missing secret."""


def signing_key(settings: Settings) -> ECKey:
    """The gateway's private key (ES256). Made once, readable by its owner only."""
    pem = keep_once(settings.keys_dir / _SIGNING_KEY, _new_pem)
    return ECKey.import_key(pem)


def public_keys(settings: Settings) -> KeySet | None:
    """The public half from this machine's files; None where the gateway lives elsewhere."""
    path = settings.keys_dir / _SIGNING_KEY
    if not path.exists():
        return None
    return KeySet([ECKey.import_key(path.read_text(encoding="ascii"))])


def service_secret(settings: Settings) -> str:
    """What services show the gateway to get a token of the role `service`."""
    if settings.service_secret is not None:
        if settings.mode is Mode.PRODUCTION and settings.service_secret in DEFAULT_SECRETS:
            raise UnsafeStart("LIURONG_SERVICE_SECRET is a default secret; choose another")
        return settings.service_secret
    return keep_once(settings.keys_dir / _SERVICE_SECRET, lambda: secrets.token_urlsafe(32))


def _new_pem() -> str:
    return ECKey.generate_key("P-256").as_pem(private=True).decode("ascii")


def keep_once(path: Path, make: Callable[[], str]) -> str:
    """Read the file, or make it whole in one step: two first starts agree on one content."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii")
