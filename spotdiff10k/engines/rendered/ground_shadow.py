"""The shadow layer: what a subject leaves of the plate's light, as display values that multiply the plate."""

import math
from typing import NamedTuple

import numpy as np

from spotdiff10k.engines.rendered.ambient import Ambient
from spotdiff10k.engines.rendered.ambient_light import sky_left
from spotdiff10k.engines.rendered.jit import inlined, kernel
from spotdiff10k.engines.rendered.model import F32, I32, U8, Plate
from spotdiff10k.engines.rendered.shadow_map import ShadowMap
from spotdiff10k.engines.rendered.silhouette import Silhouette, ground_visibility, silhouette_of
from spotdiff10k.engines.rendered.tone import WHITE, to_display, to_linear

UNTOUCHED = 0.999
"""Ground that keeps more of its light than this is left as it is, so that the plate shows through to the bit."""
STEEPEST = -1e-3
"""Rays must point down at least this much (z per unit camera depth) to be taken for ground."""
DARKEST = 1e-6


class Grid(NamedTuple):
    """What is left of the sky on a grid on the ground."""

    left: F32  # (G, G, 3), 0..1
    touched: U8  # (G, G), see touched_cells
    corner_x: float  # metres
    corner_y: float
    per_spacing: float  # cells a metre


@kernel
def touched_cells(left: F32) -> U8:
    """Which cells of the ground grid lose any of the sky: 1 where a corner does."""
    side = left.shape[0]
    touched = np.zeros((side, side), np.uint8)
    for i in range(side - 1):
        for j in range(side - 1):
            lowest = np.float32(1.0)
            for c in range(3):
                lowest = min(lowest, left[i, j, c], left[i, j + 1, c], left[i + 1, j, c], left[i + 1, j + 1, c])
            if lowest < UNTOUCHED:
                touched[i, j] = 1
    return touched


@kernel
def _factor(before: int, kept: float) -> int:
    """The display factor 0..255 that leaves a plate's value with a share of its light."""
    if kept >= UNTOUCHED:
        return WHITE
    before = max(1, before)
    return int(min(255.0, WHITE * to_display(to_linear(before) * kept) / before + 0.5))


@inlined
def _sky(left: F32, i: int, j: int, u: float, v: float, channel: int) -> float:
    """The share of the sky that is left inside a cell of the ground grid, bilinear."""
    low = left[i, j, channel] + (left[i, j + 1, channel] - left[i, j, channel]) * v
    high = left[i + 1, j, channel] + (left[i + 1, j + 1, channel] - left[i + 1, j, channel]) * v
    sky: float = low + (high - low) * u
    return sky


@kernel
def _shadow_pixels(
    rgb: U8, ground: U8, sunlit: U8, ray: F32, grid: Grid, silhouette: Silhouette, sky_share: F32, shadow: U8
) -> None:
    """Write the shadow layer, which is all white before.

    ray: (4, 3) eye, then the world direction of a ray per column, per row, and at column 0, row 0, all at camera depth 1;
    sky_share: (256, 3) what the sky gives of open ground's light, by how sunlit it is.
    """
    # what the loop reads again and again, as numbers: the compiler cannot know that writing the shadow leaves arrays alone
    eye_x, eye_y, eye_z = ray[0, 0], ray[0, 1], ray[0, 2]
    right_x, right_y, right_z = ray[1, 0], ray[1, 1], ray[1, 2]
    matrix, coverage, heights, bounds, texels_per_metre = silhouette
    u_x, u_y, u_0 = matrix[0, 0], matrix[0, 1], matrix[0, 3]
    v_x, v_y, v_0 = matrix[1, 0], matrix[1, 1], matrix[1, 3]
    low_u, high_u, low_v, high_v = bounds[0], bounds[1], bounds[2], bounds[3]
    left, touched, corner_x, corner_y, per_spacing = grid
    last = left.shape[0] - 1
    for row in range(ground.shape[0]):
        b = row + 0.5
        down = ray[3, 2] + b * ray[2, 2]
        if down > STEEPEST:
            continue
        from_x = ray[3, 0] + b * ray[2, 0]
        from_y = ray[3, 1] + b * ray[2, 1]
        for column in range(ground.shape[1]):
            if ground[row, column] == 0:
                continue
            a = column + 0.5
            t = -eye_z / (down + right_z * a)
            x = eye_x + t * (from_x + right_x * a)
            y = eye_y + t * (from_y + right_y * a)
            seen = 1.0
            light_u = u_x * x + u_y * y + u_0
            light_v = v_x * x + v_y * y + v_0
            if light_u > low_u and light_u < high_u and light_v > low_v and light_v < high_v:
                seen = ground_visibility(coverage, heights, texels_per_metre, light_u, light_v)
            grid_x = (x - corner_x) * per_spacing
            grid_y = (y - corner_y) * per_spacing
            i = math.floor(grid_x)
            j = math.floor(grid_y)
            shaded = i >= 0 and j >= 0 and i < last and j < last and touched[i, j] == 1
            if seen >= 1.0 and not shaded:
                continue
            for c in range(3):
                sky = _sky(left, i, j, grid_x - i, grid_y - j, c) if shaded else 1.0
                of_sky = sky_share[sunlit[row, column], c]
                lost = of_sky * (1.0 - sky) + (1.0 - of_sky) * (1.0 - seen)
                shadow[row, column, c] = _factor(rgb[row, column, c], 1.0 - lost * (ground[row, column] / 255.0))


def shadow_layer(plate: Plate, ambient: Ambient, sun: ShadowMap, tables: I32, shadow: U8) -> None:
    """Fill shadow (H, W, 3): 255 where the subject changes nothing. tables: work space, see silhouette_of."""
    lighting, camera = plate.lighting, plate.camera
    left = sky_left(ambient, lighting)
    sky_light = np.maximum(lighting.up_irradiance, DARKEST)
    sun_light = lighting.sun_radiance * max(0.0, float(lighting.sun_direction[2]))
    sky_share = sky_light / (sky_light + np.linspace(0.0, 1.0, WHITE + 1)[:, None] * sun_light)
    across = camera.rotation[0] / camera.focal
    down = camera.rotation[1] / camera.focal
    ray = np.stack([camera.position, across, down, camera.rotation[2] - (across + down) * (camera.size / 2)]).astype(np.float32)
    grid = Grid(left, touched_cells(left), ambient.corner_x, ambient.corner_y, 1.0 / ambient.spacing)
    shadow.fill(WHITE)
    silhouette = silhouette_of(sun, tables)
    _shadow_pixels(plate.rgb, plate.ground, plate.sunlit, ray, grid, silhouette, sky_share.astype(np.float32), shadow)
