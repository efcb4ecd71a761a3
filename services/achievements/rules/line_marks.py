"""Marks of lines: a line that came before, byte for byte, need not be judged again.

A mark is a hash of all that the judgement of a line depends on: the rules, the kind, the sender,
the line itself, and the content that is kept for it. Whatever changed the record meanwhile changed
the hash of its content, so that the mark does not fit any more; a record has no mark until it comes
from a line. The day is no part of it: what held on one day is not too early on a later one.
"""

import hashlib

from services.achievements.rules.kinds import ImportKind

_BYTES = 16


class LineMarks:
    """Marks the lines that one sender sends of one kind, under rules told by their fingerprint."""

    def __init__(self, rules: bytes, kind: ImportKind, sender: str) -> None:
        said = b"\x00".join([rules.hex().encode(), kind.value.encode(), sender.encode()])
        self._begun = hashlib.blake2b(said + b"\x00", digest_size=_BYTES)

    def mark(self, line: bytes, content_hash: bytes) -> bytes:
        """The mark of a line that was judged to hold and to say what has this hash."""
        whole = self._begun.copy()
        whole.update(content_hash)
        whole.update(line)
        return whole.digest()
