"""How a picture's tones are spread: contrast, clipping, blank parts, and whether it is brighter or darker than its plate."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import kernel

Luma = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.uint8]
Levels = npt.NDArray[np.int32]

GREYS = 256
GRID = 256
"""Of larger pictures only so many rows count, and every pixel in them."""
TAIL = 0.01
"""The share of pixels left out at both ends of the tones."""
WHITE, BLACK = 254, 1
"""Luma from which, and up to which, a pixel is clipped."""
BLOCK = 16
"""Pixels on a side."""
EVEN = 1
"""Grey levels between the extremes of a block that is blank."""
DARK = 4.0
"""Mean grey level up to which a block is too dark to compare."""
DISPLAY_GAMMA = 2.2
"""Light is about this power of what is displayed."""


@dataclass(frozen=True, slots=True)
class Tones:
    """What is measured on one picture, beside its plate where there is one."""

    contrast: float  # between the darkest and the brightest hundredth, a share of black to white
    clipped: float  # share of the pixels that are black or white and not so in the plate
    blank: float  # share of the blocks that are even and not so in the plate
    exposure: float | None  # stops that the picture is brighter than the plate outside the mask; None where nothing can tell


@kernel
def _blocks(levels: Luma, stride: int, lowest: Levels, highest: Levels, sums: Levels) -> None:
    """The extremes and the sum of every whole block: first of its columns, which compiles to wide instructions."""
    down, across = sums.shape
    width = across * BLOCK
    low, high, total = np.empty(width, np.uint8), np.empty(width, np.uint8), np.empty(width, np.int32)
    for block_row in range(down):
        low[:] = GREYS - 1
        high[:] = 0
        total[:] = 0
        for y in range(block_row * BLOCK, (block_row + 1) * BLOCK, stride):
            row = levels[y]
            for x in range(width):
                low[x] = min(low[x], row[x])
                high[x] = max(high[x], row[x])
                total[x] += np.int32(row[x])
        for block in range(across):
            least, most, whole = np.uint8(GREYS - 1), np.uint8(0), np.int32(0)
            for x in range(block * BLOCK, (block + 1) * BLOCK):
                least = min(least, low[x])
                most = max(most, high[x])
                whole += total[x]
            lowest[block_row, block], highest[block_row, block], sums[block_row, block] = least, most, whole


@kernel
def _count_levels(luma: Luma, stride: int, counts: npt.NDArray[np.int64]) -> None:
    """Two rows of counts: neighbours are often equal, and adding to one number twice in a row keeps a processor waiting."""
    by_turns = np.zeros((2, GREYS), np.int64)
    for y in range(0, len(luma), stride):
        row = luma[y]
        for x in range(0, row.size - 1, 2):
            by_turns[0, row[x]] += 1
            by_turns[1, row[x + 1]] += 1
        if row.size % 2:
            by_turns[0, row[-1]] += 1
    counts += by_turns[0] + by_turns[1]


@kernel
def _newly_clipped(luma: Luma, plate: Luma, mask: Mask, stride: int) -> Any:
    """Pixels that are clipped, and lie in the mask or are not clipped in the plate."""
    height, width = mask.shape
    found: Any = 0
    for y in range(0, height, stride):
        here, behind, inside = luma[y], plate[y], mask[y]
        for x in range(width):
            clipped = (here[x] >= WHITE) | (here[x] <= BLACK)
            was = (behind[x] >= WHITE) | (behind[x] <= BLACK)
            found += np.int64(clipped & ((inside[x] > 0) | (not was)))
    return found


def tones(luma: Luma, plate: Luma | None, mask: Mask) -> Tones:
    """Measure an (H, W) picture in brightness, with its plate in brightness and its mask."""
    stride = _stride(luma)
    counts = np.zeros(GREYS, np.int64)
    _count_levels(luma, stride, counts)
    up_to = np.cumsum(counts)
    low, high = np.searchsorted(up_to, [TAIL * up_to[-1], (1 - TAIL) * up_to[-1]])
    here = _in_blocks(luma)
    even = here.even
    if plate is not None:
        outside = _in_blocks(mask).highest == 0
        behind = _in_blocks(plate)
        even = even & ~(behind.even & outside)
        comparable = outside & (here.means > DARK) & (behind.means > DARK)
        stops = DISPLAY_GAMMA * np.log2(here.means[comparable] / behind.means[comparable])
    unclipped = np.full_like(luma, GREYS // 2) if plate is None else plate
    return Tones(
        contrast=float(high - low) / (GREYS - 1),
        clipped=int(_newly_clipped(luma, unclipped, mask, stride)) / luma[::stride].size,
        blank=float(even.mean()) if even.size else 0.0,
        exposure=float(np.median(stops)) if plate is not None and stops.size else None,
    )


@dataclass(frozen=True, slots=True)
class _Blocks:
    """Of every whole block of a picture."""

    highest: Levels
    even: npt.NDArray[np.bool_]
    means: npt.NDArray[np.float64]


def _stride(levels: Luma) -> int:
    """From row to row; divides BLOCK, so that every block gets as many."""
    return int(min(BLOCK, 2 ** max(0, (len(levels) // GRID).bit_length() - 1)))


def _in_blocks(levels: Luma) -> _Blocks:
    down, across = (side // BLOCK for side in levels.shape)
    lowest, highest, sums = (np.empty((down, across), np.int32) for _ in range(3))
    stride = _stride(levels)
    _blocks(levels, stride, lowest, highest, sums)
    return _Blocks(highest, highest - lowest <= EVEN, sums / (BLOCK * len(range(0, BLOCK, stride))))
