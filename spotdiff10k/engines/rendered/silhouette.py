"""The shadow of a subject on the ground, without noise: the light sees a silhouette, and penumbras are box sums of it.

On a plane every caster above it blocks, so visibility is one minus the blurred silhouette. Summed-area tables
(Crow 1984) give a blur of any width at the cost of four reads; the width comes from how high the blockers are.
"""

import math
from typing import NamedTuple

import numpy as np

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import F32, I32
from spotdiff10k.engines.rendered.shadow_map import LIGHT_SPREAD, ShadowMap

DISTANCE_STEPS = 1024
"""Steps a metre in which blocker distances are summed; a full map of two metres stays inside 31 bits."""
WIDEST = 0.05
"""Metres: the widest half window."""
THINNEST = 1.1
"""Texels: the narrowest half window, which also smooths the silhouette's stairs."""
LOWEST_SUN = 0.02
"""Sine of the elevation below which a light casts no shadow on the ground: it would be endless."""
NOWHERE = np.array([np.inf, -np.inf, np.inf, -np.inf], np.float32)
INNER_WINDOW = 0.55
"""Two windows, one this much narrower, make a ramp with a round shoulder."""


class Silhouette(NamedTuple):
    """Summed-area tables of what the light sees above the ground."""

    matrix: F32  # (3, 4) of the light's map
    coverage: I32  # (resolution + 1, resolution + 1) texels with a caster, summed
    heights: I32  # likewise, their heights to the ground along the light in 1 / DISTANCE_STEPS metres
    bounds: F32  # (4,) first and last texel u, first and last texel v where a shadow can be
    texels_per_metre: float


@kernel
def _ground_nearness(matrix: F32) -> tuple[float, float, float]:
    """Nearness of the ground z = 0 under a texel: per u, per v and at (0, 0)."""
    a = float(matrix[0, 0])
    b = float(matrix[0, 1])
    c = float(matrix[1, 0])
    d = float(matrix[1, 1])
    determinant = a * d - b * c
    per_u = (matrix[2, 0] * d - matrix[2, 1] * c) / determinant
    per_v = (matrix[2, 1] * a - matrix[2, 0] * b) / determinant
    return per_u, per_v, matrix[2, 3] - per_u * matrix[0, 3] - per_v * matrix[1, 3]


@kernel
def _sum(matrix: F32, depth: F32, coverage: I32, heights: I32, bounds: F32) -> None:
    resolution = coverage.shape[0] - 1
    per_u, per_v, constant = _ground_nearness(matrix)
    coverage[0] = 0
    heights[0] = 0
    bounds[0] = bounds[2] = resolution
    bounds[1] = bounds[3] = -1
    for row in range(resolution):
        row_coverage = 0
        row_heights = 0
        coverage[row + 1, 0] = 0
        heights[row + 1, 0] = 0
        for column in range(resolution):
            near = depth[row, column]
            if near > 0.0:
                above = near - (constant + per_u * (column + 0.5) + per_v * (row + 0.5))
                row_coverage += 1
                row_heights += int(max(0.0, above) * DISTANCE_STEPS)
                bounds[0] = min(bounds[0], column)
                bounds[1] = max(bounds[1], column + 1)
                bounds[2] = min(bounds[2], row)
                bounds[3] = max(bounds[3], row + 1)
            coverage[row + 1, column + 1] = coverage[row, column + 1] + row_coverage
            heights[row + 1, column + 1] = heights[row, column + 1] + row_heights


def silhouette_of(sun: ShadowMap, tables: I32) -> Silhouette:
    """Sum a light's map over the ground. tables: (2, resolution + 1, resolution + 1) work space, which the result keeps using."""
    texels_per_metre = math.sqrt(sum(float(value) ** 2 for value in sun.matrix[0, :3]))
    if sun.matrix[2, 2] < LOWEST_SUN:
        return Silhouette(sun.matrix, tables[0], tables[1], NOWHERE, texels_per_metre)
    bounds = np.empty(4, np.float32)
    _sum(sun.matrix, sun.depth, tables[0], tables[1], bounds)
    margin = WIDEST * texels_per_metre + THINNEST
    bounds += np.array([-margin, margin, -margin, margin], np.float32)
    return Silhouette(sun.matrix, tables[0], tables[1], bounds, texels_per_metre)


@kernel
def _at(table: I32, u: float, v: float) -> float:
    """A summed-area table between its entries, bilinear, clamped to its border."""
    last = table.shape[0] - 1
    u = min(float(last), max(0.0, u))
    v = min(float(last), max(0.0, v))
    column = min(last - 1, int(u))
    row = min(last - 1, int(v))
    u -= column
    v -= row
    top = table[row, column] + (table[row, column + 1] - table[row, column]) * u
    bottom = table[row + 1, column] + (table[row + 1, column + 1] - table[row + 1, column]) * u
    value: float = top + (bottom - top) * v
    return value


@kernel
def _share(table: I32, u: float, v: float, half: float) -> float:
    """The covered share of a square window of side 2 half about (u, v)."""
    high = _at(table, u + half, v + half) - _at(table, u - half, v + half)
    low = _at(table, u + half, v - half) - _at(table, u - half, v - half)
    return (high - low) / (4.0 * half * half)


@kernel
def ground_visibility(coverage: I32, heights: I32, texels_per_metre: float, u: float, v: float) -> float:
    """How much of the light reaches the ground under texel (u, v), 0..1; the other arguments are a Silhouette's fields."""
    last = coverage.shape[0] - 1
    widest = WIDEST * texels_per_metre
    left = min(last, max(0, int(u - widest)))
    right = min(last, max(0, int(u + widest) + 1))
    top = min(last, max(0, int(v - widest)))
    bottom = min(last, max(0, int(v + widest) + 1))
    blockers = coverage[bottom, right] - coverage[bottom, left] - coverage[top, right] + coverage[top, left]
    if blockers == 0:
        return 1.0
    if blockers == (right - left) * (bottom - top):
        return 0.0
    height = heights[bottom, right] - heights[bottom, left] - heights[top, right] + heights[top, left]
    spread = LIGHT_SPREAD * texels_per_metre * height / (blockers * float(DISTANCE_STEPS))
    half = min(widest, THINNEST + spread)
    blocked = 0.5 * (_share(coverage, u, v, half) + _share(coverage, u, v, half * INNER_WINDOW))
    return min(1.0, max(0.0, 1.0 - blocked))
