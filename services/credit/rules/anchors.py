"""Anchors: heads of the access log's chains noted outside the database, line upon line.

Each line holds the heads that moved since the line before, and is hashed over it, so that a line
cannot be changed or taken out without breaking all that follow. A cut end of the file itself is
seen by whoever keeps an older copy (`GET /v1/audit/anchors`): lines and last hash are told at
every verification.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.credit.rules.chain import GENESIS, Head

Heads = Mapping[str, Head]


@dataclass(frozen=True, slots=True)
class Anchored:
    """What a file of anchors says: the latest head of each chain, how many lines, the last hash.

    `broken_at` is the first line that does not hold (from 1), or None.
    """

    heads: Mapping[str, Head]
    lines: int
    last_hash: str
    last_at: str | None
    broken_at: int | None


def write_line(previous: str, at: str, heads: Heads) -> str:
    """One anchor as a line of JSON, hashed over the one before."""
    moved = {uscc: [head.entries, head.seal] for uscc, head in sorted(heads.items())}
    body = {"at": at, "heads": moved, "previous": previous}
    return _dump({**body, "hash": _hash(body)})


def read_lines(lines: Iterable[str]) -> Anchored:
    """Follow the lines; what stands after a broken line is not believed."""
    heads: dict[str, Head] = {}
    count, last, at = 0, GENESIS, None
    for line in lines:
        entry = _parse(line)
        if entry is None or entry["previous"] != last:
            return Anchored(heads, count, last, at, count + 1)
        heads |= {uscc: Head(int(n), seal) for uscc, (n, seal) in entry["heads"].items()}
        count, last, at = count + 1, entry["hash"], entry["at"]
    return Anchored(heads, count, last, at, None)


def find_moved(now: Heads, anchored: Heads) -> Iterator[tuple[str, Head]]:
    """The heads that are not those last noted."""
    return ((uscc, head) for uscc, head in now.items() if anchored.get(uscc) != head)


def _parse(line: str) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
        claimed = entry.pop("hash")
        if _hash(entry) != claimed or not isinstance(entry["heads"], dict):
            return None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return {**entry, "hash": claimed}


def _hash(body: Mapping[str, object]) -> str:
    return hashlib.sha256(_dump(body).encode()).hexdigest()


def _dump(body: Mapping[str, object]) -> str:
    return json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def find_grown(now: Heads, anchored: Heads) -> Iterator[tuple[str, Head]]:
    """The heads of chains that are longer than last noted; an anchor never goes back."""
    return (
        (uscc, head)
        for uscc, head in now.items()
        if uscc not in anchored or head.entries > anchored[uscc].entries
    )
