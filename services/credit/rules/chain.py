"""The access log's hash chain: one chain per enterprise, each entry sealed over the one before.

hash = SHA-256 (previous hash ‖ canonical JSON of the entry), hexadecimal. The head of each chain
(how many entries, which hash) is kept outside the log, so that a cut tail is found too.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Sealed:
    """One entry as stored: which chain, which place, when, what, and its seal."""

    id: str
    uscc: str
    seq: int
    content: Mapping[str, object]
    previous: str
    seal: str


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


def find_break(uscc: str, entries: Iterable[Sealed], head: Head | None) -> Break | None:
    """Walk one chain in the order of its places; None when every entry holds.

    Finds an entry that was changed, removed, put in, moved, and a tail that was cut off.
    """
    previous, place = GENESIS, 0
    for entry in entries:
        place += 1
        if entry.seq != place:
            return Break(uscc, place, entry.id, "missing_entry")
        if entry.previous != previous or seal_entry(previous, entry.content) != entry.seal:
            return Break(uscc, place, entry.id, "changed_entry")
        previous = entry.seal
    if head is None:
        return Break(uscc, 1, None, "no_head") if place else None
    if head.entries != place:
        why = "cut_tail" if head.entries > place else "added_entry"
        return Break(uscc, min(place, head.entries) + 1, None, why)
    return None if head.seal == previous else Break(uscc, place, None, "changed_head")
