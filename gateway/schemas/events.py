"""What the gateway publishes."""

from datetime import date
from typing import ClassVar

from kit.events import Event


class CaseOpened(Event):
    """A financing case was opened (立案)."""

    type: ClassVar[str] = "gateway.case-opened"

    case_id: str
    uscc: str
    achievement_id: str | None
    state: str
    closed_on: date | None = None


class CaseClosed(Event):
    """A case ended: `transformed` with a trade record, or `closed` with a reason."""

    type: ClassVar[str] = "gateway.case-closed"

    case_id: str
    uscc: str
    achievement_id: str | None
    state: str
    closed_on: date | None
