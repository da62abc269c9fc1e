"""The subject alone: cut out of its background by its mask, in a square that it fills, shrunk to a small grid of cells.

Two samples of one subject are then compared cell by cell whatever the size of the picture, the place of the subject in it,
and whatever lies behind it.
"""

import numpy as np
import numpy.typing as npt

from spotdiff10k.boxes import box_of
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

Colours = npt.NDArray[np.uint8]
I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
Cells = npt.NDArray[np.int64]
"""(CELLS, CELLS, 4) red, green and blue times alpha, and alpha: means over each cell, 0..255 * STEPS."""


@kernel
def _add_row(picture: Colours, alpha: Colours, tall: int, sums: I32) -> None:
    """Add a row's red, green and blue times alpha, and alpha, `tall` times, to (4, N) sums; colours lie red, green, blue, ..."""
    reds, greens, blues, opaques = sums[0], sums[1], sums[2], sums[3]
    for x in range(alpha.size):
        opaque = np.int32(tall) * np.int32(alpha[x])
        reds[x] += opaque * np.int32(picture[3 * x])
        greens[x] += opaque * np.int32(picture[3 * x + 1])
        blues[x] += opaque * np.int32(picture[3 * x + 2])
        opaques[x] += opaque


@kernel
def _share_out(sums: I32, first: int, lowest: I64, side: int, line: Cells) -> None:
    """Give the (4, N) sums of the square's columns from `first` on to the (cells, 4) that they lie in; lowest (N + 1,)."""
    cells = len(line)
    for x in range(sums.shape[1]):
        if not sums[3, x]:
            continue
        start, end = (first + x) * cells, (first + x + 1) * cells
        for column in range(lowest[x], lowest[x + 1] + 1):
            weight = min(end, (column + 1) * side) - max(start, column * side)  # 0 where the next pixel starts a cell
            for channel in range(4):
                line[column, channel] += weight * np.int64(sums[channel, x])


@kernel
def _shrink(picture: Colours, alpha: Colours, left: int, top: int, side: int, out: Cells) -> None:
    """Sums over cells, in units of 1/CELLS pixel along each side; what lies outside the picture adds nothing.

    Rows are added up to rows of cells first, which is most of the work and compiles to wide instructions: 32 bits hold it
    for sides of up to 33,000 pixels.
    """
    cells = len(out)
    height, width = alpha.shape
    first, last = max(0, -left), min(side, width - left)
    lowest = np.empty(last - first + 1, np.int64)
    for x in range(len(lowest)):
        lowest[x] = min((first + x) * cells // side, cells - 1)
    sums = np.empty((4, last - first), np.int32)
    for row in range(cells):
        start, end = max(row * side // cells, -top), min(((row + 1) * side - 1) // cells + 1, height - top)
        sums[:] = 0
        for y in range(start, end):
            tall = min((y + 1) * cells, (row + 1) * side) - max(y * cells, row * side)
            here = slice(left + first, left + last)
            _add_row(picture[y + top, here].reshape(3 * sums.shape[1]), alpha[y + top, here], tall, sums)
        _share_out(sums, first, lowest, side, out[row])


@kernel
def _mean(side: int, out: Cells) -> None:
    """From sums to means, in steps."""
    for row in range(len(out)):
        for column in range(len(out)):
            for channel in range(3):
                out[row, column, channel] = out[row, column, channel] * STEPS // (OPAQUE * side * side)
            out[row, column, 3] = out[row, column, 3] * STEPS // (side * side)


def cells_of(picture: npt.NDArray[np.uint8], alpha: npt.NDArray[np.uint8], inside: npt.NDArray[np.bool_]) -> Cells:
    """The subject's cells, from (H, W, 3) colours, (H, W) soft alpha and where alpha is at least half; zeros without any."""
    out = np.zeros((CELLS, CELLS, 4), np.int64)
    left, top, right, bottom = box_of(np.ascontiguousarray(inside).view(np.uint8), 1)
    if right:
        longest = max(right - left, bottom - top)
        side = longest + 2 * (longest // MARGIN + 1)
        picture, alpha = np.ascontiguousarray(picture), np.ascontiguousarray(alpha)
        _shrink(picture, alpha, (left + right - side) // 2, (top + bottom - side) // 2, side, out)
        _mean(side, out)
    return out


def on_grey(cells: Cells) -> npt.NDArray[np.int64]:
    """(CELLS, CELLS) the subject's brightness on plain grey, 0..255 * STEPS."""
    weights = np.array([RED_WEIGHT, GREEN_WEIGHT, BLUE_WEIGHT])
    bright: npt.NDArray[np.int64] = (cells[..., :3] * weights).sum(axis=2) >> SHIFT
    return bright + GREY * (OPAQUE * STEPS - cells[..., 3]) // OPAQUE
