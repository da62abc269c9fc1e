"""Whether a picture is its plate under its shadow, outside the mask: in single pixels, and in blocks that forgive compression."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import kernel

Picture = npt.NDArray[np.uint8]
Flat = npt.NDArray[np.uint8]
Sums = npt.NDArray[np.int32]

WHITE = 255
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


@kernel
def _row_difference(picture: Flat, plate: Flat, shadow: Flat, mask: Flat, row: Sums) -> Any:
    """Write picture - plate x shadow of one row of pixels, in 255ths of a grey level; returns the worst where the mask is 0.

    Colours lie as red, green, blue, red, ...: over flat rows these loops are compiled to vector instructions.
    """
    for i in range(row.size):
        row[i] = np.int32(picture[i]) * np.int32(WHITE) - np.int32(plate[i]) * np.int32(shadow[i])
    worst = np.int32(0)
    for x in range(mask.size):
        largest = max(abs(row[3 * x]), max(abs(row[3 * x + 1]), abs(row[3 * x + 2])))
        worst = max(worst, np.int32(mask[x] == 0) * largest)
    return worst


@kernel
def _add_row(row: Sums, mask: Flat, sums: Sums, outside: Sums) -> None:
    """Add a row's differences where the mask is 0 to its blocks' sums, and their number; blocks keep 3 sums and 1 number each."""
    for block in range(outside.size):
        red = green = blue = count = np.int32(0)
        for x in range(block * BLOCK, block * BLOCK + BLOCK):
            free = np.int32(mask[x] == 0)
            red += free * row[3 * x]
            green += free * row[3 * x + 1]
            blue += free * row[3 * x + 2]
            count += free
        sums[3 * block] += red
        sums[3 * block + 1] += green
        sums[3 * block + 2] += blue
        outside[block] += count


@kernel
def _compare(
    picture: Picture, plate: Picture, shadow: Picture, mask: Picture, least: int, stride: int, sums: Sums, outside: Sums
) -> Any:
    """The worst difference, in 255ths of a grey level, and how many pixels differ by more than `least`.

    Writes every whole block's sums of differences and its number of pixels outside the mask, over every stride-th row.
    """
    height, width = mask.shape
    row = np.empty(3 * width, np.int32)
    worst = 0
    beyond = 0
    for y in range(height):
        row_worst = _row_difference(
            picture[y].reshape(row.size), plate[y].reshape(row.size), shadow[y].reshape(row.size), mask[y], row
        )  # fmt: skip
        worst = max(worst, row_worst)
        if y % stride == 0 and y // BLOCK < outside.shape[0]:
            _add_row(row, mask[y], sums[y // BLOCK], outside[y // BLOCK])
        if row_worst > least:
            for x in range(width):
                largest = max(abs(row[3 * x]), abs(row[3 * x + 1]), abs(row[3 * x + 2]))
                beyond += largest > least and mask[y, x] == 0
    return worst, beyond


def layer_difference(
    picture: Picture, plate: Picture, shadow: Picture | None, mask: Picture, tolerance: float
) -> LayerDifference:
    """Compare (H, W, 3) picture and plate under a shadow of one or three channels, or none, where the (H, W) mask is 0.

    All are contiguous. tolerance: grey levels from which pixels and blocks count as beyond.
    """
    down, across = (side // BLOCK for side in mask.shape)
    sums, outside = np.zeros((down, 3 * across), np.int32), np.zeros((down, across), np.int32)
    stride = min(BLOCK, 2 ** max(0, (len(mask) // GRID).bit_length() - 1))
    shade = _three_channels(shadow, plate)
    worst, beyond = _compare(picture, plate, shade, mask, round(tolerance * WHITE), stride, sums, outside)
    looked_at = BLOCK * len(range(0, BLOCK, stride))
    means = np.abs(sums.reshape(down, across, 3)[outside == looked_at]).max(axis=1, initial=0) / (looked_at * WHITE)
    return LayerDifference(
        worst=worst / WHITE,
        worst_block=float(means.max()) if means.size else float("nan"),
        median_block=float(np.median(means)) if means.size else float("nan"),
        beyond=int(beyond),
        beyond_in_blocks=int(np.count_nonzero(means > tolerance)) * BLOCK * BLOCK,
    )


def _three_channels(shadow: Picture | None, plate: Picture) -> Picture:
    if shadow is None:
        return np.full(plate.shape, WHITE, np.uint8)
    return shadow if shadow.ndim == plate.ndim else np.repeat(shadow[..., None], 3, axis=2)
