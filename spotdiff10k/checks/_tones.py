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
    """The extremes and the sums of every block's columns: rows of blocks by columns of pixels."""
    for y in range(0, sums.shape[0] * BLOCK, stride):
        row, low, high, total = levels[y], lowest[y // BLOCK], highest[y // BLOCK], sums[y // BLOCK]
        for x in range(row.size):
            level = np.int32(row[x])
            low[x] = min(low[x], level)
            high[x] = max(high[x], level)
            total[x] += level


@kernel
def _count_levels(luma: Luma, stride: int, counts: npt.NDArray[np.int64]) -> None:
    for y in range(0, len(luma), stride):
        for level in luma[y]:
            counts[level] += 1


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
    height, width = levels.shape
    down, across = height // BLOCK, width // BLOCK
    lowest = np.full((down, width), GREYS, np.int32)
    highest, sums = np.zeros((down, width), np.int32), np.zeros((down, width), np.int32)
    stride = _stride(levels)
    _blocks(levels, stride, lowest, highest, sums)
    cut = (down, across, BLOCK)
    low, high, total = (part[:, : across * BLOCK].reshape(cut) for part in (lowest, highest, sums))
    top = high.max(axis=2)
    return _Blocks(top, top - low.min(axis=2) <= EVEN, total.sum(axis=2) / (BLOCK * len(range(0, BLOCK, stride))))
