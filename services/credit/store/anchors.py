"""Anchors in their file: only appended, synced to the disk, one writer at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.credit.rules.anchors import Anchored, Heads, find_grown, read_lines, write_line

_FILE = "credit-access-log.jsonl"


def read_anchors(folder: Path) -> Anchored:
    """What has been noted so far; nothing where no file is yet."""
    return read_lines(read_anchor_lines(folder / _FILE))


def read_anchor_lines(path: Path) -> list[str]:
    """The lines of a file of anchors (ours, or an auditor's copy)."""
    if not path.exists():
        return []
    return path.read_text(encoding="ascii").splitlines()


def find_anchor_file(folder: Path) -> Path:
    """Where the anchors of a folder stand."""
    return folder / _FILE


def add_anchor(folder: Path, at: str, heads: Heads) -> Anchored:
    """Note the heads that moved since the last line; nothing where none did.

    A broken file is left as it is: it is evidence.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _held(folder / _FILE) as file:
        anchored = read_anchors(folder)
        grown = dict(find_grown(heads, anchored.heads))
        if anchored.broken_at is not None or not grown:
            return anchored
        os.write(file, (write_line(anchored.last_hash, at, grown) + "\n").encode("ascii"))
        os.fsync(file)
    return read_anchors(folder)


@contextmanager
def _held(path: Path) -> Iterator[int]:
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
    finally:
        os.close(file)
