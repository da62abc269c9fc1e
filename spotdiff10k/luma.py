"""Brightness of colours, in integers."""

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import kernel

RED_WEIGHT, GREEN_WEIGHT, BLUE_WEIGHT = 19595, 38470, 7471
"""Rec. 601's 0.299, 0.587 and 0.114 in parts of 65536; they add up to it."""
HALF = 1 << 15
SHIFT = 16


@kernel
def _luma(picture: npt.NDArray[np.uint8], out: npt.NDArray[np.uint8]) -> None:
    height, width = out.shape
    for y in range(height):
        for x in range(width):
            red = np.uint32(picture[y, x, 0]) * np.uint32(RED_WEIGHT)
            green = np.uint32(picture[y, x, 1]) * np.uint32(GREEN_WEIGHT)
            blue = np.uint32(picture[y, x, 2]) * np.uint32(BLUE_WEIGHT)
            out[y, x] = (red + green + blue + np.uint32(HALF)) >> np.uint32(SHIFT)


def luma(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """The brightness of (H, W, 3) colours as (H, W) uint8, rounded; the same as Pillow's conversion from RGB to L."""
    out = np.empty(picture.shape[:2], np.uint8)
    _luma(np.ascontiguousarray(picture), out)
    return out
