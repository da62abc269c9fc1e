"""Memory for many pictures at once: cut from large pieces, which are used again when the last picture in them is gone.

Fresh memory costs a tenth of what inflating into it does, since the system has to clear it.
"""

import weakref

import numpy as np
import numpy.typing as npt

U8 = npt.NDArray[np.uint8]

SLAB_BYTES = 32 * 2**20
MOST_IDLE = 2
"""Slabs that a process keeps for the next pictures."""
ALIGNMENT = 64
"""Bytes; a line of cache."""

_idle: list[memoryview] = []


class Slabs:
    """Hands out memory; it is used for something else only when no array that shares it is left."""

    def __init__(self) -> None:
        self._slab: U8 = np.empty(0, np.uint8)
        self._used = 0

    def take(self, size: int) -> U8:
        """`size` bytes that may hold anything."""
        if self._used + size > self._slab.size:
            self._slab = _slab(size)
            self._used = 0
        start = self._used
        self._used += -(-size // ALIGNMENT) * ALIGNMENT
        return self._slab[start : start + size]


def _slab(size: int) -> U8:
    """A slab of its own, or one that was used before.

    Every array cut from it refers to this very array, and not to the memory beneath, which is no array: so this array is
    gone when, and only when, all of them are.
    """
    try:
        memory = _idle.pop() if size <= SLAB_BYTES else np.empty(size, np.uint8).data
    except IndexError:
        memory = np.empty(SLAB_BYTES, np.uint8).data
    slab = np.frombuffer(memory, np.uint8)
    weakref.finalize(slab, _give_back, memory).atexit = False
    return slab


def _give_back(memory: memoryview) -> None:
    if len(_idle) < MOST_IDLE and memory.nbytes == SLAB_BYTES:
        _idle.append(memory)
