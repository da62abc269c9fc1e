"""The sky: gradient, glow of the sun, clouds, stars, and far layers of mountains, trees and roofs at the horizon.

Azimuths are measured from -x, the way the camera looks, so that the seam is behind it.
"""

import math

import numpy as np

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import F32
from spotdiff10k.engines.rendered.noise import fbm_2d, hash01, smoothstep, value_noise_2d
from spotdiff10k.engines.rendered.scenes.looks import RIDGE_COLUMNS, Rgb, Ridge, RidgeShape, SkyLook

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

CLOUD_FLATNESS = 0.14
"""Added to the sine of the elevation before the flat cloud layer is projected: keeps far clouds from shrinking to nothing."""
CLOUD_FOOT = (0.005, 0.14)
"""Clouds fade in between these sines of elevation."""
HIGHEST_RIDGE = 2.2
"""A ridge never rises above this many times its height."""
MIST, MIST_HEIGHT = 0.55, 0.6
"""How much haze lies at the foot of a far layer, and up to which share of its height."""
SPIRES_PER_FEATURE = 9.0
WINDOWS_ACROSS = 7.0
STAR_CELLS = 150.0
DISC_COSINE = (0.99925, 0.99965)
"""Cosines of the angle between which the sun's disc begins; about 1.7 degrees wide, a photographed sun."""


def pack_ridges(ridges: list[Ridge]) -> F32:
    """(N, 13) rows for the kernels, back to front."""
    rows = np.zeros((len(ridges), RIDGE_COLUMNS), np.float32)
    for row, ridge in zip(rows, ridges, strict=True):
        row[:] = (ridge.shape, ridge.height, ridge.frequency, *ridge.colour, *ridge.shade, *ridge.detail, ridge.amount)
    return rows


@kernel
def _clouds(sky: SkyLook, dx: float, dy: float, dz: float, octaves: int) -> tuple[float, float]:
    """Cover 0..1 and how much the clouds are in the light 0..1."""
    spread = sky.cloud_scale / (dz + CLOUD_FLATNESS)
    layer = int(sky.seed)
    x = dx * spread + sky.seed
    y = dy * spread
    warp = fbm_2d(x * 0.7, y * 0.7, layer + 5, 2) - 0.5
    x += 1.1 * warp
    y -= 0.9 * warp
    thickness = fbm_2d(x, y, layer, octaves)
    threshold = 0.70 - 0.46 * sky.clouds
    cover = smoothstep(threshold, threshold + 0.22, thickness) * smoothstep(CLOUD_FOOT[0], CLOUD_FOOT[1], dz)
    if cover <= 0.0:
        return 0.0, 0.0
    toward = 0.22
    behind = fbm_2d(x + toward * sky.sun_direction[0], y + toward * sky.sun_direction[1], layer, 3)
    light = 0.62 + 1.9 * (thickness - behind) - 0.45 * smoothstep(threshold, threshold + 0.5, thickness)
    return cover, min(1.0, max(0.0, light))


@kernel
def _stars(sky: SkyLook, dx: float, dy: float, dz: float) -> float:
    azimuth = math.atan2(dy, -dx)
    u = azimuth * STAR_CELLS * 0.5
    v = math.asin(min(1.0, dz)) * STAR_CELLS
    column = math.floor(u)
    row = math.floor(v)
    chance = hash01(int(column), int(row), int(sky.seed))
    if chance > 0.13:
        return 0.0
    away_x = u - column - 0.5 - 0.5 * (hash01(int(column), int(row), 3) - 0.5)
    away_y = v - row - 0.5 - 0.5 * (hash01(int(column), int(row), 4) - 0.5)
    size = 0.006 + 0.02 * hash01(int(column), int(row), 5) ** 3
    return sky.stars * math.exp(-(away_x * away_x + away_y * away_y) / size) * (0.25 + 5.0 * chance)


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
def _ridge_light(ridge: F32, azimuth: float, dz: float, top: float, seed: int, sun_azimuth: float) -> float:
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
def _ridge_detail(ridge: F32, azimuth: float, dz: float, top: float, seed: int, pixel: float) -> float:
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


