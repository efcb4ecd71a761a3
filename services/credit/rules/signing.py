"""Which key signs an answer. A new key is published before it signs, so no verifier meets a gap.

A key's name carries the instant of its making (`20261123T061200Z`, UTC). All keys are published,
also those that no longer sign: an answer must be provable for years.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache

PUBLISHED_BEFORE_USE = timedelta(minutes=10)
_FORM = "%Y%m%dT%H%M%SZ"


def name_key(at: datetime) -> str:
    """The name of a key made at an instant."""
    return at.astimezone(UTC).strftime(_FORM)


def choose_key(names: Iterable[str], at: datetime) -> str | None:
    """The newest key that has been published long enough; a first key signs at once."""
    ordered = sorted(names)
    ready = [name for name in ordered if _made_at(name) + PUBLISHED_BEFORE_USE <= at]
    return ready[-1] if ready else next(iter(ordered), None)


@lru_cache(maxsize=64)
def _made_at(name: str) -> datetime:
    return datetime.strptime(name, _FORM).replace(tzinfo=UTC)
