"""The keys that sign answers: private halves in files of this machine, public ones in the database.

The signature is a JWS (RFC 7515) with ES256 over the very bytes of the answer, detached (appendix
F): `header..signature`. Put the base64url of the answer in between, and it is a compact JWS.
"""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from weakref import WeakKeyDictionary

import orjson
from joserfc import jws
from joserfc.jwk import ECKey
from sqlalchemy import Engine, event, select
from sqlalchemy.dialects.postgresql import insert

from kit.clock import now
from kit.db import WriteSession
from kit.keys import keep_once
from services.credit.rules.arrangements import arrangements_of
from services.credit.rules.signing import choose_key, name_key
from services.credit.tables import SigningKeyRecord

_PREFIX, _SUFFIX = "credit-signing-", ".pem"
_ES256 = jws.JWSRegistry.algorithms["ES256"]
_published: WeakKeyDictionary[Engine, set[str]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class _Signer:
    """A key made ready: what does not change from answer to answer is worked out once."""

    key: ECKey
    kid: str
    protected: str


def sign_answer(session: WriteSession, answer: bytes) -> str:
    """The detached signature of an answer by the key of the hour, published with it."""
    folder = arrangements_of(session.info).keys_dir
    signer = _prepare(folder / _file_of(_choose(folder)))
    published = _published.setdefault(session.get_bind().engine, set())
    if signer.kid not in published:
        _publish(session, signer.key)
        event.listen(session, "after_commit", lambda _: published.add(signer.kid), once=True)
    signed = _ES256.sign(f"{signer.protected}.{_base64url(answer)}".encode("ascii"), signer.key)
    return f"{signer.protected}..{_base64url(signed)}"


def join_signature(signature: str, answer: bytes) -> str:
    """The whole compact JWS: what a bank keeps in its file."""
    return signature.replace("..", f".{_base64url(answer)}.")


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode("ascii").rstrip("=")


def list_public_keys(session: WriteSession) -> list[dict[str, str]]:
    """Every public key that ever signed here, or will: this machine's are published by the way."""
    folder = arrangements_of(session.info).keys_dir
    _choose(folder)
    for name in _list_names(folder):
        _publish(session, _load(folder / _file_of(name)))
    rows = session.scalars(select(SigningKeyRecord).order_by(SigningKeyRecord.published_at))
    return [row.public_key for row in rows]


def add_key(folder: Path, made_at: datetime) -> str:
    """A new key beside the others; it signs once it has been published long enough."""
    name = name_key(made_at)
    keep_once(folder / _file_of(name), _new_pem)
    return name


def _choose(folder: Path) -> str:
    """The key that signs now; the very first is made here (two first starts agree on one)."""
    chosen = choose_key(_list_names(folder), now())
    if chosen is not None:
        return chosen
    first = name_key(datetime(2000, 1, 1, tzinfo=UTC))
    keep_once(folder / _file_of(first), _new_pem)
    return first


def _list_names(folder: Path) -> tuple[str, ...]:
    """The keys of a folder; it is read again only after a file came or went."""
    try:
        return _read_names(folder, folder.stat().st_mtime_ns)
    except FileNotFoundError:
        return ()


@lru_cache(maxsize=8)
def _read_names(folder: Path, _changed_at: int) -> tuple[str, ...]:
    files = (file.name for file in folder.glob(f"{_PREFIX}*{_SUFFIX}"))
    return tuple(sorted(name.removeprefix(_PREFIX).removesuffix(_SUFFIX) for name in files))


def _file_of(name: str) -> str:
    return f"{_PREFIX}{name}{_SUFFIX}"


@lru_cache(maxsize=64)
def _prepare(path: Path) -> _Signer:
    key = _load(path)
    kid = str(key.thumbprint())
    header = orjson.dumps({"alg": "ES256", "kid": kid})
    return _Signer(key, kid, _base64url(header))


@lru_cache(maxsize=64)
def _load(path: Path) -> ECKey:
    return ECKey.import_key(path.read_text(encoding="ascii"))


def _publish(session: WriteSession, key: ECKey) -> None:
    kid = str(key.thumbprint())
    public = {**key.as_dict(private=False), "kid": kid, "use": "sig", "alg": "ES256"}
    row = {"kid": kid, "public_key": public, "published_at": now()}
    session.execute(insert(SigningKeyRecord).values(row).on_conflict_do_nothing())


def _new_pem() -> str:
    return ECKey.generate_key("P-256").as_pem(private=True).decode("ascii")
