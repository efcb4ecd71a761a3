"""What credit publishes."""

from datetime import datetime
from typing import ClassVar

from kit.events import Event


class ConsentChanged(Event):
    """A consent was asked for, or took a step (授权状态变更)."""

    type: ClassVar[str] = "credit.consent-changed"

    consent_id: str
    uscc: str
    institution_uscc: str
    purpose: str
    state: str
    at: datetime
