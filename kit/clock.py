"""The one clock. Days are days in Jinan (Asia/Shanghai); instants carry their offset."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from zoneinfo import ZoneInfo

JINAN = ZoneInfo("Asia/Shanghai")

_frozen: ContextVar[datetime | None] = ContextVar("frozen_clock", default=None)


def now() -> datetime:
    """This instant, aware, in Jinan's time."""
    return _frozen.get() or datetime.now(JINAN)


def today() -> date:
    """Today's date in Jinan."""
    return now().date()


@contextmanager
def freeze(at: datetime) -> Iterator[None]:
    """Hold the clock still (tests, and replays of a past moment)."""
    if at.tzinfo is None:
        raise ValueError("the clock needs an aware datetime")
    token = _frozen.set(at.astimezone(JINAN))
    try:
        yield
    finally:
        _frozen.reset(token)
