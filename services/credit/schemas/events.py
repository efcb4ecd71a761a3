"""What credit publishes."""

from datetime import date, datetime
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


class FactChanged(Event):
    """A fact was disputed, kept, corrected, revoked, removed or repaired (信用信息变动)."""

    type: ClassVar[str] = "credit.fact-changed"

    uscc: str
    item: str
    fact_id: str
    change: str
    at: datetime


class EnterprisesMerged(Event):
    """企业合并，或其更正（ended=True）."""

    type: ClassVar[str] = "credit.enterprises-merged"

    merger_id: str
    absorbed_uscc: str
    surviving_uscc: str
    merged_on: date
    ended: bool
    recorded_by: str
    recorded_by_uscc: str
