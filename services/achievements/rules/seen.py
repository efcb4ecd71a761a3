"""Which source_ids came before in a file: eight bytes each, so that a million take eight MB."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

_Hashes = npt.NDArray[np.int64]
_BLOCK = 100_000
"""A block with so many hashes is full."""


class SeenIds:
    """A growing set of source_ids, by their hashes, in sorted blocks.

    A new one is merged into the last block only: in one block, a million would be copied for every
    thousand, and lie twice in memory meanwhile.
    """

    def __init__(self) -> None:
        self._blocks: list[_Hashes] = []

    def holds(self, source_ids: Sequence[str]) -> list[bool]:
        """For each, whether it came before."""
        return [bool(found) for found in self._find(_hash_all(source_ids))]

    def add(self, source_ids: Sequence[str]) -> list[bool]:
        """Add these; for each, whether it came before, among these or earlier."""
        hashes = _hash_all(source_ids)
        repeated = np.ones(len(hashes), bool)
        repeated[np.unique(hashes, return_index=True)[1]] = False
        repeated |= self._find(hashes)
        self._keep(np.sort(hashes[~repeated]))
        return [bool(found) for found in repeated]

    def _keep(self, hashes: _Hashes) -> None:
        if not self._blocks or len(self._blocks[-1]) >= _BLOCK:
            self._blocks.append(hashes)
            return
        # Two sorted runs: the stable sort merges them.
        self._blocks[-1] = np.sort(np.concatenate([self._blocks[-1], hashes]), kind="stable")

    def _find(self, hashes: _Hashes) -> npt.NDArray[np.bool_]:
        found = np.zeros(len(hashes), bool)
        for block in self._blocks:
            if len(block):
                places = np.searchsorted(block, hashes)
                found |= np.equal(block[np.minimum(places, len(block) - 1)], hashes)
        return found


def _hash_all(source_ids: Sequence[str]) -> _Hashes:
    return np.fromiter(map(hash, source_ids), np.int64, len(source_ids))
