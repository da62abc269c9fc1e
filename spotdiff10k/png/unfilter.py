"""From filtered rows to pixels, in compiled loops: the five filters of the PNG specification (section 9)."""

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import inlined, kernel

U8 = npt.NDArray[np.uint8]
NONE, SUB, UP, AVERAGE, PAETH = 0, 1, 2, 3, 4
RGB_BYTES = 3


@inlined
def _nearest(left: np.int32, above: np.int32, corner: np.int32) -> np.int32:
    """Paeth's predictor, without a branch: left + above - corner, cut to what lies between left and above, or the corner."""
    turned = np.int32(3) * corner - left - above
    low = min(left, above)
    high = max(left, above)
    guess = low if high <= turned else corner
    return high if turned <= low else guess


@kernel
def _paeth(row: U8, above: U8, distance: int, out: U8) -> None:
    """One row, for pixels of any number of bytes."""
    for x in range(distance):
        out[x] = row[x] + above[x]
    for x in range(distance, out.shape[0]):
        guess = _nearest(np.int32(out[x - distance]), np.int32(above[x]), np.int32(above[x - distance]))
        out[x] = np.int32(row[x]) + guess


@kernel
def _paeth_rgb(row: U8, above: U8, out: U8) -> None:
    """One row of three bytes a pixel, its three chains of predictions side by side."""
    red = green = blue = np.int32(0)
    corner_red = corner_green = corner_blue = np.int32(0)
    for i in range(out.shape[0] // RGB_BYTES):
        x = RGB_BYTES * i
        above_red, above_green, above_blue = np.int32(above[x]), np.int32(above[x + 1]), np.int32(above[x + 2])
        red = (np.int32(row[x]) + _nearest(red, above_red, corner_red)) & np.int32(255)
        green = (np.int32(row[x + 1]) + _nearest(green, above_green, corner_green)) & np.int32(255)
        blue = (np.int32(row[x + 2]) + _nearest(blue, above_blue, corner_blue)) & np.int32(255)
        out[x], out[x + 1], out[x + 2] = red, green, blue
        corner_red, corner_green, corner_blue = above_red, above_green, above_blue


@kernel
def _unfilter(rows: U8, height: int, width: int, distance: int) -> None:
    above = np.zeros(width, np.uint8)
    for y in range(height):
        start = y * (width + 1)
        kind, row = rows[start], rows[start + 1 : start + 1 + width]
        here = rows[y * width : (y + 1) * width]  # before the row that is read, so nothing is lost
        if kind == PAETH:
            if distance == RGB_BYTES:
                _paeth_rgb(row, above, here)
            else:
                _paeth(row, above, distance, here)
        elif kind == UP:
            for x in range(width):
                here[x] = row[x] + above[x]
        elif kind == SUB:
            for x in range(width):
                here[x] = row[x] + (here[x - distance] if x >= distance else np.uint8(0))
        elif kind == AVERAGE:
            for x in range(width):
                left = np.int32(here[x - distance]) if x >= distance else np.int32(0)
                here[x] = np.int32(row[x]) + ((left + np.int32(above[x])) >> 1)
        else:
            for x in range(width):
                here[x] = row[x]
        above = here


def unfilter(rows: U8, height: int, width: int, distance: int) -> U8:
    """Turn filtered rows of `width` bytes into pixels, in place; returns them as (height, width).

    `rows` is flat; each row is led by a byte that names its filter, 0 to 4. `distance` is how many bytes a pixel has.
    """
    _unfilter(rows, height, width, distance)
    return rows[: height * width].reshape(height, width)
