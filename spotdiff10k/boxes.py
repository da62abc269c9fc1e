"""Boxes of masks, in plain loops over whole rows, which compile to wide instructions."""

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import kernel

U8 = npt.NDArray[np.uint8]


@kernel
def box_of(values: U8, least: int) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what is at least `least` in (H, W); right and bottom exclusive, zeros without any."""
    height, width = values.shape
    columns = np.zeros(width, np.uint8)
    top, bottom = height, 0
    for y in range(height):
        row = values[y]
        highest = np.uint8(0)
        for x in range(width):
            highest = max(highest, row[x])
        if highest >= least:
            top, bottom = min(top, y), y + 1
            for x in range(width):
                columns[x] = max(columns[x], row[x])
    if bottom == 0:
        return 0, 0, 0, 0
    left, right = 0, width
    while columns[left] < least:
        left += 1
    while columns[right - 1] < least:
        right -= 1
    return left, top, right, bottom
