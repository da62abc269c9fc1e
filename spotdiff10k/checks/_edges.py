"""Whether a mask's outline runs where the picture changes: the picture alone can tell, without plate or segmenter."""

import numpy as np
import numpy.typing as npt

from spotdiff10k.checks._marks import Places, outline_pixels
from spotdiff10k.engines.rendered.jit import kernel

Pixels = npt.NDArray[np.uint8]

NEAR = 1.5
"""Pixels from the outline, along its normal, to where colours on its two sides are read: past the soft edge."""
FAR = 3.5
"""Pixels from the outline to the next place read: inside is compared with further inside, outside with further outside."""
LEAST_STEP = 6.0
"""Steps of 255, summed over the channels, that count against an edge: differences far below it are noise."""


@kernel
def _normal(alpha: Pixels, y: int, x: int) -> tuple[float, float]:
    """The direction out of the mask, (y, x), of length 1: down the slope of alpha over 5 x 5 pixels; zeros where it is flat."""
    height, width = alpha.shape
    down = right = 0
    for row in range(max(y - 2, 0), min(y + 3, height)):
        for column in range(max(x - 2, 0), min(x + 3, width)):
            value = np.int64(alpha[row, column])
            down -= (row - y) * int(value)
            right -= (column - x) * int(value)
    length = np.sqrt(float(down * down + right * right))
    if length == 0.0:
        return 0.0, 0.0
    return down / length, right / length


@kernel
def _place(at: float, end: int) -> int:
    """The pixel of a place; places beyond the picture are taken at its border."""
    return min(max(int(np.floor(at + 0.5)), 0), end - 1)


@kernel
def _difference(picture: Pixels, y: float, x: float, other_y: float, other_x: float) -> int:
    """Of the colours of two places, summed over the channels."""
    height, width = picture.shape[:2]
    row, column = _place(y, height), _place(x, width)
    other_row, other_column = _place(other_y, height), _place(other_x, width)
    total = 0
    for channel in range(3):
        change = np.int32(picture[row, column, channel]) - np.int32(picture[other_row, other_column, channel])
        total += int(abs(change))
    return total


@kernel
def _alignment(alpha: Pixels, picture: Pixels, outline: Places) -> float:
    total = 0.0
    for number in range(len(outline)):
        y, x = outline[number]
        step_y, step_x = _normal(alpha, y, x)
        out_y, out_x = y + NEAR * step_y, x + NEAR * step_x
        in_y, in_x = y - NEAR * step_y, x - NEAR * step_x
        across = _difference(picture, out_y, out_x, in_y, in_x)
        within = _difference(picture, in_y, in_x, y - FAR * step_y, x - FAR * step_x)
        beyond = _difference(picture, out_y, out_x, y + FAR * step_y, x + FAR * step_x)
        total += across / (across + max(within, beyond) + LEAST_STEP)
    return total / len(outline) if len(outline) else 0.0


def alignment(alpha: Pixels, picture: Pixels, box: tuple[int, int, int, int]) -> float:
    """How much the picture changes across the mask's outline against beside it: a mean over the outline, 0 to 1.

    An outline that follows an edge has 0.5 and more, one put anywhere about 0.3. box: of the mask. Places are pixels apart,
    not parts of the box: an outline is as sharp in a large picture as in a small one.
    """
    alpha = np.ascontiguousarray(alpha)
    return float(_alignment(alpha, np.ascontiguousarray(picture), outline_pixels(alpha, box[1], box[3])))
