"""How well two masks agree: intersection over union of what is inside, and F of their boundaries."""

import math

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import kernel

Inside = npt.NDArray[np.bool_]

TOLERANCE = 0.0075
"""Of the picture's diagonal: how far apart boundaries may be and still be the same (Perazzi et al., CVPR 2016)."""


def intersection_over_union(one: Inside, other: Inside) -> float:
    """Of two (H, W) masks; 1 when both are empty."""
    union = int(np.count_nonzero(one | other))
    return int(np.count_nonzero(one & other)) / union if union else 1.0


@kernel
def _is_boundary(inside: Inside, y: int, x: int) -> bool:
    """Whether a pixel differs from the next one to the right, below, or both: each boundary is one pixel wide."""
    height, width = inside.shape
    here = inside[y, x]
    below, right = y + 1 < height, x + 1 < width
    return bool(
        (right and inside[y, x + 1] != here)
        or (below and inside[y + 1, x] != here)
        or (below and right and inside[y + 1, x + 1] != here)
    )


@kernel
def _widened_boundary(inside: Inside, reach: float) -> Inside:
    """All pixels not further than `reach` from a boundary pixel's centre."""
    height, width = inside.shape
    near = np.zeros((height, width), np.bool_)
    steps = int(reach)
    for y in range(height):
        for x in range(width):
            if not _is_boundary(inside, y, x):
                continue
            for row in range(max(y - steps, 0), min(y + steps + 1, height)):
                half = int(math.sqrt(reach * reach - (row - y) * (row - y)))
                for column in range(max(x - half, 0), min(x + half + 1, width)):
                    near[row, column] = True
    return near


@kernel
def _share_near(inside: Inside, near: Inside) -> float:
    """The share of a mask's boundary pixels that lie in `near`; 1 when it has none."""
    height, width = inside.shape
    found = count = 0
    for y in range(height):
        for x in range(width):
            if _is_boundary(inside, y, x):
                count += 1
                found += near[y, x]
    return found / count if count else 1.0


def boundary_f(one: Inside, other: Inside, tolerance: float = TOLERANCE) -> float:
    """The F measure of two masks' boundaries: harmonic mean of the shares of each that lie near the other; 0 to 1.

    tolerance: of the diagonal; at least one pixel. Symmetric. When one mask has a boundary and the other none, it is 0.
    """
    one, other = np.ascontiguousarray(one), np.ascontiguousarray(other)
    reach = max(1.0, tolerance * math.hypot(*one.shape))
    near_one, near_other = _widened_boundary(one, reach), _widened_boundary(other, reach)
    if near_one.any() != near_other.any():
        return 0.0
    precision, recall = _share_near(one, near_other), _share_near(other, near_one)
    return 2.0 * precision * recall / (precision + recall) if precision + recall else 0.0
