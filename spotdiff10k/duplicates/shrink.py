"""Pictures shrunk, or grown, to a small square by the mean over areas, in integers."""

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import kernel

STEPS = 16
"""A shrunk picture counts in sixteenths of a level, so that little is lost to rounding."""

Small = npt.NDArray[np.int64]
"""(side, side) brightness in parts of `STEPS`: 0..255 * STEPS."""


@kernel
def _shrink_rows(picture: npt.NDArray[np.uint8], out: npt.NDArray[np.int64]) -> None:
    """Weighted sums of rows: in units of 1/side pixel, row y covers y·side to (y+1)·side and bin i covers i·H to (i+1)·H."""
    height, width = picture.shape
    side = out.shape[0]
    for y in range(height):
        start, end = y * side, (y + 1) * side
        for index in range(start // height, (end - 1) // height + 1):
            weight = min(end, (index + 1) * height) - max(start, index * height)
            for x in range(width):
                out[index, x] += weight * picture[y, x]


@kernel
def _shrink_columns(rows: npt.NDArray[np.int64], out: npt.NDArray[np.int64]) -> None:
    side, width = rows.shape
    for x in range(width):
        start, end = x * side, (x + 1) * side
        for index in range(start // width, (end - 1) // width + 1):
            weight = min(end, (index + 1) * width) - max(start, index * width)
            for y in range(side):
                out[y, index] += weight * rows[y, x]


def shrink(picture: npt.NDArray[np.uint8], side: int) -> Small:
    """The mean over each of side × side equal areas of an (H, W) picture; a picture's aspect is not kept."""
    height, width = picture.shape
    rows = np.zeros((side, width), np.int64)
    _shrink_rows(picture, rows)
    out = np.zeros((side, side), np.int64)
    _shrink_columns(rows, out)
    means: Small = out * STEPS // (height * width)
    return means
