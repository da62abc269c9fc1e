"""Joints that a picture denies: its surface lies where they cannot be, or where they could not be seen or hidden as is said."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from spotdiff10k.checks._surface import F64, LOOSE, Surface
from spotdiff10k.engines.rendered.jit import kernel

DEEP = 0.12
"""Metres that a joint which is said to be seen may lie behind the surface about it: joints are inside limbs."""
SHALLOW = 0.05
"""Metres of subject that must at least be before a joint which is said to be hidden."""


@kernel
def _denied(
    points: F64, told: npt.NDArray[np.int64], position: F64, rotation: F64, focal: float, nearest: F64, loose: float
) -> int:
    """How many joints a picture denies; `told` is 0 for those said to be outside, 1 for hidden, 2 for seen, else -1."""
    grid = nearest.shape[0]
    denied = 0
    for i in range(points.shape[0]):
        x = points[i, 0] - position[0]
        y = points[i, 1] - position[1]
        z = points[i, 2] - position[2]
        depth = rotation[2, 0] * x + rotation[2, 1] * y + rotation[2, 2] * z
        across = 0.5 + focal * (rotation[0, 0] * x + rotation[0, 1] * y + rotation[0, 2] * z) / depth
        along = 0.5 + focal * (rotation[1, 0] * x + rotation[1, 1] * y + rotation[1, 2] * z) / depth
        column = int(np.floor(across * grid))
        row = int(np.floor(along * grid))
        if depth <= 0.0 or column < 0 or row < 0 or column >= grid or row >= grid:
            denied += told[i] != 0
            continue
        least, most = nearest[row, column], 0.0
        for v in range(max(0, row - 1), min(grid, row + 2)):
            for u in range(max(0, column - 1), min(grid, column + 2)):
                most = max(most, nearest[v, u]) if nearest[v, u] > 0.0 else np.inf
        free = least == 0.0 or depth < least * (1.0 - loose)
        if free or (told[i] == 1 and depth - least < SHALLOW) or (told[i] == 2 and depth - most > DEEP):
            denied += 1
    return denied


def denied(places: F64, told: Sequence[int], surface: Surface) -> float:
    """The share of joints (J, 3) in the world that cannot be where they are said to be, by what the picture shows.

    told: of each, 0 for outside the picture, 1 for hidden and 2 for seen; empty where nothing is said. One that lies in free
    space is denied whatever is said.
    """
    camera = surface.eye
    said = np.array(told, np.int64) if told else np.full(len(places), -1)
    count = _denied(
        np.ascontiguousarray(places), said, camera.position, camera.rotation, camera.focal / camera.size, surface.nearest, LOOSE
    )
    return count / max(1, len(places))
