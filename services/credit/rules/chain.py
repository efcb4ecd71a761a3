"""The access log's hash chain: one chain per enterprise, each entry sealed over the one before.

    seal  = SHA-256 (previous seal ‖ canonical JSON of the entry): anybody can follow it
    stamp = HMAC-SHA-256 (key outside the database, seal): only the service can add an entry

Three things stand against it: the head in the subject's row, the stamp, and the anchors: heads
noted outside the database (`anchors.py`), so that a tail is missed even if head and log were cut
together.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Sealed:
    """One entry as stored: which chain, which place, when, what, its seal and its stamp."""

    id: str
    uscc: str
    seq: int
    content: Mapping[str, object]
    previous: str
    seal: str
    stamp: str | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain: the number of entries and the last seal."""

    entries: int
    seal: str


@dataclass(frozen=True, slots=True)
class Break:
    """The first entry of a chain that does not hold, and why."""

    uscc: str
    seq: int
    entry_id: str | None
    why: str


def seal_entry(previous: str, content: Mapping[str, object]) -> str:
    """The seal of an entry over the one before it."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(previous.encode() + canonical.encode()).hexdigest()


def stamp_seal(key: bytes, seal: str) -> str:
    """The stamp under a seal: proves that the holder of the key entered it."""
    return hmac.digest(key, seal.encode(), hashlib.sha256).hex()


def find_break(
    uscc: str,
    entries: Iterable[Sealed],
    head: Head | None,
    anchor: Head | None = None,
    key: bytes | None = None,
) -> Break | None:
    """Walk one chain in the order of its places; None when every entry holds.

    Finds an entry that was changed, removed, put in, moved or forged, and a tail that was cut off:
    by the head, and by the anchor where the head was moved along. Entries from before stamps were
    introduced have none; after the first stamped one, none may be missing.
    """
    previous, place, stamped = GENESIS, 0, False
    for entry in entries:
        place += 1
        why = _find_fault(entry, place, previous)
        if why is None and key is not None:
            stamped = stamped or entry.stamp is not None
            why = _find_forgery(entry, key) if stamped else None
        if why is None and anchor is not None and place == anchor.entries:
            why = None if entry.seal == anchor.seal else "not_as_anchored"
        if why is not None:
            return Break(uscc, place, entry.id, why)
        previous = entry.seal
    if anchor is not None and anchor.entries > place:
        return Break(uscc, place + 1, None, "cut_tail")
    return _compare_head(uscc, place, previous, head)


def _find_fault(entry: Sealed, place: int, previous: str) -> str | None:
    if entry.seq != place:
        return "missing_entry"
    holds = entry.previous == previous and seal_entry(previous, entry.content) == entry.seal
    return None if holds else "changed_entry"


def _find_forgery(entry: Sealed, key: bytes) -> str | None:
    good = hmac.compare_digest(entry.stamp or "", stamp_seal(key, entry.seal))
    return None if good else "forged_entry"


def _compare_head(uscc: str, place: int, previous: str, head: Head | None) -> Break | None:
    if head is None:
        return Break(uscc, 1, None, "no_head") if place else None
    if head.entries != place:
        why = "cut_tail" if head.entries > place else "added_entry"
        return Break(uscc, min(place, head.entries) + 1, None, why)
    return None if head.seal == previous else Break(uscc, place, None, "changed_head")
