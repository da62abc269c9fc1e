"""How sharp a picture is: along the subject's outline, beside its plate, and inside the subject."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from spotdiff10k.boxes import box_of
from spotdiff10k.committed import INSIDE
from spotdiff10k.engines.rendered.jit import inlined, kernel

Picture = npt.NDArray[np.uint8]
Luma = npt.NDArray[np.uint8]
Counts = npt.NDArray[np.int64]
Box = tuple[int, int, int, int]
"""Left, top, right, bottom; right and bottom exclusive."""

GRID = 256
"""Of larger pictures only so many rows, or columns, are searched for the outline."""
ROWS = 128
"""Of larger pictures only so many rows are looked at for detail."""
OPAQUE = 255

STEP = 2
"""Pixels in which a sharp picture passes from the background to the subject."""
REACH = 3
"""Pixels on both sides of the mask's outline within which the picture's own is looked for, as masks may be that far off."""
LEAST_PASSAGE = 3 * 16 * 16
"""Squared distance in RGB between both ends of a passage that can tell anything."""
LEAST_PASSAGES = 16
BINS = 256
LOWEST, HIGHEST = -0.5, 2.06

FLAT = 2.0
"""Grey levels of detail that rounding makes; a plate must have more for its detail to be missed."""
FINE_CONTRAST = 0.25
"""Grey levels, so that a subject without any detail is no division by zero."""
LEAST_SPREAD = 1.0
"""Grey levels, for the same reason."""
EDGE = 2
"""Pixels from the mask's edge within which its blending shows."""
COARSE_SHARES = (1 / 64, 1 / 32)
"""Of the picture's side: over which distances a subject's coarser contrasts are measured."""


