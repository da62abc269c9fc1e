"""The subject alone: cut out of its background by its mask, in a square that it fills, shrunk to a small grid of cells.

Two samples of one subject are then compared cell by cell whatever the size of the picture, the place of the subject in it,
and whatever lies behind it.
"""

import numpy as np
import numpy.typing as npt

from spotdiff10k.duplicates.shrink import STEPS
from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.luma import BLUE_WEIGHT, GREEN_WEIGHT, RED_WEIGHT, SHIFT

CELLS = 64
"""Along a side of the grid."""
GREY = 128
"""Brightness of what stands behind a subject that was cut out."""
MARGIN = 16
"""The square is wider than the subject's box by one part in so many on each side, so that its outline is in it."""
OPAQUE = 255

Cells = npt.NDArray[np.int64]
"""(CELLS, CELLS, 4) red, green and blue times alpha, and alpha: means over each cell, 0..255 * STEPS."""


@kernel
def _box(inside: npt.NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """left, top, right, bottom with right and bottom exclusive; right is 0 when nothing is inside."""
    height, width = inside.shape
    left, top, right, bottom = width, height, 0, 0
    for y in range(height):
        first = 0
        while first < width and not inside[y, first]:
            first += 1
        if first < width:
            last = width - 1
            while not inside[y, last]:
                last -= 1
            left, right = min(left, first), max(right, last + 1)
            top, bottom = min(top, y), y + 1
    return left, top, right, bottom


@kernel
def _add_row(
    picture: npt.NDArray[np.uint8],
    alpha: npt.NDArray[np.uint8],
    bins: npt.NDArray[np.int64],
    left: int,
    line: npt.NDArray[np.int64],
) -> None:
    """Sums along one row of the square, (CELLS, 4), in units of 1/CELLS pixel; bins (side + 1,) is where each pixel begins."""
    side, cells = len(bins) - 1, len(line)
    for x in range(max(0, -left), min(side, len(alpha) - left)):
        opaque = np.int64(alpha[x + left])
        if not opaque:
            continue
        red, green, blue = opaque * picture[x + left, 0], opaque * picture[x + left, 1], opaque * picture[x + left, 2]
        column, last = bins[x], (cells * (x + 1) - 1) // side if bins[x] != bins[x + 1] else bins[x]
        while column <= last:
            weight = cells
            if bins[x] != last:
                weight = min((x + 1) * cells, (column + 1) * side) - max(x * cells, column * side)
            line[column, 0] += weight * red
            line[column, 1] += weight * green
            line[column, 2] += weight * blue
            line[column, 3] += weight * opaque
            column += 1


@kernel
def _shrink(
    picture: npt.NDArray[np.uint8],
    alpha: npt.NDArray[np.uint8],
    left: int,
    top: int,
    side: int,
    out: npt.NDArray[np.int64],
) -> None:
    """Sums over cells, in units of 1/CELLS pixel along each side; what lies outside the picture adds nothing."""
    cells = out.shape[0]
    bins = np.arange(side + 1) * cells // side
    line = np.empty((cells, 4), np.int64)
    for y in range(max(0, -top), min(side, len(alpha) - top)):
        line[:] = 0
        _add_row(picture[y + top], alpha[y + top], bins, left, line)
        for row in range(y * cells // side, ((y + 1) * cells - 1) // side + 1):
            tall = min((y + 1) * cells, (row + 1) * side) - max(y * cells, row * side)
            for column in range(cells):
                for channel in range(4):
                    out[row, column, channel] += tall * line[column, channel]


def cells_of(picture: npt.NDArray[np.uint8], alpha: npt.NDArray[np.uint8], inside: npt.NDArray[np.bool_]) -> Cells:
    """The subject's cells, from (H, W, 3) colours, (H, W) soft alpha and where alpha is at least half; zeros without any."""
    out = np.zeros((CELLS, CELLS, 4), np.int64)
    left, top, right, bottom = _box(inside)
    if right:
        longest = max(right - left, bottom - top)
        side = longest + 2 * (longest // MARGIN + 1)
        _shrink(picture, alpha, (left + right - side) // 2, (top + bottom - side) // 2, side, out)
        out[..., :3] = out[..., :3] * STEPS // (OPAQUE * side * side)
        out[..., 3] = out[..., 3] * STEPS // (side * side)
    return out


def on_grey(cells: Cells) -> npt.NDArray[np.int64]:
    """(CELLS, CELLS) the subject's brightness on plain grey, 0..255 * STEPS."""
    weights = np.array([RED_WEIGHT, GREEN_WEIGHT, BLUE_WEIGHT])
    bright: npt.NDArray[np.int64] = (cells[..., :3] * weights).sum(axis=2) >> SHIFT
    return bright + GREY * (OPAQUE * STEPS - cells[..., 3]) // OPAQUE
