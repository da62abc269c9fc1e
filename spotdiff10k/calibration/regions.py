"""Parts of a mask: how far a pixel lies inside it or from it, and limbs grown from its extremities."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import kernel

Bools = npt.NDArray[np.bool_]
F64 = npt.NDArray[np.float64]

STRAIGHT, DIAGONAL = 1.0, 1.41421356
FAR = 1e9


@kernel
def _sweep(cost: F64, open_: Bools, forward: bool) -> bool:
    """One pass of chamfer distances over the open pixels; whether anything changed."""
    height, width = cost.shape
    changed = False
    step = 1 if forward else -1
    for i in range(height):
        y = i if forward else height - 1 - i
        for j in range(width):
            x = j if forward else width - 1 - j
            if not open_[y, x]:
                continue
            best = cost[y, x]
            for k in range(4):
                dy = -step if k < 3 else 0
                dx = (k - 1) if k < 3 else -step
                ny, nx = y + dy, x + dx
                if 0 <= ny < height and 0 <= nx < width and open_[ny, nx]:
                    reach = cost[ny, nx] + (DIAGONAL if dy != 0 and dx != 0 else STRAIGHT)
                    if reach < best:
                        best = reach
            if best < cost[y, x]:
                cost[y, x] = best
                changed = True
    return changed


def distances(start: Bools, within: Bools) -> F64:
    """The length of the shortest way from `start` to every pixel, staying `within`; pixels, FAR where there is none.

    Ways run along rows, columns and diagonals.
    """
    cost = np.where(start, 0.0, FAR).astype(np.float64)
    open_ = np.ascontiguousarray(within | start)
    changed = True
    while changed:
        changed = _sweep(cost, open_, True)
        changed = _sweep(cost, open_, False) or changed
    return cost


def extremities(inside: Bools, most: int) -> list[tuple[int, int]]:
    """The tips of limbs as (y, x): what lies farthest inside the mask from its middle, then farthest from that as well, ..."""
    rows, columns = np.nonzero(inside)
    if not rows.size:
        return []
    center = np.argmin((rows - rows.mean()) ** 2 + (columns - columns.mean()) ** 2)
    chosen = np.zeros(inside.shape, np.bool_)
    chosen[rows[center], columns[center]] = True
    tips: list[tuple[int, int]] = []
    for _ in range(most):
        reach = distances(chosen, inside)
        reach[~inside | (reach >= FAR)] = -1.0
        y, x = np.unravel_index(int(np.argmax(reach)), inside.shape)
        tips.append((int(y), int(x)))
        chosen[y, x] = True
    return tips


def limb(inside: Bools, tip: Sequence[int], share: float) -> Bools:
    """The part of a mask nearest to a tip, as ways inside the mask go, that holds a share of its pixels."""
    start = np.zeros(inside.shape, np.bool_)
    start[tip[0], tip[1]] = True
    reach = distances(start, inside)
    wanted = max(1, round(share * int(np.count_nonzero(inside))))
    furthest = np.sort(reach[inside])[min(wanted, int(np.count_nonzero(inside))) - 1]
    part: Bools = inside & (reach <= furthest)
    return part


def grown(inside: Bools, radius: float) -> Bools:
    """The mask with a margin of `radius` pixels around it, or without one where it is negative."""
    everywhere = np.ones_like(inside)
    found: Bools = distances(inside, everywhere) <= radius if radius >= 0 else distances(~inside, everywhere) > -radius
    return found


def box_of(inside: Bools) -> tuple[int, int, int, int]:
    """The smallest box around a mask as (left, top, right, bottom), right and bottom exclusive; zeros for an empty mask."""
    columns, rows = np.flatnonzero(inside.any(axis=0)), np.flatnonzero(inside.any(axis=1))
    if not columns.size:
        return 0, 0, 0, 0
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
