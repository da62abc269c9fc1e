"""The part of the sky that a camera sees, and its reflection, computed once on a grid and looked up.

What is at the horizon and beyond is blurred by the lens, so a grid of about half the picture's resolution shows no difference;
water and floors look the same grid up for what they mirror.
"""

import math
from typing import NamedTuple

import numpy as np

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import F32, Camera
from spotdiff10k.engines.rendered.scenes.looks import Rgb, SkyLook
from spotdiff10k.engines.rendered.scenes.sky import sky_radiance

MIRRORED_HIGHEST = 0.6
"""Sine of the highest elevation that water and floors mirror; looks that go higher see the grid's edge."""
NEAR_HORIZON = 1.6
"""Rows are closer together near the horizon: sine = highest x share ** NEAR_HORIZON."""
SHARE_OF_SIZE = 0.5
"""Rows and columns as a share of the picture's side."""
ROWS_FOR_SINE = 2.2
"""Rows as a share of the columns, for each unit of sine."""
SPARE = 1.12
"""The grid is this much wider than the picture."""


class SkyTable(NamedTuple):
    """Radiance (rows from the horizon up, columns by azimuth, 3); azimuth of its edges (radians); sine of its top row."""

    radiance: F32
    reach: float
    highest: float


@kernel
def _fill(sky: SkyLook, ridges: F32, reach: float, highest: float, pixel: float, table: F32) -> None:
    rows, columns, _ = table.shape
    for row in range(rows):
        dz = highest * (row / (rows - 1)) ** NEAR_HORIZON
        level = math.sqrt(1.0 - dz * dz)
        for column in range(columns):
            azimuth = reach * (2.0 * column / (columns - 1) - 1.0)
            red, green, blue = sky_radiance(sky, ridges, -level * math.cos(azimuth), level * math.sin(azimuth), dz, pixel)
            table[row, column, 0] = red
            table[row, column, 1] = green
            table[row, column, 2] = blue


def sky_table(sky: SkyLook, ridges: F32, camera: Camera, mirrored: bool) -> SkyTable:
    """The sky that the camera sees and, if `mirrored`, what level surfaces show of it."""
    half = camera.size / 2 / camera.focal
    sine, cosine = -float(camera.rotation[2, 2]), float(-camera.rotation[2, 0])
    reach = SPARE * math.atan2(half, max(0.05, cosine - half * sine))
    top = SPARE * (half * cosine - sine) / math.sqrt(1.0 + half * half)
    highest = min(1.0, max(0.02, top, MIRRORED_HIGHEST if mirrored else 0.0))
    columns = max(16, int(camera.size * SHARE_OF_SIZE))
    rows = max(16, int(columns * min(1.0, ROWS_FOR_SINE * highest)))
    table = np.empty((rows, columns, 3), np.float32)
    _fill(sky, ridges, reach, highest, 1.0 / camera.focal, table)
    return SkyTable(table, reach, highest)


@kernel
def sky_seen(table: F32, reach: float, highest: float, dx: float, dy: float, dz: float) -> Rgb:
    """Radiance from a unit direction with dz >= 0, bilinear."""
    rows, columns, _ = table.shape
    column = (math.atan2(dy, -dx) / reach * 0.5 + 0.5) * (columns - 1)
    row = (min(1.0, max(0.0, dz) / highest)) ** (1.0 / NEAR_HORIZON) * (rows - 1)
    column = min(columns - 1.001, max(0.0, column))
    row = min(rows - 1.001, row)
    i = int(row)
    j = int(column)
    u = row - i
    v = column - j
    a = (1.0 - u) * (1.0 - v)
    b = (1.0 - u) * v
    c = u * (1.0 - v)
    d = u * v
    return (
        float(a * table[i, j, 0] + b * table[i, j + 1, 0] + c * table[i + 1, j, 0] + d * table[i + 1, j + 1, 0]),
        float(a * table[i, j, 1] + b * table[i, j + 1, 1] + c * table[i + 1, j, 1] + d * table[i + 1, j + 1, 1]),
        float(a * table[i, j, 2] + b * table[i, j + 1, 2] + c * table[i + 1, j, 2] + d * table[i + 1, j + 1, 2]),
    )
