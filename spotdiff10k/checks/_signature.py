"""A picture in a short text: its mean colours on a coarse grid, by which equal pictures are told from others across groups."""

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import kernel

ROWS = 256
"""Of larger pictures only so many rows are looked at."""
GRID = 4
"""Cells on a side. A subject covers some of them to a good part, and so shows in their means."""


@kernel
def _sum_cells(picture: npt.NDArray[np.uint8], stride: int, sums: npt.NDArray[np.int64]) -> None:
    height, width = picture.shape[:2]
    for y in range(0, height, stride):
        cells = sums[y * GRID // height]
        for cell in range(GRID):
            red = green = blue = 0
            for x in range(cell * width // GRID, (cell + 1) * width // GRID):
                red += picture[y, x, 0]
                green += picture[y, x, 1]
                blue += picture[y, x, 2]
            cells[cell, 0] += red
            cells[cell, 1] += green
            cells[cell, 2] += blue


def signature(picture: npt.NDArray[np.uint8]) -> str:
    """The mean colours of a (H, W, 3) picture's cells, row by row, as hexadecimal digits: 16 cells make 96 of them."""
    height, width = picture.shape[:2]
    sums = np.zeros((GRID, GRID, 3), np.int64)
    stride = max(1, height // ROWS)
    _sum_cells(np.ascontiguousarray(picture), stride, sums)
    rows = np.bincount(np.arange(0, height, stride) * GRID // height, minlength=GRID)
    columns = np.diff([cell * width // GRID for cell in range(GRID + 1)])
    means = np.rint(sums / np.maximum(1, np.outer(rows, columns))[..., None])
    return str(means.astype(np.uint8).tobytes().hex())


def read_signature(text: str) -> npt.NDArray[np.int16]:
    """The mean colours that a signature says, in a row; subtract them to compare."""
    return np.frombuffer(bytes.fromhex(text), np.uint8).astype(np.int16)
