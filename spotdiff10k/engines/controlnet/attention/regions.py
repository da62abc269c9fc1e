"""Which tokens of a layer show the subject: a mask in pixels, brought down to the layer's grid."""

import numpy as np
import numpy.typing as npt

from spotdiff10k.errors import EngineError
from spotdiff10k.types import Mask

Grid = tuple[int, int]
"""Rows and columns of tokens."""

Cells = npt.NDArray[np.bool_]
"""(rows * columns,), row by row."""

OPAQUE = 255.0


def region_on(mask: Mask, grid: Grid, coverage: float) -> Cells:
    """The cells of which the mask (H, W) covers at least `coverage` (0..1) of the area; a cell it does not touch never counts.

    A cell's share is exact for any sizes: the mask's integral, read at fractional borders.
    """
    share = _covered(mask, grid)
    return np.asarray((share >= coverage) & (share > 0.0)).reshape(-1)


def level_of(tokens: int, latent: Grid) -> Grid:
    """The grid of a layer with so many tokens, in a network that halves the latent's sides again and again, rounding up."""
    rows, columns = latent
    while True:
        if rows * columns == tokens:
            return rows, columns
        if rows * columns < tokens or rows == columns == 1:
            raise EngineError(
                f"A layer has {tokens} tokens, which no halving of a latent of {latent[0]} by {latent[1]} gives; "
                "shared attention does not know how its tokens are laid out."
            )
        rows, columns = -(-rows // 2), -(-columns // 2)


def _covered(mask: Mask, grid: Grid) -> npt.NDArray[np.float64]:
    """(rows, columns) in 0..1."""
    integral = np.zeros((mask.shape[0] + 1, mask.shape[1] + 1), np.float64)
    integral[1:, 1:] = (mask / OPAQUE).cumsum(0).cumsum(1)
    down = _read(integral, np.linspace(0, mask.shape[0], grid[0] + 1))
    both = _read(down.T, np.linspace(0, mask.shape[1], grid[1] + 1)).T
    cell = mask.shape[0] * mask.shape[1] / (grid[0] * grid[1])
    return np.asarray(np.diff(np.diff(both, axis=0), axis=1) / cell)


def _read(lines: npt.NDArray[np.float64], at: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Rows of an array at fractional places, interpolated."""
    below = np.minimum(at.astype(np.int64), len(lines) - 2)
    weight = (at - below)[:, None]
    return np.asarray(lines[below] * (1.0 - weight) + lines[below + 1] * weight)