@kernel
def open_sky(sky: SkyLook, dx: float, dy: float, dz: float, octaves: int, with_disc: bool) -> Rgb:
    """Radiance of the sky without anything at the horizon, from a unit direction with dz >= 0."""
    rise = math.sqrt(smoothstep(-0.02, sky.gradient, dz))
    red = sky.horizon[0] + (sky.zenith[0] - sky.horizon[0]) * rise
    green = sky.horizon[1] + (sky.zenith[1] - sky.horizon[1]) * rise
    blue = sky.horizon[2] + (sky.zenith[2] - sky.horizon[2]) * rise
    cosine = max(0.0, dx * sky.sun_direction[0] + dy * sky.sun_direction[1] + dz * sky.sun_direction[2])
    near_sun = 0.22 * cosine**4 + 0.45 * cosine**24 + 0.6 * cosine**220
    if with_disc and sky.disc > 0.0:
        near_sun += sky.disc * smoothstep(DISC_COSINE[0], DISC_COSINE[1], cosine)
    if sky.stars > 0.0 and octaves > 3:
        twinkle = _stars(sky, dx, dy, dz)
        red += twinkle
        green += twinkle
        blue += twinkle
    red += sky.glow[0] * near_sun
    green += sky.glow[1] * near_sun
    blue += sky.glow[2] * near_sun
    if sky.clouds > 0.0 and dz > CLOUD_FOOT[0]:
        cover, light = _clouds(sky, dx, dy, dz, octaves)
        cover *= 0.96
        lining = 0.35 * cosine**8
        red += cover * (sky.cloud_shade[0] + (sky.cloud_light[0] - sky.cloud_shade[0]) * light + lining * sky.glow[0] - red)
        green += cover * (sky.cloud_shade[1] + (sky.cloud_light[1] - sky.cloud_shade[1]) * light + lining * sky.glow[1] - green)
        blue += cover * (sky.cloud_shade[2] + (sky.cloud_light[2] - sky.cloud_shade[2]) * light + lining * sky.glow[2] - blue)
    return red, green, blue


@kernel
def sky_radiance(sky: SkyLook, ridges: F32, dx: float, dy: float, dz: float, pixel: float) -> Rgb:
    """Radiance of the sky and the far layers from a unit direction; `pixel` is a pixel's angle in radians (edges)."""
    octaves = 5 if pixel < 0.01 else 3
    dz = max(0.0, dz)
    red, green, blue = open_sky(sky, dx, dy, dz, octaves, pixel < 0.01)
    if ridges.shape[0] == 0:
        return red, green, blue
    azimuth = math.atan2(dy, -dx)
    sun_azimuth = math.atan2(sky.sun_direction[1], -sky.sun_direction[0])
    for layer in range(ridges.shape[0]):
        ridge = ridges[layer]
        if dz > ridge[HEIGHT] * HIGHEST_RIDGE:
            continue
        seed = int(sky.seed) + 11 * layer + 1
        top = ridge_top(ridge, azimuth, seed)
        cover = smoothstep(-0.8 * pixel, 0.8 * pixel, top - dz)
        if cover <= 0.0:
            continue
        light = _ridge_light(ridge, azimuth, dz, top, seed, sun_azimuth)
        detail = _ridge_detail(ridge, azimuth, dz, top, seed, pixel)
        lit_detail = detail * (0.55 + 0.45 * light)
        red += cover * (
            (ridge[SHADE] + (ridge[COLOUR] - ridge[SHADE]) * light) * (1.0 - detail) + ridge[DETAIL] * lit_detail - red
        )
        green += cover * (
            (ridge[SHADE + 1] + (ridge[COLOUR + 1] - ridge[SHADE + 1]) * light) * (1.0 - detail)
            + ridge[DETAIL + 1] * lit_detail
            - green
        )
        blue += cover * (
            (ridge[SHADE + 2] + (ridge[COLOUR + 2] - ridge[SHADE + 2]) * light) * (1.0 - detail)
            + ridge[DETAIL + 2] * lit_detail
            - blue
        )
    return red, green, blue
