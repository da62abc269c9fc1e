"""What stands behind the subject: colours and texture by cells of a grid, from pixels that neither subject nor shadow touch."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spotdiff10k.committed import SampleView
from spotdiff10k.engines.rendered.jit import kernel

GRID = 16
"""Cells along a picture's side."""
LOOKED_AT = 256
"""Pixels along a side that are looked at, in even steps, however large the picture is."""
CHANNELS = 4
"""Red, green, blue, and how much brightness changes from pixel to pixel; all 0..1."""
SHADOW = "shadow.png"
UNSHADOWED = 250
"""Of 255: what a shadow layer says at least where the ground is not in the subject's shadow."""
CLEAR = 8
"""Of 255: the most that a soft mask says where the subject does not colour a pixel."""
FREE = 0.9
"""Share of a cell's pixels that must be free for the cell to be compared."""
FEWEST_CELLS = 8
"""Where two pictures share fewer such cells, cells with any free pixel are compared."""
UNKNOWN_SHADOW = 0.25
"""Share of the cells, those that differ most, that may lie in a shadow where no layer tells."""

F64 = npt.NDArray[np.float64]
U8 = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Backdrop:
    """One picture's background."""

    values: F64  # (GRID, GRID, CHANNELS) means over free pixels, 0..1; zeros where none is free
    free: F64  # (GRID, GRID) share of pixels that are free
    shadow_known: bool


@kernel
def _note(cell: F64, free: F64, column: int, reds: int, greens: int, blues: int, steps: float, count: int) -> None:
    """Add what a row found in a cell; `steps` holds what was there before."""
    cell[0] += reds
    cell[1] += greens
    cell[2] += blues
    cell[3] = steps
    free[column] += count


@kernel
def _sum(picture: U8, alpha: U8, shadow: U8, limits: tuple[int, int], values: F64, free: F64) -> None:
    """Sum colours and steps of brightness over free pixels, and count pixels. shadow: (1, 1, 3) where none is known."""
    height, width = alpha.shape
    grid = free.shape[0]
    step = max(1, height // 256)
    known = shadow.shape[0] == height
    clear, unshadowed = limits
    columns = np.arange(width) * grid // width
    for y in range(step // 2, height, step):
        row = y * grid // height
        below = min(height - 1, y + step)
        column, reds, greens, blues, steps, count = 0, 0, 0, 0, values[row, 0, 3], 0
        for x in range(step // 2, width, step):
            if alpha[y, x] > clear:
                continue
            if known and min(shadow[y, x, 0], shadow[y, x, 1], shadow[y, x, 2]) < unshadowed:
                continue
            if columns[x] != column:
                _note(values[row, column], free[row], column, reds, greens, blues, steps, count)
                column, reds, greens, blues, count = columns[x], 0, 0, 0, 0
                steps = values[row, column, 3]
            beside = min(width - 1, x + step)
            red = int(picture[y, x, 0])
            green = int(picture[y, x, 1])
            blue = int(picture[y, x, 2])
            across = 2 * (green - int(picture[y, beside, 1])) + red - int(picture[y, beside, 0])
            along = 2 * (green - int(picture[below, x, 1])) + red - int(picture[below, x, 0])
            reds += red
            greens += green
            blues += blue
            steps += (abs(across) + abs(along)) / 6.0
            count += 1
        _note(values[row, column], free[row], column, reds, greens, blues, steps, count)


def backdrop(sample: SampleView) -> Backdrop:
    """Look at a sample's background."""
    picture, alpha = np.asarray(sample.picture, np.uint8), np.asarray(sample.mask, np.uint8)
    known = SHADOW in sample.members
    shadow = np.asarray(sample.pixels(SHADOW), np.uint8) if known else np.zeros((1, 1, 3), np.uint8)
    if shadow.ndim == 2:
        shadow = np.repeat(shadow[:, :, None], 3, axis=2)
    return look(picture, alpha, shadow, known)


def look(picture: U8, alpha: U8, shadow: U8, known: bool) -> Backdrop:
    """The same from arrays: (H, W, 3), (H, W), and (H, W, 3) or (1, 1, 3) where no shadow is known."""
    values, free = np.zeros((GRID, GRID, CHANNELS)), np.zeros((GRID, GRID))
    _sum(picture, alpha, shadow, (CLEAR, UNSHADOWED), values, free)
    values /= 255.0 * np.maximum(free, 1.0)[:, :, None]
    step = max(1, alpha.shape[0] // LOOKED_AT)
    cell = (alpha.shape[0] / step / GRID) * (alpha.shape[1] / step / GRID)
    return Backdrop(values, np.minimum(1.0, free / cell), known)


@kernel
def _differences(first: F64, second: F64, first_free: F64, second_free: F64, least: float, found: F64) -> int:
    """Write the mean difference of each cell that is free enough in both; returns how many there are."""
    count = 0
    for row in range(first_free.shape[0]):
        for column in range(first_free.shape[1]):
            if min(first_free[row, column], second_free[row, column]) >= least:
                total = 0.0
                for channel in range(first.shape[2]):
                    total += abs(first[row, column, channel] - second[row, column, channel])
                found[count] = total / first.shape[2]
                count += 1
    return count


def difference(first: Backdrop, second: Backdrop) -> float:
    """Mean difference over the cells that both show, 0..1; 1 when they share none."""
    found = np.empty(GRID * GRID)
    count = _differences(first.values, second.values, first.free, second.free, FREE, found)
    if count < FEWEST_CELLS:
        count = _differences(first.values, second.values, first.free, second.free, 1e-9, found)
    if not count:
        return 1.0
    known = first.shadow_known and second.shadow_known
    kept = count if known else count - int(UNKNOWN_SHADOW * count)
    return float(np.sort(found[:count])[:kept].mean())


def differences(backdrops: Sequence[Backdrop]) -> F64:
    """The difference of every two, (N, N)."""
    found = np.zeros((len(backdrops), len(backdrops)))
    for i, first in enumerate(backdrops):
        for j in range(i):
            found[i, j] = found[j, i] = difference(first, backdrops[j])
    return found
