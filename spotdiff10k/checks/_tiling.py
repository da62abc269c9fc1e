"""Whether a picture is made of copies of itself side by side, as broken upscalers and caches make them."""

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import kernel

Luma = npt.NDArray[np.uint8]

SIDE = 48
"""Of the thumbnail that is compared with itself; 2, 3 and 4 tiles a side fit."""
TILES = (2, 3, 4)


@kernel
def _band_sums(luma: Luma, sums: npt.NDArray[np.int32]) -> None:
    """The columns of the thumbnail's rows, added up: (SIDE, W)."""
    height, width = luma.shape
    for y in range(height):
        row, total = luma[y], sums[y * SIDE // height]
        for x in range(width):
            total[x] += row[x]


def _thumbnail(luma: Luma) -> npt.NDArray[np.float64]:
    height, width = luma.shape
    sums = np.zeros((SIDE, width), np.int32)
    _band_sums(luma, sums)
    columns = np.arange(SIDE) * width // SIDE
    cells = np.add.reduceat(sums, columns, axis=1).astype(np.float64)
    rows = np.bincount(np.arange(height) * SIDE // height, minlength=SIDE)
    widths = np.diff(np.append(columns, width))
    return np.asarray(cells / np.outer(rows, widths))


def _likeness(first: npt.NDArray[np.float64], second: npt.NDArray[np.float64]) -> float:
    """Pearson's correlation; 0 where either is even."""
    first, second = first - first.mean(), second - second.mean()
    size = float(np.sqrt((first * first).sum() * (second * second).sum()))
    return float((first * second).sum()) / size if size > 0 else 0.0


def tiling(luma: Luma) -> float:
    """The likeness of an (H, W) picture to itself one tile further, across and down, for the number of tiles that fits best.

    1 means that it repeats itself; scenes without tiles stay well below. Pictures smaller than the thumbnail give 0.
    """
    if min(luma.shape) < SIDE:
        return 0.0
    small = _thumbnail(luma)
    best = 0.0
    for count in TILES:
        step = SIDE // count
        across = _likeness(small[:, step:], small[:, :-step])
        down = _likeness(small[step:], small[:-step])
        best = max(best, min(across, down))
    return best
