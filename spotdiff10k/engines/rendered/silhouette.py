"""The shadow of a subject on the ground, without noise: the light sees a silhouette, and penumbras are box sums of it.

On a plane every caster above it blocks, so visibility is one minus the blurred silhouette. Summed-area tables
(Crow 1984) give a blur of any width at the cost of four reads; the width comes from how high the blockers are.
"""

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import F32, I32
from spotdiff10k.engines.rendered.shadow_map import LIGHT_SPREAD

DISTANCE_STEPS = 1024
"""Steps a metre in which blocker distances are summed; 512 x 512 of two metres stay inside 31 bits."""
WIDEST = 0.05
"""Metres: the widest half window."""
THINNEST = 1.1
"""Texels: the narrowest half window, which also smooths the silhouette's stairs."""
INNER_WINDOW = 0.55
"""Two windows, one this much narrower, make a ramp with a round shoulder."""


@kernel
def sum_silhouette(matrix: F32, depth: F32, resolution: int, count: I32, distance: I32) -> None:
    """Fill the summed-area tables, (resolution + 1, resolution + 1) each, of a shadow map over the ground z = 0."""
    # nearness of the ground under texel (u, v): solve matrix rows 0 and 1 for (x, y) at z = 0
    a = float(matrix[0, 0])
    b = float(matrix[0, 1])
    c = float(matrix[1, 0])
    d = float(matrix[1, 1])
    determinant = a * d - b * c
    per_u = (matrix[2, 0] * d - matrix[2, 1] * c) / determinant
    per_v = (matrix[2, 1] * a - matrix[2, 0] * b) / determinant
    constant = matrix[2, 3] - per_u * matrix[0, 3] - per_v * matrix[1, 3]
    for column in range(resolution + 1):
        count[0, column] = 0
        distance[0, column] = 0
    for row in range(resolution):
        row_count = 0
        row_distance = 0
        count[row + 1, 0] = 0
        distance[row + 1, 0] = 0
        for column in range(resolution):
            near = depth[row, column]
            if near > 0.0:
                above = near - (constant + per_u * (column + 0.5) + per_v * (row + 0.5))
                row_count += 1
                row_distance += int(max(0.0, above) * DISTANCE_STEPS)
            count[row + 1, column + 1] = count[row, column + 1] + row_count
            distance[row + 1, column + 1] = distance[row, column + 1] + row_distance


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
def _window(table: I32, u: float, v: float, half: float) -> float:
    high = _at(table, u + half, v + half) - _at(table, u - half, v + half)
    low = _at(table, u + half, v - half) - _at(table, u - half, v - half)
    return high - low


@kernel
def ground_visibility(count: I32, distance: I32, u: float, v: float, texels_per_metre: float) -> float:
    """How much of the light reaches the ground under texel (u, v), 0..1."""
    last = count.shape[0] - 1
    half = WIDEST * texels_per_metre
    left = min(last, max(0, int(u - half)))
    right = min(last, max(0, int(u + half) + 1))
    top = min(last, max(0, int(v - half)))
    bottom = min(last, max(0, int(v + half) + 1))
    if left >= right or top >= bottom:
        return 1.0
    blockers = count[bottom, right] - count[bottom, left] - count[top, right] + count[top, left]
    if blockers == 0:
        return 1.0
    if blockers == (right - left) * (bottom - top):
        return 0.0
    heights = distance[bottom, right] - distance[bottom, left] - distance[top, right] + distance[top, left]
    average = heights / (blockers * float(DISTANCE_STEPS))
    half = min(half, THINNEST + LIGHT_SPREAD * texels_per_metre * average)
    inner = half * INNER_WINDOW
    outer_part = _window(count, u, v, half) / (4.0 * half * half)
    inner_part = _window(count, u, v, inner) / (4.0 * inner * inner)
    lit: float = 1.0 - 0.5 * (outer_part + inner_part)
    return min(1.0, max(0.0, lit))
