"""The shadow layer: what a subject leaves of the plate's light, as display values that multiply the plate."""

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.ambient import Ambient, sky_left
from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import F32, I32, U8, Plate
from spotdiff10k.engines.rendered.shadow_map import ShadowMap
from spotdiff10k.engines.rendered.silhouette import ground_visibility, sum_silhouette
from spotdiff10k.engines.rendered.tone import WHITE, to_display, to_linear

UNTOUCHED = 0.998
"""Ground that keeps more of its light than this is left as it is, so that the plate shows through to the bit."""
STEEPEST = -1e-3
"""Rays must point down at least this much (z per unit camera depth) to be taken for ground."""


@kernel
def _bilinear(grid: F32, x: float, y: float, channel: int) -> float:
    i = int(x)
    j = int(y)
    x -= i
    y -= j
    low = grid[i, j, channel] + (grid[i, j + 1, channel] - grid[i, j, channel]) * y
    high = grid[i + 1, j, channel] + (grid[i + 1, j + 1, channel] - grid[i + 1, j, channel]) * y
    value: float = low + (high - low) * x
    return value


@kernel
def _shadow_pixels(
    rgb: U8,
    ground: U8,
    sunlit: U8,
    eye: F32,
    rotation: F32,
    focal: float,
    left: F32,
    place: npt.NDArray[np.float64],
    matrix: F32,
    count: I32,
    distance: I32,
    sky_light: F32,
    sun_light: F32,
    shadow: U8,
) -> None:
    """Write the shadow layer. place: grid corner x, corner y and spacing; sky_light, sun_light: (3,) on open ground."""
    height, width = ground.shape
    last = left.shape[0] - 1
    texels_per_metre = np.sqrt(matrix[0, 0] ** 2 + matrix[0, 1] ** 2 + matrix[0, 2] ** 2)
    for row in range(height):
        b = (row + 0.5 - 0.5 * height) / focal
        down = rotation[1, 2] * b + rotation[2, 2]
        for column in range(width):
            shadow[row, column, 0] = WHITE
            shadow[row, column, 1] = WHITE
            shadow[row, column, 2] = WHITE
            if ground[row, column] == 0 or down > STEEPEST:
                continue
            a = (column + 0.5 - 0.5 * width) / focal
            t = -eye[2] / (down + rotation[0, 2] * a)
            x = eye[0] + t * (rotation[0, 0] * a + rotation[1, 0] * b + rotation[2, 0])
            y = eye[1] + t * (rotation[0, 1] * a + rotation[1, 1] * b + rotation[2, 1])
            u = matrix[0, 0] * x + matrix[0, 1] * y + matrix[0, 3]
            v = matrix[1, 0] * x + matrix[1, 1] * y + matrix[1, 3]
            seen = ground_visibility(count, distance, u, v, texels_per_metre)
            grid_x = (x - place[0]) / place[2]
            grid_y = (y - place[1]) / place[2]
            on_grid = grid_x >= 0.0 and grid_y >= 0.0 and grid_x < last and grid_y < last
            if seen >= 1.0 and not on_grid:
                continue
            lit = sunlit[row, column] / 255.0
            share = ground[row, column] / 255.0
            for c in range(3):
                sky = _bilinear(left, grid_x, grid_y, c) if on_grid else 1.0
                sun = sun_light[c] * lit
                kept = (sky_light[c] * sky + sun * seen) / (sky_light[c] + sun)
                kept = 1.0 - share * (1.0 - kept)
                if kept < UNTOUCHED:
                    before = max(1, rgb[row, column, c])
                    after = to_display(to_linear(before) * kept)
                    shadow[row, column, c] = np.uint8(min(255.0, WHITE * after / before + 0.5))


def shadow_layer(plate: Plate, ambient: Ambient, sun: ShadowMap, count: I32, distance: I32, shadow: U8) -> None:
    """Fill shadow (H, W, 3): 255 where the subject changes nothing.

    count and distance are work tables, one larger than the map each way.
    """
    lighting, camera = plate.lighting, plate.camera
    sum_silhouette(sun.matrix, sun.depth, sun.resolution, count, distance)
    sky_light = np.maximum(lighting.up_irradiance, 1e-6).astype(np.float32)
    sun_light = (lighting.sun_radiance * max(0.0, float(lighting.sun_direction[2]))).astype(np.float32)
    _shadow_pixels(
        plate.rgb,
        plate.ground,
        plate.sunlit,
        camera.position,
        camera.rotation,
        camera.focal,
        sky_left(ambient, lighting),
        np.array([ambient.corner_x, ambient.corner_y, ambient.spacing]),
        sun.matrix,
        count,
        distance,
        sky_light,
        sun_light,
        shadow,
    )
