"""The ledger of a case: append-only events, each with the hash of the one before.

The hash is SHA-256 over the event in canonical JSON (sorted keys, no spaces, UTF-8, instants in
UTC to the microsecond) together with the hash of the event before; the first follows 64 zeros.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]
"""What an event carries. Money is a string; a float can only come from a holder's own `result`."""

BEGINNING = "0" * 64


class EventKind(StrEnum):
    """办件事件。"""

    CASE_OPENED = "case-opened"
    TRACK_OPENED = "track-opened"
    TRACK_ACCEPTED = "track-accepted"
    INFORMATION_REQUESTED = "information-requested"
    INFORMATION_SUPPLIED = "information-supplied"
    TRACK_SUBMITTED = "track-submitted"
    TRACK_APPROVED = "track-approved"
    TRACK_CONDITIONALLY_APPROVED = "track-conditionally-approved"
    TRACK_REJECTED = "track-rejected"
    TRACK_WITHDRAWN = "track-withdrawn"
    TRACK_WAIVED = "track-waived"
    TRACK_EXPIRED = "track-expired"
    TRACK_REOPENED = "track-reopened"
    TRACK_CLAIMED = "track-claimed"
    TRACK_RELEASED = "track-released"
    TRACK_DELEGATED = "track-delegated"
    ENHANCEMENT_OPENED = "enhancement-opened"
    ENHANCEMENT_CHOSEN = "enhancement-chosen"
    CONSENT_CHANGED = "consent-changed"
    PLAN_CHANGED = "plan-changed"
    PLAN_PROPOSED = "plan-proposed"
    PLAN_REFUSED = "plan-refused"
    CASE_TRANSFORMED = "case-transformed"
    CASE_CLOSED = "case-closed"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acted, for which organisation; `on_behalf_of` when for another one."""

    client_id: str
    role: str
    uscc: str
    name: str
    on_behalf_of: str | None = None


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One step of a case, as it stands in the ledger for ever."""

    case_id: str
    sequence: int
    kind: EventKind
    at: datetime
    actor: Actor
    prev_hash: str
    hash: str
    track_id: str | None = None
    reason_code: str | None = None
    reason: str | None = None
    data: Mapping[str, Json] = field(default_factory=dict)


_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def seal_event(event: CaseEvent) -> str:
    """The hash that an event must carry."""
    body = {
        "actor": {
            "client_id": event.actor.client_id,
            "name": event.actor.name,
            "on_behalf_of": event.actor.on_behalf_of,
            "role": event.actor.role,
            "uscc": event.actor.uscc,
        },
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "case_id": event.case_id,
        "data": event.data,
        "kind": event.kind.value,
        "prev_hash": event.prev_hash,
        "reason": event.reason,
        "reason_code": event.reason_code,
        "sequence": event.sequence,
        "track_id": event.track_id,
    }
    text = _CANONICAL.encode(body)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def find_first_broken(events: Sequence[CaseEvent]) -> int | None:
    """The sequence of the first event that does not follow the one before; None if all do."""
    before = BEGINNING
    for place, event in enumerate(events, start=1):
        intact = event.sequence == place and event.prev_hash == before
        if not intact or event.hash != seal_event(event):
            return event.sequence
        before = event.hash
    return None
