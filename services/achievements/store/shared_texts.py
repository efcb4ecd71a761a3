"""The texts that the cells of a workbook share, kept on disk in the order in which they stand.

A workbook of a million rows has several million of them. They are read only as far as cells ask for
them, in blocks: those asked for lately are in memory, the others in a nameless file.
"""

import os
import tempfile
from array import array
from collections.abc import Iterator
from itertools import islice

import orjson

_BLOCK = 16
_MOST_HELD = 2_000_000
"""Bytes of the blocks in memory, as they are in the file."""


class SharedTexts:
    """Texts by their place from 0."""

    def __init__(self, texts: Iterator[str]) -> None:
        self._texts = texts
        self._file = tempfile.TemporaryFile()  # noqa: SIM115
        self._ends = array("Q", [0])
        self._held = dict[int, list[str]]()
        self._weight = 0

    def close(self) -> None:
        """Give the disk back."""
        self._file.close()

    def get(self, place: int) -> str:
        """The text of a place; raises IndexError where there is none."""
        block = place // _BLOCK
        texts = self._held.get(block)
        return (self._find(block) if texts is None else texts)[place % _BLOCK]

    def _find(self, block: int) -> list[str]:
        if block < 0:
            raise IndexError
        while block >= len(self._ends) - 1:
            self._read_on()
        if block in self._held:
            return self._held[block]
        start, end = self._ends[block : block + 2]
        self._file.flush()
        texts: list[str] = orjson.loads(os.pread(self._file.fileno(), end - start, start))
        self._hold(block, texts)
        return texts

    def _read_on(self) -> None:
        texts = list(islice(self._texts, _BLOCK))
        if not texts:
            raise IndexError
        packed = orjson.dumps(texts)
        self._file.write(packed)
        self._ends.append(self._ends[-1] + len(packed))
        self._hold(len(self._ends) - 2, texts)

    def _hold(self, block: int, texts: list[str]) -> None:
        self._held[block] = texts
        self._weight += self._weigh(block)
        while self._weight > _MOST_HELD and len(self._held) > 1:
            oldest = next(iter(self._held))
            del self._held[oldest]
            self._weight -= self._weigh(oldest)

    def _weigh(self, block: int) -> int:
        return self._ends[block + 1] - self._ends[block]
