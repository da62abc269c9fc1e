"""Features of a subject's cells: its colours from top to bottom, their layout, and its edges; no neural network.

The colour histogram is soft, over height, brightness and two opponent colours that do not change with brightness; the layout
is the mean colour of coarse cells; edges are counted by height, direction, strength and scale, relative to brightness.
Square roots of histograms have the Bhattacharyya coefficient as their product (F. Aherne et al., Kybernetika 34, 1998).
"""

import math

import numpy as np
import numpy.typing as npt

from spotdiff10k.duplicates.cutting import OPAQUE, Cells
from spotdiff10k.duplicates.shrink import STEPS
from spotdiff10k.engines.rendered.jit import kernel

HEIGHTS, BRIGHTS, REDS, YELLOWS = 5, 3, 6, 6
"""Bins of the histogram: top to bottom, dark to bright, green to red, blue to yellow."""
DARK, LIGHT = 0.05 * OPAQUE, 0.95 * OPAQUE
GREENEST, REDDEST = -0.45, 0.6
BLUEST, YELLOWEST = -0.35, 0.5
"""What lies beyond counts as what lies at the end."""
DIMMEST = 30.0
"""Levels added before a difference is divided by a brightness, so that noise in the dark is neither colour nor edge."""
LAYOUT = 8
"""Coarse cells along a side."""
SCALES, THIRDS, DIRECTIONS, STRENGTHS = 2, 3, 6, 4
"""Bins of edges; at scale 0 neighbours one cell away are compared, at scale 1 three cells away."""
WEAK, CLEAR, STRONG = 0.025, 0.075, 0.2
"""Differences relative to the sum of both brightnesses at which the next bin of strength begins."""
COVERED = OPAQUE * STEPS // 4
"""Cells with less alpha have no colour that could be told."""
SOLID = OPAQUE * STEPS * 3 // 4
"""Cells with less alpha have no edge that could be told."""
FULL = float(OPAQUE * STEPS)
LAYOUT_WEIGHT, EDGES_WEIGHT = 1 / LAYOUT, 0.7
RED, GREEN, BLUE = 0.299, 0.587, 0.114
"""Rec. 601's parts of brightness."""

COLOURS = HEIGHTS * BRIGHTS * REDS * YELLOWS
NUMBERS = COLOURS + 4 * LAYOUT * LAYOUT + SCALES * THIRDS * DIRECTIONS * STRENGTHS

_TURNS = [(math.cos(math.pi * turn / DIRECTIONS), math.sin(math.pi * turn / DIRECTIONS)) for turn in range(1, DIRECTIONS)]
TURNS = np.array(_TURNS)
"""(DIRECTIONS - 1, 2) unit vectors between the bins of directions."""

Features = npt.NDArray[np.float64]
"""(NUMBERS,)"""


@kernel
def _place(value: float, low: float, high: float, bins: int) -> tuple[int, float]:
    """The lower of the two bins about a value, and the share of the upper one."""
    at = min(max((value - low) / (high - low), 0.0), 1.0) * (bins - 1)
    lower = min(int(at), bins - 2)
    return lower, at - lower


@kernel
def _count_colours(cells: npt.NDArray[np.int64], out: npt.NDArray[np.float64]) -> None:
    side = cells.shape[0]
    top, bottom = side, 0
    for y in range(side):
        for x in range(side):
            if cells[y, x, 3] >= COVERED:
                top, bottom = min(top, y), y
    for y in range(top, bottom + 1):
        height, height_share = _place(float(y), float(top), bottom + 1.0, HEIGHTS)
        for x in range(side):
            alpha = float(cells[y, x, 3])
            if alpha < COVERED:
                continue
            red, green, blue = cells[y, x, 0] * OPAQUE / alpha, cells[y, x, 1] * OPAQUE / alpha, cells[y, x, 2] * OPAQUE / alpha
            both = red + green + DIMMEST
            bright, bright_share = _place(RED * red + GREEN * green + BLUE * blue, DARK, LIGHT, BRIGHTS)
            ruddy, ruddy_share = _place((red - green) / both, GREENEST, REDDEST, REDS)
            yellow, yellow_share = _place(((red + green) / 2 - blue) / (both + blue), BLUEST, YELLOWEST, YELLOWS)
            for corner in range(16):
                weight = alpha * (height_share if corner & 1 else 1 - height_share)
                weight *= bright_share if corner & 2 else 1 - bright_share
                weight *= ruddy_share if corner & 4 else 1 - ruddy_share
                weight *= yellow_share if corner & 8 else 1 - yellow_share
                row, level, hue = height + (corner & 1), bright + ((corner >> 1) & 1), ruddy + ((corner >> 2) & 1)
                out[row, level, hue, yellow + (corner >> 3)] += weight


