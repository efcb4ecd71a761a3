"""What other houses tell: financing cases that begin and end."""

from collections.abc import Callable, Mapping
from typing import Any

from kit.db import WriteSession
from kit.events import Envelope, receive
from services.achievements.schemas.inbox import CaseNews
from services.achievements.store.achievements import keep_case


def take_event(session: WriteSession, envelope: Envelope) -> None:
    """Let an event have its effect once; types nobody here reads are entered and left alone."""
    if receive(session, envelope) and envelope.type in _HANDLERS:
        _HANDLERS[envelope.type](session, envelope.data)


def note_case(session: WriteSession, data: dict[str, Any]) -> None:
    """A financing case has begun or ended."""
    keep_case(session, CaseNews.model_validate(data).model_dump())


_HANDLERS: Mapping[str, Callable[[WriteSession, dict[str, Any]], None]] = {
    "gateway.case-opened": note_case,
    "gateway.case-closed": note_case,
}
