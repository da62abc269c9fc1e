"""Memory for many pictures at once: cut from large pieces, which the system gives in large pages, several times as fast."""

import numpy as np
import numpy.typing as npt

SLAB_BYTES = 32 * 2**20
ALIGNMENT = 64
"""Bytes; a line of cache."""


class Slabs:
    """Hands out memory that is given back when the last array in its slab is gone."""

    def __init__(self) -> None:
        self._slab = np.empty(0, np.uint8)
        self._used = 0

    def take(self, size: int) -> npt.NDArray[np.uint8]:
        """`size` bytes that may hold anything."""
        if self._used + size > self._slab.size:
            self._slab = np.empty(max(size, SLAB_BYTES), np.uint8)
            self._used = 0
        start = self._used
        self._used += -(-size // ALIGNMENT) * ALIGNMENT
        return self._slab[start : start + size]
