"""A subject's outline as a small picture of its mask in its own box, and how unlike two outlines are.

The box takes place and size out, which cameras of different height and width of view change, and keeps the shape.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import kernel

SIDE = 48
"""Cells along the side of an outline."""
SPECKS = 0.002
"""Share of the mask that may lie outside its box on each side, so that specks of an estimated mask do not move it."""
OPAQUE = 255.0

F64 = npt.NDArray[np.float64]


@kernel
def _shares(alpha: npt.NDArray[np.uint8], across: npt.NDArray[np.int64], along: npt.NDArray[np.int64]) -> int:
    """Sum alpha by column and by row; returns the sum of all."""
    height, width = alpha.shape
    total = 0
    for y in range(height):
        row = 0
        for x in range(width):
            value = int(alpha[y, x])
            row += value
            across[x] += value
        along[y] = row
        total += row
    return total


@kernel
def _span(sums: npt.NDArray[np.int64], least: float) -> tuple[float, float]:
    """Where `least` of the sum is reached from either end, between whole cells."""
    low = 0.0
    left = least
    for i in range(len(sums)):
        if sums[i] > left:
            low = i + left / sums[i]
            break
        left -= sums[i]
    high = float(len(sums))
    left = least
    for i in range(len(sums) - 1, -1, -1):
        if sums[i] > left:
            high = i + 1 - left / sums[i]
            break
        left -= sums[i]
    return low, high


@kernel
def _sampled(alpha: npt.NDArray[np.uint8], box: F64, cells: F64) -> None:
    """Mean alpha of each cell of a box, by whole pixels whose centres are inside, or the pixel at the cell's middle."""
    height, width = alpha.shape
    side = cells.shape[0]
    wide = (box[2] - box[0]) / side
    high = (box[3] - box[1]) / side
    for row in range(side):
        top = int(np.floor(box[1] + row * high + 0.5))
        bottom = int(np.floor(box[1] + (row + 1) * high + 0.5))
        if bottom <= top:
            top = int(np.floor(box[1] + (row + 0.5) * high))
            bottom = top + 1
        top = min(max(top, 0), height - 1)
        bottom = min(max(bottom, top + 1), height)
        for column in range(side):
            left = int(np.floor(box[0] + column * wide + 0.5))
            right = int(np.floor(box[0] + (column + 1) * wide + 0.5))
            if right <= left:
                left = int(np.floor(box[0] + (column + 0.5) * wide))
                right = left + 1
            left = min(max(left, 0), width - 1)
            right = min(max(right, left + 1), width)
            total = 0
            for y in range(top, bottom):
                for x in range(left, right):
                    total += alpha[y, x]
            cells[row, column] = total / (255.0 * (bottom - top) * (right - left))


def outline(alpha: npt.NDArray[np.uint8]) -> F64:
    """A mask (H, W) as its own box of (SIDE, SIDE) cells, each the share that is covered; zeros for an empty mask."""
    cells = np.zeros((SIDE, SIDE))
    across, along = np.zeros(alpha.shape[1], np.int64), np.zeros(alpha.shape[0], np.int64)
    total = _shares(alpha, across, along)
    if total:
        (left, right), (top, bottom) = _span(across, SPECKS * total), _span(along, SPECKS * total)
        _sampled(alpha, np.array([left, top, right, bottom]), cells)
    return cells


@kernel
def _unlike(first: F64, second: F64) -> float:
    shared = 0.0
    union = 0.0
    for y in range(first.shape[0]):
        for x in range(first.shape[1]):
            shared += min(first[y, x], second[y, x])
            union += max(first[y, x], second[y, x])
    return 1.0 - shared / union if union > 0.0 else 1.0


def unlikeness(outlines: Sequence[F64]) -> F64:
    """One minus the soft intersection over union of every two outlines, (N, N)."""
    found = np.zeros((len(outlines), len(outlines)))
    for i, first in enumerate(outlines):
        for j in range(i):
            found[i, j] = found[j, i] = float(_unlike(first, outlines[j]))
    return found
