"""One row of the picture as rays: where they go and what they meet. Kernels that shade work row by row.

Calls are dear where many records are handed on, so they are made once a row and not once a pixel.
"""

import math

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import F32, I32
from spotdiff10k.engines.rendered.scenes.covering import SAMPLES
from spotdiff10k.engines.rendered.scenes.looks import Water, World
from spotdiff10k.engines.rendered.scenes.shade_water import shore_distance

F64 = npt.NDArray[np.float64]

# what a ray meets
HIDDEN = 0  # props take all its samples
LAND = 1
WATER = 2
BEYOND = 3  # the sky, or a room's wall that is missing

# columns of a ray
DX = 0
DY = 1
DZ = 2
DISTANCE = 3
X = 4  # where it meets the ground
Y = 5
FOOTPRINT = 6
INTO = 7  # metres into the water, negative on land
GLOSS = 8  # of what it meets: filled in by shading
RAY_COLUMNS = 9

FARTHEST = 900.0
"""Metres: ground beyond is horizon."""


@kernel
def trace_row(row: int, ids: I32, rotation: F32, world: World, water: Water, rays: F64, meets: I32, nearness: F32) -> None:
    """Fill rays (W, RAY_COLUMNS), meets (W,) and nearness (W,) for a row; ids: (H * SAMPLES, W) of the props."""
    size = rays.shape[0]
    down = (row + 0.5 - size * 0.5) / world.focal
    for column in range(size):
        meets[column] = HIDDEN
        for sample in range(SAMPLES):
            if ids[row * SAMPLES + sample, column] < 0:
                meets[column] = BEYOND
        if meets[column] == HIDDEN:
            continue
        right = (column + 0.5 - size * 0.5) / world.focal
        length = 1.0 / math.sqrt(1.0 + right * right + down * down)
        dz = (rotation[2, 2] + right * rotation[0, 2] + down * rotation[1, 2]) * length
        rays[column, DX] = (rotation[2, 0] + right * rotation[0, 0] + down * rotation[1, 0]) * length
        rays[column, DY] = (rotation[2, 1] + right * rotation[0, 1] + down * rotation[1, 1]) * length
        rays[column, DZ] = dz
        rays[column, GLOSS] = 0.0
        distance = -world.eye[2] / dz if dz < -1e-6 else FARTHEST
        nearness[column] = 1.0 / (min(distance, FARTHEST) * length)
        if distance >= FARTHEST:
            continue
        x = world.eye[0] + distance * rays[column, DX]
        y = world.eye[1] + distance * rays[column, DY]
        footprint = distance / world.focal / math.sqrt(-dz)
        into = shore_distance(water, x, y, footprint)
        meets[column] = WATER if into > 0.0 else LAND
        rays[column, DISTANCE] = distance
        rays[column, X] = x
        rays[column, Y] = y
        rays[column, FOOTPRINT] = footprint
        rays[column, INTO] = into
