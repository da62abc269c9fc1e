"""Far layers at the horizon: mountains, woods and roofs as functions of azimuth."""

import math

import numpy as np

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import F32
from spotdiff10k.engines.rendered.noise import fbm_2d, hash01, smoothstep, value_noise_2d
from spotdiff10k.engines.rendered.scenes.looks import RIDGE_COLUMNS, Ridge, RidgeShape

# columns of a packed Ridge
SHAPE = 0
HEIGHT = 1
FREQUENCY = 2
COLOUR = 3
SHADE = 6
DETAIL = 9
AMOUNT = 12
MOUNTAINS = int(RidgeShape.MOUNTAINS)
TREES = int(RidgeShape.TREES)
SKYLINE = int(RidgeShape.SKYLINE)
CONIFERS = int(RidgeShape.CONIFERS)
SPIRES_PER_FEATURE = 9.0
WINDOWS_ACROSS = 7.0


def pack_ridges(ridges: list[Ridge]) -> F32:
    """(N, 13) rows for the kernels, back to front."""
    rows = np.zeros((len(ridges), RIDGE_COLUMNS), np.float32)
    for row, ridge in zip(rows, ridges, strict=True):
        row[:] = (ridge.shape, ridge.height, ridge.frequency, *ridge.colour, *ridge.shade, *ridge.detail, ridge.amount)
    return rows


@kernel
def ridge_top(ridge: F32, azimuth: float, seed: int) -> float:
    """Sine of the elevation of a ridge's top at an azimuth (radians from -x)."""
    shape = int(ridge[SHAPE])
    x = (azimuth + 4.0) * ridge[FREQUENCY]
    height = float(ridge[HEIGHT])
    if shape == MOUNTAINS:
        bulk = fbm_2d(x * 0.7, 0.5, seed, 3)
        crest = 1.0 - abs(2.0 * fbm_2d(x * 1.3, 3.5, seed + 1, 5) - 1.0)
        return height * (0.25 + 1.1 * bulk * crest + 0.25 * (crest - 0.5))
    if shape == TREES:
        return height * (
            0.45
            + 0.45 * value_noise_2d(x, 0.5, seed)
            + 0.28 * value_noise_2d(x * 6.0, 0.5, seed)
            + 0.14 * value_noise_2d(x * 21.0, 0.5, seed)
        )
    if shape == CONIFERS:
        top = 0.0
        for layer in range(2):
            place = x * SPIRES_PER_FEATURE * (1.0 + 0.37 * layer) + 0.5 * layer
            tree = math.floor(place)
            tall = 0.45 + 0.5 * hash01(int(tree), layer, seed) * (0.5 + value_noise_2d(x, 0.5, seed))
            flank = 1.0 - abs(place - tree - 0.5) * 2.0
            top = max(top, tall * (0.42 + 0.58 * flank))
        return height * top
    if shape == SKYLINE:
        house = math.floor(x * 5.0)
        return float(height * (0.22 + 1.0 * hash01(house, 1, seed) ** 1.7))
    return float(height * (0.35 + 0.9 * fbm_2d(x, 0.5, seed, 3)))


@kernel
def ridge_light(ridge: F32, azimuth: float, dz: float, top: float, seed: int, sun_azimuth: float) -> float:
    """How light a ridge is at a place, 0 in its shade .. 1."""
    shape = int(ridge[SHAPE])
    x = (azimuth + 4.0) * ridge[FREQUENCY]
    level = dz / max(1e-4, top)
    if shape == MOUNTAINS:
        y = dz / ridge[HEIGHT]
        step = 0.12 if sun_azimuth > azimuth else -0.12
        slope = fbm_2d(x * 2.2 - y * 0.6 + step, y * 1.3, seed + 2, 4) - fbm_2d(x * 2.2 - y * 0.6, y * 1.3, seed + 2, 4)
        return min(1.0, max(0.0, 0.5 - 2.6 * slope + 0.25 * (level - 0.5)))
    if shape == SKYLINE:
        house = math.floor(x * 5.0)
        return 0.35 + 0.5 * hash01(house, 2, seed)
    leafy = fbm_2d(x * 14.0, dz / ridge[HEIGHT] * 5.0, seed + 3, 3)
    return min(1.0, max(0.0, 0.25 + 0.5 * level + 1.5 * (leafy - 0.5)))


@kernel
def ridge_detail(ridge: F32, azimuth: float, dz: float, top: float, seed: int, pixel: float) -> float:
    """Share of the detail's colour: snow of mountains, lit windows of a skyline."""
    shape = int(ridge[SHAPE])
    if ridge[AMOUNT] <= 0.0:
        return 0.0
    x = (azimuth + 4.0) * ridge[FREQUENCY]
    if shape == MOUNTAINS:
        ragged = fbm_2d(x * 4.0, dz / ridge[HEIGHT] * 3.0, seed + 4, 4) - 0.5
        line = (1.0 - ridge[AMOUNT]) * ridge[HEIGHT]
        return smoothstep(line * 0.86, line * 1.14, dz + 0.9 * ragged * ridge[HEIGHT])
    if shape == SKYLINE:
        u = x * 5.0 * WINDOWS_ACROSS
        v = dz * 5.0 * ridge[FREQUENCY] * WINDOWS_ACROSS * 0.8
        if pixel * 5.0 * ridge[FREQUENCY] * WINDOWS_ACROSS > 0.5 or dz > top * 0.93:
            return 0.0
        inside = (u - math.floor(u)) > 0.4 and (v - math.floor(v)) > 0.45
        return 1.0 if inside and hash01(math.floor(u), math.floor(v), seed) < ridge[AMOUNT] else 0.0
    return 0.0
