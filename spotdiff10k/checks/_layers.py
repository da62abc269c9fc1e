"""Whether a picture is its plate under its shadow, outside the mask: in single pixels, and in blocks that forgive compression."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from spotdiff10k.checks._pixels import layer_of, mask_of, picture_of
from spotdiff10k.committed import SampleView
from spotdiff10k.engines.rendered.jit import kernel

Picture = npt.NDArray[np.uint8]
Flat = npt.NDArray[np.uint8]
Sums = npt.NDArray[np.int32]
Largest = npt.NDArray[np.uint16]
Bools = npt.NDArray[np.bool_]

WHITE = 255
SHADOW = "shadow.png"
BLOCK = 16
"""Pixels on a side: JPEG's and WebP's unit, so what happens at the subject's outline stays in the blocks that touch it."""
GRID = 256
"""Of larger pictures only so many rows count for the blocks; single pixels are all looked at."""


@dataclass(frozen=True, slots=True)
class LayerDifference:
    """How picture and plate x shadow differ where the mask is 0, in grey levels."""

    worst: float  # of a pixel and channel
    worst_block: float  # of a whole block's mean colour; NaN when no block lies outside the mask
    median_block: float  # the same, of the block in the middle
    beyond: int  # pixels that differ by more than `tolerance`
    beyond_in_blocks: int  # pixels of whole blocks whose mean differs by more


@dataclass(frozen=True, slots=True)
class Changes:
    """How a picture differs from its plate under its shadow, in 255ths of a grey level."""

    largest: npt.NDArray[np.uint16]  # (H, W): of the three channels
    worst_outside: int  # where the mask is 0
    blocks: npt.NDArray[np.float64]  # (N,) of each whole block outside the mask, its mean colour's


@kernel
def _row_changes(picture: Flat, plate: Flat, shadow: Flat, row: Sums, largest: Largest) -> None:
    """Write picture - plate x shadow of one row of pixels, and the largest of each pixel's channels.

    Colours lie as red, green, blue, red, ...: over flat rows these loops are compiled to vector instructions.
    """
    for i in range(row.size):
        row[i] = np.int32(picture[i]) * np.int32(WHITE) - np.int32(plate[i]) * np.int32(shadow[i])
    for x in range(largest.size):
        largest[x] = max(abs(row[3 * x]), max(abs(row[3 * x + 1]), abs(row[3 * x + 2])))


@kernel
def _worst_outside(largest: Largest, mask: Flat) -> Any:
    worst = np.uint16(0)
    for x in range(mask.size):
        worst = max(worst, largest[x] if mask[x] == 0 else np.uint16(0))
    return worst


@kernel
def _add_row(row: Sums, mask: Flat, total: Sums, covered: Flat) -> None:
    """Add a row's differences to those of its block's columns, and its mask to where they are covered."""
    for i in range(row.size):
        total[i] += row[i]
    for x in range(mask.size):
        covered[x] |= mask[x]


@kernel
def _end_blocks(total: Sums, covered: Flat, sums: Sums, outside: Bools) -> None:
    """From a row of blocks' columns to its blocks: (blocks, 3) sums, and whether they lie outside the mask; then start anew."""
    for block in range(outside.size):
        any_covered = np.uint8(0)
        for x in range(block * BLOCK, block * BLOCK + BLOCK):
            any_covered |= covered[x]
            for channel in range(3):
                sums[block, channel] += total[3 * x + channel]
        outside[block] = any_covered == 0
    total[:] = 0
    covered[:] = 0


@kernel
def _compare(
    picture: Picture, plate: Picture, shadow: Picture, mask: Picture, stride: int, largest: Largest, sums: Sums, outside: Bools
) -> Any:
    """The worst difference outside the mask; writes all largest ones, and over every stride-th row the sums of whole blocks."""
    height, width = mask.shape
    row, total, covered = np.empty(3 * width, np.int32), np.zeros(3 * width, np.int32), np.zeros(width, np.uint8)
    worst = np.uint16(0)
    for y in range(height):
        _row_changes(
            picture[y].reshape(row.size), plate[y].reshape(row.size), shadow[y].reshape(row.size), row, largest[y]
        )  # fmt: skip
        worst = max(worst, _worst_outside(largest[y], mask[y]))
        if y % stride == 0:
            _add_row(row, mask[y], total, covered)
        if y % BLOCK == BLOCK - 1:
            _end_blocks(total, covered, sums[y // BLOCK], outside[y // BLOCK])
    return worst


@kernel
def _count_beyond(largest: Largest, mask: Picture, least: int) -> Any:
    """Pixels outside the mask that differ by more than `least`."""
    beyond: Any = 0
    for y in range(mask.shape[0]):
        for x in range(mask.shape[1]):
            beyond += np.int64((largest[y, x] > least) & (mask[y, x] == 0))
    return beyond


def changes(picture: Picture, plate: Picture, shadow: Picture | None, mask: Picture) -> Changes:
    """Compare (H, W, 3) picture and plate under a shadow of one or three channels, or none; all are contiguous."""
    down, across = (side // BLOCK for side in mask.shape)
    sums, outside = np.zeros((down, across, 3), np.int32), np.zeros((down, across), np.bool_)
    stride = min(BLOCK, 2 ** max(0, (len(mask) // GRID).bit_length() - 1))
    largest = np.empty(mask.shape, np.uint16)  # 255 x 255 fits
    worst = _compare(picture, plate, _three_channels(shadow, plate), mask, stride, largest, sums, outside)
    looked_at = BLOCK * len(range(0, BLOCK, stride))
    return Changes(largest, int(worst), np.abs(sums[outside]).max(axis=1, initial=0) / (looked_at * WHITE))


def changes_of(sample: SampleView) -> Changes:
    """A sample's picture beside its own plate under its shadow, where it has one; looked at once for all checks."""
    return sample.once("changes", partial(_changes_of, sample))


def _changes_of(sample: SampleView) -> Changes:
    shadow = layer_of(sample, SHADOW) if SHADOW in sample.members else None
    return changes(picture_of(sample), layer_of(sample, f"plate.{sample.picture_suffix}"), shadow, mask_of(sample))


def difference_of(found: Changes, mask: Picture, tolerance: float) -> LayerDifference:
    """Sum up changes. tolerance: grey levels from which pixels and blocks count as beyond."""
    blocks = found.blocks
    least = round(tolerance * WHITE)
    return LayerDifference(
        worst=found.worst_outside / WHITE,
        worst_block=float(blocks.max()) if blocks.size else float("nan"),
        median_block=float(np.median(blocks)) if blocks.size else float("nan"),
        beyond=int(_count_beyond(found.largest, mask, least)) if found.worst_outside > least else 0,
        beyond_in_blocks=int(np.count_nonzero(blocks > tolerance)) * BLOCK * BLOCK,
    )


def layer_difference(
    picture: Picture, plate: Picture, shadow: Picture | None, mask: Picture, tolerance: float
) -> LayerDifference:
    """`changes` and their sum, for a plate that is not the sample's own."""
    return difference_of(changes(picture, plate, shadow, mask), mask, tolerance)


def _three_channels(shadow: Picture | None, plate: Picture) -> Picture:
    if shadow is None:
        return np.full(plate.shape, WHITE, np.uint8)
    return shadow if shadow.ndim == plate.ndim else np.repeat(shadow[..., None], 3, axis=2)
