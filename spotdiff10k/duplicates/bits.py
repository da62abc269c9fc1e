"""Nearest neighbours among hashes, exact: differing bits counted in compiled loops."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import inlined, kernel

Hashes = npt.NDArray[np.uint64]
"""(N, words), one hash a row."""

NOBODY = -1
"""Stands for the nearest one's index where there is none."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """For each query the index of the nearest one, or NOBODY, and in how many bits it differs."""

    index: npt.NDArray[np.int64]
    bits: npt.NDArray[np.int64]


@inlined
def _set_bits(word: np.uint64) -> np.uint64:
    """How many bits of a word are set (H. S. Warren, Hacker's Delight, 5-1); compilers make one instruction of it."""
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    word = (word & np.uint64(0x3333333333333333)) + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return (word * np.uint64(0x0101010101010101)) >> np.uint64(56)


@kernel
def _nearest(
    queries: npt.NDArray[np.uint64],
    hashes: npt.NDArray[np.uint64],
    limits: npt.NDArray[np.int64],
    index: npt.NDArray[np.int64],
    bits: npt.NDArray[np.int64],
) -> None:
    """Each query looks at the first limits[query] hashes; of equally near ones the first counts."""
    words = hashes.shape[1]
    for query in range(len(queries)):
        for other in range(limits[query]):
            count = np.uint64(0)
            for word in range(words):
                count += _set_bits(queries[query, word] ^ hashes[other, word])
            if np.int64(count) < bits[query]:
                bits[query] = count
                index[query] = other


@kernel
def _nearest_among(
    hashes: npt.NDArray[np.uint64],
    near: npt.NDArray[np.int64],
    limits: npt.NDArray[np.int64],
    first: int,
    index: npt.NDArray[np.int64],
    bits: npt.NDArray[np.int64],
) -> None:
    """Rows from `first` on look at their candidates before their limits."""
    for row in range(len(near)):
        for other in near[row]:
            if 0 <= other < limits[row]:
                count = np.uint64(0)
                for word in range(hashes.shape[1]):
                    count += _set_bits(hashes[first + row, word] ^ hashes[other, word])
                if np.int64(count) < bits[row] or (np.int64(count) == bits[row] and other < index[row]):
                    bits[row] = count
                    index[row] = other


def nearest_among(
    hashes: Hashes, blocks: Iterable[tuple[slice, npt.NDArray[np.int64]]], limits: npt.NDArray[np.int64]
) -> Nearest:
    """The nearest hash to each row among candidates, which come in blocks of rows, (rows, candidates); -1 is none."""
    index = np.full(len(hashes), NOBODY, np.int64)
    bits = np.full(len(hashes), hashes.shape[1] * 64 + 1, np.int64)
    for block, near in blocks:
        _nearest_among(hashes, near, limits[block], block.start, index[block], bits[block])
    return Nearest(index, np.minimum(bits, hashes.shape[1] * 64))


def nearest(queries: Hashes, hashes: Hashes, limits: npt.NDArray[np.int64] | None = None) -> Nearest:
    """The nearest hash to each query, by looking at all; with `limits`, at the first limits[query] of them.

    Where there is none to look at the index is NOBODY and all bits count as different.
    """
    reach = np.full(len(queries), len(hashes), np.int64) if limits is None else limits
    index = np.full(len(queries), NOBODY, np.int64)
    bits = np.full(len(queries), queries.shape[1] * 64 + 1, np.int64)
    _nearest(queries, hashes, reach, index, bits)
    return Nearest(index, np.minimum(bits, queries.shape[1] * 64))


def others(hashes: Hashes) -> Nearest:
    """The nearest other row to each of at least two rows."""
    limits = np.arange(len(hashes))
    before = nearest(hashes, hashes, limits)
    behind = nearest(hashes[::-1].copy(), hashes[::-1].copy(), limits)
    back = Nearest((len(hashes) - 1 - behind.index)[::-1], behind.bits[::-1])
    use = (before.index != NOBODY) & ((behind.index[::-1] == NOBODY) | (before.bits <= back.bits))
    return Nearest(np.where(use, before.index, back.index), np.where(use, before.bits, back.bits))
