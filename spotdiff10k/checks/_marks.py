"""Pixels of a mask that are looked at one by one: those of its outline, and the soft ones.

They are few among many: rows are marked in plain loops, which compile to wide instructions, and searched eight at a time.
"""

import numpy as np
import numpy.typing as npt

from spotdiff10k.committed import INSIDE
from spotdiff10k.engines.rendered.jit import kernel

Alpha = npt.NDArray[np.uint8]
Marks = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int32]
"""(N, 2): y and x, from the top, from the left."""

OPAQUE = 255
TOGETHER = 8
"""Bytes of a word."""


@kernel
def _mark_soft(row: Alpha, marks: Marks) -> None:
    for x in range(row.size):
        marks[x] = (row[x] > 0) & (row[x] < OPAQUE)


@kernel
def _mark_outline(above: Alpha, row: Alpha, below: Alpha, marks: Marks) -> None:
    """Inside, with one of four neighbours outside; the rows beyond the picture are the picture's last ones again."""
    last = row.size - 1
    left, right, middle = row[:-2], row[2:], marks[1:last]
    for x in range(middle.size):
        lowest = min(min(left[x], right[x]), min(above[x + 1], below[x + 1]))
        middle[x] = (row[x + 1] >= INSIDE) & (lowest < INSIDE)
    for x, beside in ((0, min(1, last)), (last, max(0, last - 1))):
        lowest = min(row[beside], min(above[x], below[x]))
        marks[x] = (row[x] >= INSIDE) & (lowest < INSIDE)


@kernel
def _gather(marks: Marks, y: int, count: int, found: Places) -> int:
    """Write the places of a row's marks from `count` on; how many there are then."""
    words = marks.view(np.uint64)
    for word in range(words.size):
        if words[word]:
            for x in range(word * TOGETHER, (word + 1) * TOGETHER):
                if marks[x]:
                    found[count, 0], found[count, 1] = y, x
                    count += 1
    return count


@kernel
def outline_pixels(alpha: Alpha, top: int, bottom: int) -> Places:
    """Inside pixels of some rows with one of four neighbours outside; beyond the picture counts as inside."""
    height, width = alpha.shape
    found = np.empty((max(0, bottom - top) * width, 2), np.int32)
    marks = np.zeros(-(-width // TOGETHER) * TOGETHER, np.uint8)
    count = 0
    for y in range(top, bottom):
        _mark_outline(alpha[max(y - 1, 0)], alpha[y], alpha[min(y + 1, height - 1)], marks[:width])
        count = _gather(marks, y, count, found)
    return found[:count]


@kernel
def soft_pixels(alpha: Alpha, top: int, bottom: int) -> Places:
    """Pixels of some rows that are neither transparent nor opaque."""
    width = alpha.shape[1]
    found = np.empty((max(0, bottom - top) * width, 2), np.int32)
    marks = np.zeros(-(-width // TOGETHER) * TOGETHER, np.uint8)
    count = 0
    for y in range(top, bottom):
        _mark_soft(alpha[y], marks[:width])
        count = _gather(marks, y, count, found)
    return found[:count]
