"""From filtered rows to pixels, in compiled loops: the five filters of the PNG specification (section 9)."""

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import inlined, kernel
from spotdiff10k.png.paeth import MARGIN, ROWS, unfilter_together

U8 = npt.NDArray[np.uint8]
NONE, SUB, UP, AVERAGE, PAETH = 0, 1, 2, 3, 4


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
def _copy(source: U8, target: U8) -> None:
    for x in range(source.shape[0]):  # many times as fast as an assignment of slices
        target[x] = source[x]


@kernel
def _undo(kind: int, row: U8, above: U8, distance: int, out: U8) -> None:
    """One row; `out` may lie before `row` in the same memory."""
    if kind == PAETH:
        _paeth(row, above, distance, out)
    elif kind == UP:
        for x in range(out.shape[0]):
            out[x] = row[x] + above[x]
    elif kind == SUB:
        for x in range(out.shape[0]):
            out[x] = row[x] + (out[x - distance] if x >= distance else np.uint8(0))
    elif kind == AVERAGE:
        for x in range(out.shape[0]):
            left = np.int32(out[x - distance]) if x >= distance else np.int32(0)
            out[x] = np.int32(row[x]) + ((left + np.int32(above[x])) >> 1)
    else:
        _copy(row, out)


@kernel
def _are_paeth(rows: U8, start: int, width: int) -> bool:
    """Whether the next `ROWS` rows are filtered so."""
    return bool((rows[start : start + ROWS * (width + 1) : width + 1] == PAETH).all())


@kernel
def _unfilter(rows: U8, height: int, width: int, distance: int) -> None:
    """Rows are undone where they are: pixels lie before the filtered row they come from, so nothing is lost."""
    above = np.zeros(MARGIN + width + MARGIN, np.uint8)
    filtered = np.zeros((ROWS, MARGIN + width + MARGIN), np.uint8)
    undone = np.zeros((ROWS, MARGIN + width + MARGIN), np.uint8)
    pixels = slice(MARGIN, MARGIN + width)
    y = 0
    while y < height:
        start = y * (width + 1)
        if y + ROWS <= height and _are_paeth(rows, start, width):
            for row in range(ROWS):
                from_here = start + row * (width + 1) + 1
                _copy(rows[from_here : from_here + width], filtered[row, pixels])
            unfilter_together(above, filtered, undone, width, distance)
            for row in range(ROWS):
                to_here = (y + row) * width
                _copy(undone[row, pixels], rows[to_here : to_here + width])
            y += ROWS
        else:
            row_pixels = rows[y * width : (y + 1) * width]
            _undo(rows[start], rows[start + 1 : start + 1 + width], above[pixels], distance, row_pixels)
            y += 1
        _copy(rows[(y - 1) * width : y * width], above[pixels])


def unfilter(rows: U8, height: int, width: int, distance: int) -> U8:
    """Turn filtered rows of `width` bytes into pixels, in place; returns them as (height, width).

    `rows` is flat; each row is led by a byte that names its filter, 0 to 4. `distance` is how many bytes a pixel has.
    """
    _unfilter(rows, height, width, distance)
    return rows[: height * width].reshape(height, width)
