"""Which source_ids came before in a file: eight bytes each, so that a million take eight MB."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

_Hashes = npt.NDArray[np.int64]


class SeenIds:
    """A growing set of source_ids, by their hashes."""

    def __init__(self) -> None:
        self._sorted: _Hashes = np.empty(0, np.int64)

    def holds(self, source_ids: Sequence[str]) -> list[bool]:
        """For each, whether it came before."""
        return [bool(found) for found in self._find(_hash_all(source_ids))]

    def add(self, source_ids: Sequence[str]) -> list[bool]:
        """Add these; for each, whether it came before, among these or earlier."""
        hashes = _hash_all(source_ids)
        repeated = np.ones(len(hashes), bool)
        repeated[np.unique(hashes, return_index=True)[1]] = False
        repeated |= self._find(hashes)
        self._sorted = np.concatenate([self._sorted, np.sort(hashes[~repeated])])
        # Two sorted runs: the stable sort merges them.
        self._sorted.sort(kind="stable")
        return [bool(found) for found in repeated]

    def _find(self, hashes: _Hashes) -> npt.NDArray[np.bool_]:
        if not len(self._sorted):
            return np.zeros(len(hashes), bool)
        places = np.searchsorted(self._sorted, hashes)
        nearest = self._sorted[np.minimum(places, len(self._sorted) - 1)]
        return np.equal(nearest, hashes)


def _hash_all(source_ids: Sequence[str]) -> _Hashes:
    return np.fromiter(map(hash, source_ids), np.int64, len(source_ids))