@kernel
def _lay_out(cells: npt.NDArray[np.int64], out: npt.NDArray[np.float64]) -> None:
    """Alpha, brightness against grey, red against green and yellow against blue of each coarse cell; 0 where it is empty."""
    step = cells.shape[0] // out.shape[0]
    area = step * step * FULL
    for row in range(out.shape[0]):
        for column in range(out.shape[1]):
            red, green, blue, alpha = 0.0, 0.0, 0.0, 0.0
            for y in range(row * step, (row + 1) * step):
                for x in range(column * step, (column + 1) * step):
                    red += cells[y, x, 0]
                    green += cells[y, x, 1]
                    blue += cells[y, x, 2]
                    alpha += cells[y, x, 3]
            out[row, column, 0] = alpha / area
            out[row, column, 1] = (RED * red + GREEN * green + BLUE * blue - alpha / 2) / area
            out[row, column, 2] = 2 * (red - green) / area
            out[row, column, 3] = (red + green - 2 * blue) / area


@kernel
def _brightness(cells: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """(CELLS, CELLS) of the cells that the subject fills; -1 elsewhere."""
    out = np.full(cells.shape[:2], -1.0)
    for y in range(cells.shape[0]):
        for x in range(cells.shape[1]):
            if cells[y, x, 3] >= SOLID:
                bright = RED * cells[y, x, 0] + GREEN * cells[y, x, 1] + BLUE * cells[y, x, 2]
                out[y, x] = bright * OPAQUE / cells[y, x, 3] + DIMMEST
    return out


@kernel
def _count_edges(bright: npt.NDArray[np.float64], turns: npt.NDArray[np.float64], out: npt.NDArray[np.float64]) -> None:
    side = bright.shape[0]
    for scale in range(SCALES):
        reach = 1 + 2 * scale
        for y in range(reach, side - reach):
            for x in range(reach, side - reach):
                left, right = bright[y, x - reach], bright[y, x + reach]
                above, below = bright[y - reach, x], bright[y + reach, x]
                if min(min(left, right), min(above, below)) < 0 or bright[y, x] < 0:
                    continue
                along, down = (right - left) / (right + left), (below - above) / (below + above)
                strength = math.sqrt(along * along + down * down)
                if down < 0:
                    along, down = -along, -down
                direction = 0
                for turn in range(len(turns)):
                    direction += down * turns[turn, 0] >= along * turns[turn, 1]
                force = int(strength >= WEAK) + int(strength >= CLEAR) + int(strength >= STRONG)
                out[scale, y * THIRDS // side, direction, force] += 1


def features_of(cells: Cells) -> Features:
    """The features of a subject's cells; zeros without a subject."""
    colours = np.zeros((HEIGHTS, BRIGHTS, REDS, YELLOWS))
    layout = np.zeros((LAYOUT, LAYOUT, 4))
    edges = np.zeros((SCALES, THIRDS, DIRECTIONS, STRENGTHS))
    _count_colours(cells, colours)
    _lay_out(cells, layout)
    _count_edges(_brightness(cells), TURNS, edges)
    shares = (np.sqrt(counts / max(counts.sum(), 1.0)).ravel() for counts in (colours, edges))
    return np.concatenate([next(shares), layout.ravel() * LAYOUT_WEIGHT, next(shares) * EDGES_WEIGHT])