@kernel
def _first(start: int, least: int, step: int) -> int:
    """The first of start, start + step, ... that is not below `least`."""
    return start + max(0, (least - start + step - 1) // step) * step


@kernel
def _passages(picture: Picture, mask: Picture, box: Box, down: int, right: int, stride: int, counts: Counts) -> None:
    """Count, on lines across the outline, the largest share of the whole change that lies within STEP pixels.

    box: of the inside. Lines start in it, or one pixel before it.
    """
    height, width = mask.shape
    last = REACH + 1
    row_step, column_step = (1, stride) if down else (stride, 1)
    scale = BINS / (HIGHEST - LOWEST)
    for y in range(_first(REACH * down, box[1] - 1, row_step), min(height - last * down, box[3]), row_step):
        for x in range(_first(REACH * right, box[0] - 1, column_step), min(width - last * right, box[2]), column_step):
            near = mask[y, x] >= INSIDE
            if (mask[y + down, x + right] >= INSIDE) == near:
                continue
            start_y, start_x, end_y, end_x = y - REACH * down, x - REACH * right, y + last * down, x + last * right
            if (mask[start_y, start_x] >= INSIDE) != near or (mask[end_y, end_x] >= INSIDE) == near:
                continue
            whole: Any = 0
            for channel in range(3):
                change = np.int32(picture[end_y, end_x, channel]) - np.int32(picture[start_y, start_x, channel])
                whole += change * change
            if whole < LEAST_PASSAGE:
                continue
            most: Any = -whole
            for place in range(REACH + last - STEP + 1):
                from_y, from_x = start_y + place * down, start_x + place * right
                to_y, to_x = from_y + STEP * down, from_x + STEP * right
                within: Any = 0
                for channel in range(3):
                    change = np.int32(picture[end_y, end_x, channel]) - np.int32(picture[start_y, start_x, channel])
                    within += change * (np.int32(picture[to_y, to_x, channel]) - np.int32(picture[from_y, from_x, channel]))
                most = max(most, within)
            counts[min(BINS - 1, max(0, int((most / whole - LOWEST) * scale)))] += 1


def outline_sharpness(picture: Picture, mask: Picture) -> float | None:
    """The share of the way from background to subject that two pixels cover: 1 is sharp, 0.4 is blurred; the median line's.

    Gaussian blur of one pixel leaves about 0.65. None where too little of the outline can be told from the background.
    """
    counts = np.zeros(BINS, np.int64)
    stride = max(1, min(mask.shape) // GRID)
    box = box_of(mask, INSIDE)
    _passages(picture, mask, box, 0, 1, stride, counts)
    _passages(picture, mask, box, 1, 0, stride, counts)
    up_to = np.cumsum(counts)
    if up_to[-1] < LEAST_PASSAGES:
        return None
    place = int(np.searchsorted(up_to, up_to[-1] / 2))
    return LOWEST + (place + 0.5) * (HIGHEST - LOWEST) / BINS


@inlined
def _laplacian(luma: Luma, y: int, x: int, distance: int) -> Any:
    around = (
        np.int32(luma[y - distance, x]) + np.int32(luma[y + distance, x])
        + np.int32(luma[y, x - distance]) + np.int32(luma[y, x + distance])
    )  # fmt: skip
    return 4 * np.int32(luma[y, x]) - around


@kernel
def _subject_contrasts(luma: Luma, mask: Picture, box: Box, near: int, far: int, stride: int, sums: Counts) -> None:
    """Add up over pixels inside the mask, which lie in `box`.

    Number, fine contrast, level, its square; and over those deep inside: number, fine and coarse contrast.
    """
    height, width = mask.shape
    for y in range(_first(far, box[1], stride), min(height - far, box[3]), stride):
        for x in range(max(far, box[0]), min(width - far, box[2])):
            here = mask[y, x]
            if here & mask[y - EDGE, x] & mask[y + EDGE, x] & mask[y, x - EDGE] & mask[y, x + EDGE] != OPAQUE:
                continue
            fine = abs(_laplacian(luma, y, x, 1))
            level = np.int64(luma[y, x])
            sums[0] += 1
            sums[1] += fine
            sums[2] += level
            sums[3] += level * level
            if mask[y - far, x] & mask[y + far, x] & mask[y, x - far] & mask[y, x + far] == OPAQUE:
                sums[4] += 1
                sums[5] += fine
                sums[6] += abs(_laplacian(luma, y, x, near)) + abs(_laplacian(luma, y, x, far))


def subject_fineness(luma: Luma, mask: Picture) -> float:
    """How much of the subject's contrast is between neighbouring pixels; what it is by itself depends on the subject.

    The geometric mean of two such shares: of the contrast over larger distances, which tells mild blur best, and of the
    spread of the subject's tones, which strong blur leaves as it is.
    """
    side = min(mask.shape)
    near, far = (max(EDGE, round(side * share)) for share in COARSE_SHARES)
    sums = np.zeros(7, np.int64)
    _subject_contrasts(luma, mask, box_of(mask, OPAQUE), near, far, max(1, side // ROWS), sums)
    pixels, fine, levels, squares, deep, deep_fine, coarse = (float(part) for part in sums)
    if not deep:
        return 0.0
    spread = math.sqrt(max(0.0, squares / pixels - (levels / pixels) ** 2))
    of_spread = (fine / pixels + FINE_CONTRAST) / (spread + LEAST_SPREAD)
    of_coarse = (deep_fine / deep + FINE_CONTRAST) / (coarse / deep + FINE_CONTRAST)
    return math.sqrt(of_spread * of_coarse)


@kernel
def _common_detail(luma: Luma, plate: Luma, mask: Picture, stride: int, sums: Counts) -> None:
    """Add up, outside the mask, the products of picture's and plate's detail, the plate's squares, and the pixels."""
    height, width = mask.shape
    for y in range(1, height - 1, stride):
        for x in range(1, width - 1):
            if (mask[y, x] | mask[y - 1, x] | mask[y + 1, x] | mask[y, x - 1] | mask[y, x + 1]) != 0:
                continue
            original = _laplacian(plate, y, x, 1)
            sums[0] += _laplacian(luma, y, x, 1) * original
            sums[1] += original * original
            sums[2] += 1


def detail_kept(luma: Luma, plate: Luma, mask: Picture) -> float:
    """The share of the plate's detail that is in the picture, outside the mask: 1 is all, blur and compression take it away.

    Shadows take some as well. A plate without detail has none to lose and gives 1.
    """
    sums = np.zeros(3, np.int64)
    _common_detail(luma, plate, mask, max(1, min(mask.shape) // ROWS), sums)
    floor = FLAT * FLAT * float(sums[2])
    return (float(sums[0]) + floor) / (float(sums[1]) + floor) if sums[2] else 1.0
