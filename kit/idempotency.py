"""Idempotency keys (draft-ietf-httpapi-idempotency-key-header): one key, one effect.

The answer is kept in the transaction of the effect, so neither exists without the other.
A retry with the same body gets the kept answer; another body under the key is refused, and a key
whose first request is still running answers 409.
"""

from dataclasses import dataclass

import orjson
from sqlalchemy import text

from kit.clock import now
from kit.db import WriteSession
from kit.errors import InvalidInput, RuleBroken, invalid
from kit.text import Text

HEADER = "Idempotency-Key"
KEPT_HEADERS = ("content-type", "location", "etag", "x-jws-signature")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request under a key: whose key, for which operation, with which body."""

    client_id: str
    key: str
    operation: str
    body_hash: str


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """The answer the first request got."""

    status: int
    headers: dict[str, str]
    body: bytes


def describe_attempt(client_id: str, key: str, operation: str, body_hash: str) -> Attempt:
    """Refuses keys that cannot be kept (empty, too long, not printable ASCII)."""
    if not 1 <= len(key) <= 200 or not key.isascii() or not key.isprintable():
        raise invalid(
            HEADER,
            "idempotency_key_invalid",
            Text("幂等键须为 1–200 个可见 ASCII 字符", "1 to 200 printable ASCII characters"),
        )
    return Attempt(client_id, key, operation, body_hash)


def begin_attempt(session: WriteSession, attempt: Attempt) -> KeptAnswer | None:
    """Take the key for this transaction; the kept answer if the work was done before."""
    lock = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))")
    name = f"idempotency:{attempt.client_id}:{attempt.key}"
    if not session.execute(lock, {"name": name}).scalar_one():
        raise RuleBroken(
            "idempotency_key_in_use",
            Text(
                "同一幂等键的请求仍在处理，请稍后重试",
                "a request with this key is still running; try again shortly",
            ),
        )
    row = session.execute(
        text(
            "SELECT operation, body_hash, status, headers, body FROM idempotency_keys"
            " WHERE client_id = :client_id AND key = :key"
        ),
        {"client_id": attempt.client_id, "key": attempt.key},
    ).one_or_none()
    if row is None:
        return None
    if (row.operation, row.body_hash) != (attempt.operation, attempt.body_hash):
        raise _reused()
    return KeptAnswer(row.status, row.headers, row.body)


def keep_answer(session: WriteSession, attempt: Attempt, answer: KeptAnswer) -> None:
    """Keep the answer beside its effect."""
    session.execute(
        text(
            "INSERT INTO idempotency_keys"
            " (client_id, key, operation, body_hash, status, headers, body, kept_at) VALUES"
            " (:client_id, :key, :operation, :body_hash, :status,"
            " CAST(:headers AS jsonb), :body, :kept_at)"
        ),
        {
            "client_id": attempt.client_id,
            "key": attempt.key,
            "operation": attempt.operation,
            "body_hash": attempt.body_hash,
            "status": answer.status,
            "headers": orjson.dumps(answer.headers).decode(),
            "body": answer.body,
            "kept_at": now(),
        },
    )


def _reused() -> InvalidInput:
    return invalid(
        HEADER,
        "idempotency_key_reused",
        Text("该幂等键已用于另一请求，请换新的键", "this key was used for another request"),
    )
