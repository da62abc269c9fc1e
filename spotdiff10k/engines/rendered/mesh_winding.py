"""Makes a soup of triangles consistent: welded, wound outward, and told apart into open and closed shells."""

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.geometry import F64
from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import I32

WELD_SHARE = 1e-6
"""Vertices nearer than this share of the model's size are one."""

Bools = npt.NDArray[np.bool_]


def weld(points: F64) -> tuple[F64, I32]:
    """Distinct points (P, 3) and for every point its place among them."""
    size = float(np.ptp(points, axis=0).max()) or 1.0
    cells = np.round((points - points.min(axis=0)) / (size * WELD_SHARE)).astype(np.int64)
    _, first, place = np.unique(cells, axis=0, return_index=True, return_inverse=True)
    return points[first], place.reshape(-1).astype(np.int32)


def without_slivers(points: F64, faces: I32) -> Bools:
    """Which faces have three different corners and an area."""
    a, b, c = (points[faces[:, corner]] for corner in range(3))
    area = np.sqrt((np.cross(b - a, c - a) ** 2).sum(axis=1))
    size = float(np.ptp(points, axis=0).max()) or 1.0
    return np.asarray(area > 1e-12 * size * size)


def outward_flips(points: F64, faces: I32) -> tuple[Bools, bool]:
    """Which faces must be reversed so that every shell is wound outward, and whether any shell is open.

    Faces that share an edge are brought into agreement; then a shell whose signed volume, seen from its own centre,
    is negative is turned inside out. Edges with more than two faces join nothing.
    """
    edges = np.concatenate((faces[:, (0, 1)], faces[:, (1, 2)], faces[:, (2, 0)]))
    low, high = edges.min(axis=1).astype(np.int64), edges.max(axis=1).astype(np.int64)
    key = low * len(points) + high
    order = np.argsort(key, kind="stable")
    _, start, count = np.unique(key[order], return_index=True, return_counts=True)
    twin_start = start[count == 2]
    first, second = order[twin_start], order[twin_start + 1]
    same = edges[first, 0] == edges[second, 0]  # both run the same way: the two faces disagree
    owner = np.tile(np.arange(len(faces)), 3)
    flips, shell = _agree(len(faces), owner[first], owner[second], same)
    triangles = points[faces]
    shells = int(shell.max()) + 1
    weight = np.bincount(shell, minlength=shells)
    centre = (
        np.stack([np.bincount(shell, triangles.mean(axis=1)[:, axis], shells) for axis in range(3)], axis=1) / weight[:, None]
    )
    local = triangles - centre[shell][:, None]
    volume = (local[:, 0] * np.cross(local[:, 1], local[:, 2])).sum(axis=1) * np.where(flips, -1.0, 1.0)
    inside_out = np.bincount(shell, volume, shells) < 0
    return flips ^ inside_out[shell], bool((count == 1).any())


@kernel
def _agree(
    count: int, first: npt.NDArray[np.int64], second: npt.NDArray[np.int64], same: Bools
) -> tuple[Bools, npt.NDArray[np.int64]]:
    """Walk over neighbouring faces; which are reversed against the first of their shell, and the shell of each."""
    starts = np.zeros(count + 1, np.int64)
    for i in range(len(first)):
        starts[first[i] + 1] += 1
        starts[second[i] + 1] += 1
    for i in range(count):
        starts[i + 1] += starts[i]
    filled = starts.copy()
    neighbour = np.empty(2 * len(first), np.int64)
    differs = np.empty(2 * len(first), np.bool_)
    for i in range(len(first)):
        for here, there in ((first[i], second[i]), (second[i], first[i])):
            neighbour[filled[here]] = there
            differs[filled[here]] = same[i]
            filled[here] += 1
    flips = np.zeros(count, np.bool_)
    shell = np.full(count, -1, np.int64)
    waiting = np.empty(count, np.int64)
    found = 0
    for seed in range(count):
        if shell[seed] >= 0:
            continue
        shell[seed] = found
        waiting[0] = seed
        length = 1
        while length > 0:
            length -= 1
            face = waiting[length]
            for place in range(starts[face], starts[face + 1]):
                other = neighbour[place]
                if shell[other] < 0:
                    shell[other] = found
                    flips[other] = flips[face] != differs[place]
                    waiting[length] = other
                    length += 1
        found += 1
    return flips, shell
