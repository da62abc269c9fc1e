"""How alike the pictures of one pose are, in the measures of the field: PCK and OKS of joints, rank correlation of depth.

Backgrounds bring their own cameras, so that what one picture shows is first carried into the other one's camera.
"""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from spotdiff10k.checks._joints import Joints
from spotdiff10k.checks._surface import EMPTY, LOOSE, Surface
from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.eyes import Eye

PCK_SHARE = 0.1
"""Of the longer side of the subject's box, within which a joint counts as found: PCK@0.1 (Yang and Ramanan 2013)."""
OKS_FALLOFF = 2 * 0.067
"""COCO's k = 2 sigma of a joint; the mean of its seventeen sigmas, since joints of a family have no sigmas of their own."""
MOST_POINTS = 300
FEWEST_POINTS = 12
"""That both pictures must show for a correlation to mean anything; with fewer the pictures have nothing in common, 0."""

F64 = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]


def seen_by(eye: Eye, places: F64) -> F64:
    """(..., 2) pixels of places in the world (..., 3) metres; infinite for what is not before the camera."""
    across, along, depth = np.moveaxis(((places - eye.position)[..., None, :] * eye.rotation).sum(axis=-1), -1, 0)
    away = np.where(depth > 0.0, depth, 1.0)
    pixels = np.stack([eye.size / 2 + eye.focal * across / away, eye.size / 2 + eye.focal * along / away], axis=-1)
    return np.where((depth > 0.0)[..., None], pixels, np.inf)


def extent(surface: Surface) -> tuple[float, float]:
    """The longer side of the box and the square root of the area of what is seen, in pixels, with a cell about it; or zeros."""
    cell = surface.eye.size / len(surface.nearest)
    inside = surface.nearest > EMPTY
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    if not len(rows):
        return 0.0, 0.0
    side = max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1
    return float(side * cell), float(np.sqrt(np.count_nonzero(inside)) * cell)


def pck(moved: F64, side: float) -> float:
    """The share (0 to 1) of joints that moved by no more than a tenth of the longer side of the subject's box; 0 without one."""
    return float((moved <= PCK_SHARE * side).mean()) if side > 0.0 else 0.0


def oks(moved: F64, scale: float) -> float:
    """Object keypoint similarity of COCO, 0 to 1: the mean of exp(-d^2 / (2 s^2 k^2)), s^2 (`scale`) the subject's area."""
    return float(np.exp(-(moved**2) / (2 * (scale * OKS_FALLOFF) ** 2)).mean()) if scale > 0.0 else 0.0


@kernel
def _ranks(values: F64) -> F64:
    """(N,) ranks about their mean; equals share the mean of theirs."""
    order = np.argsort(values, kind="mergesort")
    ranks = np.empty(len(values))
    first = 0
    for last in range(len(values)):
        if last + 1 == len(values) or values[order[last + 1]] != values[order[last]]:
            for place in range(first, last + 1):
                ranks[order[place]] = (first + last) / 2 - (len(values) - 1) / 2
            first = last + 1
    return ranks


@kernel
def _both_depths(points: F64, step: int, position: F64, rotation: F64, focal: float, nearest: F64) -> F64:
    """(2, M) depths, as carried there and as told there, of the points that the camera's picture has something at."""
    grid = nearest.shape[0]
    depths = np.empty((2, len(points) // step + 1))
    count = 0
    for i in range(0, len(points), step):
        x, y, z = points[i, 0] - position[0], points[i, 1] - position[1], points[i, 2] - position[2]
        depth = rotation[2, 0] * x + rotation[2, 1] * y + rotation[2, 2] * z
        if depth <= 0.0:
            continue
        column = int(np.floor((0.5 + focal * (rotation[0, 0] * x + rotation[0, 1] * y + rotation[0, 2] * z) / depth) * grid))
        row = int(np.floor((0.5 + focal * (rotation[1, 0] * x + rotation[1, 1] * y + rotation[1, 2] * z) / depth) * grid))
        if 0 <= column < grid and 0 <= row < grid and nearest[row, column] != EMPTY:
            depths[0, count], depths[1, count] = depth, nearest[row, column]
            count += 1
    return depths[:, :count].copy()


def rank_correlation(first: F64, second: F64) -> float:
    """Spearman's, -1 to 1; 0 where one of them is the same everywhere."""
    one, other = _ranks(first), _ranks(second)
    length = float(np.sqrt((one**2).sum() * (other**2).sum()))
    return float((one * other).sum()) / length if length > 0 else 0.0


def depth_correlation(one: Surface, other: Surface) -> float:
    """Rank correlation, -1 to 1, of the depths that two pictures tell of the places both show; 0 where those are too few.

    NaN where one of them shows them at one depth, which has no ranks: a wall that faces the camera.
    """
    step, eye = -(-len(one.points) // MOST_POINTS) or 1, other.eye
    depths = _both_depths(one.points, step, eye.position, eye.rotation, eye.focal / eye.size, other.nearest)
    if depths.shape[1] < FEWEST_POINTS:
        return 0.0
    flat = bool((np.ptp(depths, axis=1) <= LOOSE * depths.min(axis=1)).any())
    return float("nan") if flat else rank_correlation(depths[0], depths[1])


def _with_mates(count: int, poses: Labels, alike: Callable[[int, int], float]) -> F64:
    """(N,) the likeness (upper median) of each sample to the others of its pose; NaN for one that has none to tell."""
    found = np.full(count, np.nan)
    for i in range(count):
        likeness = [alike(i, j) for j in range(count) if j != i and poses[j] == poses[i]]
        told = sorted(one for one in likeness if not np.isnan(one))
        if told:
            found[i] = told[len(told) // 2]
    return found


def joint_likeness(joints: Sequence[Joints], surfaces: Sequence[Surface], poses: Labels) -> tuple[F64, F64]:
    """(N,) PCK and (N,) OKS of each sample against the others of its pose; 0 where they have not the same joints.

    How far joints have moved counts against the larger of both subjects: a picture that shows nothing is no measure of another.
    """
    sizes = [extent(surface) for surface in surfaces]
    ways: dict[tuple[int, int], tuple[float, float]] = {}

    def both(i: int, j: int) -> tuple[float, float]:
        if (i, j) not in ways:
            ways[i, j] = _alike(joints[i], joints[j], surfaces[j].eye, sizes[i], sizes[j])
        return ways[i, j]

    count = len(joints)
    return _with_mates(count, poses, lambda i, j: both(i, j)[0]), _with_mates(count, poses, lambda i, j: both(i, j)[1])


def _alike(
    one: Joints, other: Joints, eye: Eye, size: tuple[float, float], other_size: tuple[float, float]
) -> tuple[float, float]:
    """PCK and OKS of one picture's joints in another one's camera; sizes as `extent` tells them."""
    if one.names != other.names or 0.0 in (*size, *other_size):
        return 0.0, 0.0
    here, there = seen_by(eye, np.stack([one.places, other.places]))
    seen = np.isfinite(here).all(axis=1) & np.isfinite(there).all(axis=1)
    moved = np.full(len(seen), np.inf)
    moved[seen] = np.hypot(*(here[seen] - there[seen]).T)
    return pck(moved, max(size[0], other_size[0])), oks(moved, max(size[1], other_size[1]))


def depth_likeness(surfaces: Sequence[Surface], poses: Labels) -> F64:
    """(N,) rank correlation of the depth of each sample with that of the others of its pose."""
    return _with_mates(len(surfaces), poses, lambda i, j: depth_correlation(surfaces[i], surfaces[j]))
