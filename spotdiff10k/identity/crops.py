"""The subject cut out of its picture: the square about its box, at one size, with colours freed from what stood behind."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spotdiff10k.boxes import box_of
from spotdiff10k.engines.rendered.jit import kernel

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
U8 = npt.NDArray[np.uint8]

SIDE = 96
"""Pixels of a crop's side: subjects of a 256 px picture are about this large, so that larger pictures look the same."""
MARGIN = 0.06
"""Of the box's longer side, left free around it."""
INSIDE = 128
"""Alpha from which a pixel counts as inside the subject."""
OPAQUE = 255


@dataclass(frozen=True, slots=True)
class Crop:
    """A subject at one size. Where nothing of the subject is, `cover` is 0 and the colour black."""

    colours: F32  # (S, S, 3), 0..255: means over what the subject covers of each pixel
    cover: F32  # (S, S), 0..1: share of the pixel that the subject covers
    box: tuple[int, int]  # height and width of its mask in the picture, pixels
    square: tuple[float, float, float] = (0.0, 0.0, 0.0)  # left, top and side of what was cut out, in pixels of the picture

    @property
    def is_empty(self) -> bool:
        """Whether the mask has no pixel inside."""
        return self.box == (0, 0)


@kernel
def _resample(picture: U8, alpha: U8, left: float, top: float, side: float, colours: F32, cover: F32) -> None:
    """Area averages over a square of the picture, colours weighted by alpha; outside the picture there is no subject."""
    height, width = alpha.shape
    size = cover.shape[0]
    step = side / size
    first, last = np.empty(size, np.int64), np.empty(size, np.int64)
    shares = np.empty((size, int(np.ceil(step)) + 1))  # of each pixel that a column of the crop looks at
    for column in range(size):
        x_start, x_end = max(0.0, left + column * step), min(float(width), left + (column + 1) * step)
        first[column], last[column] = int(x_start), int(np.ceil(x_end))
        for x in range(first[column], last[column]):
            shares[column, x - first[column]] = min(x_end, x + 1.0) - max(x_start, float(x))
    for row in range(size):
        y_start, y_end = max(0.0, top + row * step), min(float(height), top + (row + 1) * step)
        for column in range(size):
            total, red, green, blue = 0.0, 0.0, 0.0, 0.0
            begin = first[column]
            for y in range(int(y_start), int(np.ceil(y_end))):
                y_share = min(y_end, y + 1.0) - max(y_start, float(y))
                for x in range(begin, last[column]):
                    opaque = alpha[y, x]
                    if opaque:
                        weight = y_share * shares[column, x - begin] * opaque
                        total += weight
                        red += weight * picture[y, x, 0]
                        green += weight * picture[y, x, 1]
                        blue += weight * picture[y, x, 2]
            if total > 0.0:
                colours[row, column, 0] = red / total
                colours[row, column, 1] = green / total
                colours[row, column, 2] = blue / total
                cover[row, column] = total / (255.0 * step * step)


@kernel
def recolour(colours: F32, cover: F32, matrix: F64) -> None:
    """Put colours under a (3, 4) map in place, within 0..255, wherever there is anything."""
    height, width = cover.shape
    for y in range(height):
        for x in range(width):
            if cover[y, x] > 0:
                red, green, blue = colours[y, x, 0], colours[y, x, 1], colours[y, x, 2]
                for channel in range(3):
                    value = matrix[channel, 0] * red + matrix[channel, 1] * green + matrix[channel, 2] * blue + matrix[channel, 3]
                    colours[y, x, channel] = min(255.0, max(0.0, value))


def cut_out(
    picture: npt.NDArray[np.generic], mask: npt.NDArray[np.generic], side: int = SIDE, colour_map: F64 | None = None
) -> Crop:
    """Cut the subject of a (H, W, 3) picture out by its (H, W) soft mask, both 0..255. An empty mask gives an empty crop.

    colour_map (3, 4): from the picture's colours (red, green, blue, 1) to the subject's own, where they are known to differ.
    """
    alpha = np.ascontiguousarray(mask, np.uint8)
    left, top, right, bottom = box_of(alpha, INSIDE)
    colours, cover = np.zeros((side, side, 3), np.float32), np.zeros((side, side), np.float32)
    x, y, length = 0.0, 0.0, 0.0
    if right:
        length = max(right - left, bottom - top) * (1 + 2 * MARGIN)
        x, y = (left + right - length) / 2, (top + bottom - length) / 2
        _resample(np.ascontiguousarray(picture, np.uint8), alpha, x, y, length, colours, cover)
        if colour_map is not None:
            recolour(colours, cover, np.ascontiguousarray(colour_map, np.float64))
    return Crop(colours, cover, (bottom - top, right - left), (x, y, length))
