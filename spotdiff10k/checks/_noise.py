"""How noisy a picture is: what is left when edges and slopes are taken away (Immerkær 1996), by its median."""

import numpy as np
import numpy.typing as npt

from spotdiff10k.boxes import box_of
from spotdiff10k.checks._counts import median_of
from spotdiff10k.engines.rendered.jit import kernel

Luma = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.uint8]
Counts = npt.NDArray[np.int64]

GRID = 128
"""Of larger pictures only so many rows are looked at."""
BINS = 512
"""Grey levels of the operator's values that are told apart; noise of that strength would be 126 grey levels."""
NORM = 6.0
"""Root of the sum of the operator's squared weights."""
MEDIAN_OF_NORMAL = 0.6745
"""The median size of a normal variable, in standard deviations."""
OPAQUE = 255
LEAST_PIXELS = 64
ROUNDED = 0.5
"""A count at k is of values that round to it, from k - 0.5 on."""


@kernel
def _count_noise(luma: Luma, mask: Mask, wanted: int, rows: tuple[int, int], stride: int, counts: Counts) -> None:
    """Count the operator's values where the mask, with its corners, is `wanted`: 0 or 255, which none but these rows have."""
    height, width = mask.shape
    start = 1 + max(0, (rows[0] - 1 + stride - 1) // stride) * stride
    for y in range(start, min(height - 1, rows[1]), stride):
        above, here, below = luma[y - 1], luma[y], luma[y + 1]
        over, level, under = mask[y - 1], mask[y], mask[y + 1]
        for x in range(1, width - 1):
            if level[x] != wanted or over[x - 1] != wanted or over[x + 1] != wanted:
                continue
            if under[x - 1] != wanted or under[x + 1] != wanted:
                continue
            straight = np.int32(above[x]) + np.int32(below[x]) + np.int32(here[x - 1]) + np.int32(here[x + 1])
            diagonal = np.int32(above[x - 1]) + np.int32(above[x + 1]) + np.int32(below[x - 1]) + np.int32(below[x + 1])
            value = int(abs(4 * np.int32(here[x]) - 2 * straight + diagonal))
            counts[min(BINS - 1, value)] += 1


def noise(luma: Luma, mask: Mask, inside: bool = False) -> float | None:
    """The standard deviation of the noise outside the mask, or inside, in grey levels; fine textures count as noise.

    None where there are too few pixels.
    """
    counts = np.zeros(BINS, np.int64)
    _, top, _, bottom = box_of(mask, OPAQUE) if inside else (0, 0, 0, len(mask))
    _count_noise(luma, mask, OPAQUE if inside else 0, (top, bottom), max(1, min(mask.shape) // GRID), counts)
    if counts.sum() < LEAST_PIXELS:
        return None
    return max(0.0, median_of(counts, -ROUNDED)) / (NORM * MEDIAN_OF_NORMAL)
