"""JPEG's blocks, seen by the jumps between them."""

import math

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import kernel

Luma = npt.NDArray[np.uint8]
Sums = npt.NDArray[np.int64]

PHASES = 8
"""Pixels on a side of JPEG's blocks; where their first row and column lie is not known beforehand."""
SMALLEST = 128
LARGEST_JUMP = 8
"""Grey levels; a larger one is the scene's own edge."""
LEAST_JUMP = 0.05
"""Mean grey levels from which jumps are told from none."""


@kernel
def _jumps(luma: Luma, across: Sums, down: Sums) -> None:
    """Add up the differences to the right-hand neighbour by column, and to the neighbour below by row."""
    height, width = luma.shape
    for y in range(height - 1):
        here, below = luma[y], luma[y + 1]
        row = np.int32(0)
        for x in range(width - 1):
            level = np.int32(here[x])
            across[x] += min(np.int32(LARGEST_JUMP), abs(level - np.int32(here[x + 1])))
            row += min(np.int32(LARGEST_JUMP), abs(level - np.int32(below[x])))
        down[y] = row


def blockiness(luma: Luma) -> float:
    """By how much more neighbours differ from block to block than inside blocks: 0 without blocks, 0.2 and more at quality 30.

    The geometric mean of both directions, since scenes have upright or level patterns of their own but seldom both. Pictures
    of fewer than SMALLEST pixels a side have too few blocks to tell.
    """
    height, width = luma.shape
    across, down = np.zeros(width - 1, np.int64), np.zeros(height - 1, np.int64)
    _jumps(luma, across, down)
    return math.sqrt(_excess(across, height - 1) * _excess(down, width - 1))


def _excess(jumps: Sums, length: int) -> float:
    """The largest phase's mean jump over the second largest's, in shares of what is usual: blocks raise one phase alone."""
    means = np.sort([jumps[phase::PHASES].mean() for phase in range(PHASES)]) / length
    usual = float(means[(PHASES - 1) // 2])
    return float(means[-1] - means[-2]) / (usual + LEAST_JUMP)
